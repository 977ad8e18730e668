"""Rules and dashboard name metrics, labels and values that a running bot really has."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import Metrics
from bot.running import running
from bot.settings import Settings
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.deploy.conftest import DEPLOY, ROOT, tool

RULES = DEPLOY / "prometheus" / "rules.yaml"
DASHBOARD = DEPLOY / "grafana" / "dashboard.json"
OPERATIONS = ROOT / "docs" / "operations.md"
# Added by Prometheus itself, or by a histogram.
GIVEN_LABELS = {"job", "instance", "le"}


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return list(group["rules"])


def panels() -> list[dict[str, Any]]:
    loaded = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    return [panel for panel in loaded if panel["type"] != "row"]


def expressions(panel: dict[str, Any]) -> list[str]:
    return [
        re.sub(r"\$__\w+", "5m", target["expr"]).replace("$job", "winerr")
        for target in panel["targets"]
    ]


def asked() -> Iterator[tuple[str, str]]:
    """Every expression with the name of its rule or panel."""
    for rule in rules():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for expression in expressions(panel):
            yield panel["title"], expression


def selectors(expression: str) -> Iterator[tuple[str, list[Any]]]:
    """Every metric that an expression reads, with its matchers."""
    import promql_parser

    found: list[tuple[str, list[Any]]] = []

    def note(node: Any) -> bool:
        if isinstance(node, promql_parser.VectorSelector):
            found.append((node.name, list(node.matchers.matchers)))
        return True

    promql_parser.walk(promql_parser.parse(expression), note)
    yield from found


@pytest.fixture
async def served(base: KnowledgeBase, tmp_path: Path) -> dict[str, str]:
    """Name -> type of every metric that a bot serves in Socket Mode."""
    async with Workspace() as workspace:
        settings = Settings(
            slack_bot_token=workspace.bot_token,
            slack_app_token=workspace.app_token,
            slack_api_url=workspace.api_url,
            database_url=f"sqlite:///{tmp_path / 'winerr.db'}",
            http_port=0,
        )
        async with running(settings, base) as bot, aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{bot.http_port}/metrics"
            async with session.get(url) as response:
                text = await response.text()
    return {family.name: family.type for family in text_string_to_metric_families(text)}


def series(served: dict[str, str]) -> set[str]:
    """The names that a query may use."""
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"]}
    return {name + ending for name, kind in served.items() for ending in endings.get(kind, [""])}


async def test_every_metric_that_is_asked_for_exists(served: dict[str, str]) -> None:
    for place, expression in asked():
        for name, _ in selectors(expression):
            assert name in series(served) | {"up"}, place


async def test_every_metric_is_on_the_dashboard_and_explained(served: dict[str, str]) -> None:
    shown = {
        name for panel in panels() for text in expressions(panel) for name, _ in selectors(text)
    }
    explained = OPERATIONS.read_text(encoding="utf-8")
    for name, kind in served.items():
        if name.endswith("_created"):
            continue
        assert series({name: kind}) & shown, name
        assert f"`{name}{'_total' if kind == 'counter' else ''}`" in explained


def test_labels_exist_and_have_the_values_that_are_asked_for() -> None:
    collectors = [value for value in vars(Metrics()).values() if hasattr(value, "_labelnames")]
    labels = {collector._name: set(collector._labelnames) for collector in collectors}
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot").glob("*.py"))
    compared = 0
    for place, expression in asked():
        for name, matchers in selectors(expression):
            known = labels.get(re.sub(r"_(total|bucket|sum|count)$", "", name), set())
            for matcher in matchers:
                assert matcher.name in known | GIVEN_LABELS, place
                if matcher.name == "result":
                    for value in matcher.value.split("|"):
                        assert f'"{value}"' in source, place
                        compared += 1
                if matcher.name == "outcome":
                    # Named after the classes of bot/jobs.py.
                    assert re.search(rf"(?i)^class {matcher.value}\b", source, re.M), place
                    compared += 1
        grouped = re.findall(r"(?:by|on) \(([\w, ]+)\)", expression)
        every = GIVEN_LABELS.union(*labels.values())
        assert {word for part in grouped for word in part.split(", ")} <= every, place
    assert compared >= 5


def test_every_alert_says_what_to_do() -> None:
    headings = re.findall(r"^#+ (\w+)$", OPERATIONS.read_text(encoding="utf-8"), re.M)
    for rule in rules():
        assert rule["alert"] in headings
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("warning", "critical")
    alerts = {heading for heading in headings if heading.startswith("Winerr")}
    assert alerts == {rule["alert"] for rule in rules()}


def test_promtool_takes_the_rules() -> None:
    command = [tool("promtool", "the package prometheus"), "check", "rules", str(RULES)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_each_alert_rings_when_it_should_and_only_then() -> None:
    cases = Path(__file__).with_name("rules_test.yaml")
    command = [tool("promtool", "the package prometheus"), "test", "rules", str(cases)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    tests = yaml.safe_load(cases.read_text(encoding="utf-8"))["tests"]
    entries = [entry for test in tests for entry in test["alert_rule_test"]]
    ringing = {entry["alertname"] for entry in entries if entry.get("exp_alerts")}
    silent = {entry["alertname"] for entry in entries if not entry.get("exp_alerts")}
    assert ringing == silent == {rule["alert"] for rule in rules()}


def test_the_dashboard_is_laid_out_without_overlap() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    for one, other in combinations((panel["gridPos"] for panel in dashboard["panels"]), 2):
        apart = (
            one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
            or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        )  # fmt: skip
        assert apart, (one, other)
        assert one["x"] + one["w"] <= 24
    for panel in panels():
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"
