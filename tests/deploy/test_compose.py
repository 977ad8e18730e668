"""compose.yaml: by the Compose specification, hardened, and in step with the rest."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from bot.settings import Settings, load_settings, variable_names
from bot.store.urls import parse_database_url
from scripts import dockerfile_steps as steps
from tests.deploy.conftest import DEPLOY, ROOT

EXAMPLE = DEPLOY / "compose.env.example"


@pytest.fixture
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8")))


def faults(document: dict[str, Any]) -> list[str]:
    """What the schema of the Compose specification says against it."""
    import jsonschema

    schemas = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    validator = jsonschema.Draft202012Validator(json.loads(schemas.read_text(encoding="utf-8")))
    return [error.message for error in validator.iter_errors(document)]


def test_it_follows_the_specification(compose: dict[str, Any]) -> None:
    assert faults(compose) == []
    compose["services"]["winerr"]["readonly"] = True
    assert faults(compose) != []


def test_every_service_is_closed_and_bounded(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["restart"] == "always", name
        assert "ports" not in service, name
        assert not service.get("privileged"), name
        assert re.search(r":\d[\w.]*(-\w+)?$", service["image"]), "a version, and not latest"
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["database"]["networks"] == ["inside"]


def test_the_bot_waits_for_a_healthy_database(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["winerr"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    # winerr's own health check is the image's.
    parsed = steps.parse((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    assert any(instruction.keyword == "HEALTHCHECK" for instruction in parsed)


def test_what_can_be_written_belongs_to_the_images_user(compose: dict[str, Any]) -> None:
    parsed = steps.parse((DEPLOY / "Dockerfile").read_text(encoding="utf-8"))
    uid, _, gid = next(step.text for step in parsed if step.keyword == "USER").partition(":")
    (tmpfs,) = compose["services"]["winerr"]["tmpfs"]
    assert tmpfs.startswith(f"/data:uid={uid},gid={gid},mode=0700")
    build = compose["services"]["winerr"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).resolve() == DEPLOY / "Dockerfile"


def test_the_grace_ends_before_the_container_is_killed(compose: dict[str, Any]) -> None:
    service = compose["services"]["winerr"]
    grace = float(service["environment"]["WINERR_SHUTDOWN_GRACE_SECONDS"])
    assert float(service["stop_grace_period"].removesuffix("s")) >= grace + 15


def test_the_example_is_filled_in_to_settings_that_are_taken(compose: dict[str, Any]) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    empty = dotenv_values(stream=None, dotenv_path=EXAMPLE)
    assert not any(empty.values()), "no secret in git, and nobody runs with an example's"
    named = set(re.findall(r"(?m)^#?([A-Z_]+)=", text))
    assert named <= {*variable_names(), "POSTGRES_PASSWORD"}
    variables = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    for name, value in compose["services"]["winerr"]["environment"].items():
        variables[name] = re.sub(r"\$\{POSTGRES_PASSWORD:\?[^}]*\}", "s3cret", value)
    settings: Settings = load_settings(variables, env_file=None)
    url = parse_database_url(settings.database_url.get_secret_value())
    assert url.shown == "database:5432/winerr"
    assert "s3cret" in settings.secrets


def test_the_filled_in_file_stays_out_of_git_and_image() -> None:
    assert "deploy/compose.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert steps.is_ignored("deploy/compose.env", steps.ignore_patterns(ROOT))


def test_the_image_has_the_version_of_the_package(compose: dict[str, Any]) -> None:
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert compose["services"]["winerr"]["image"] == f"winerr:{version}"
    chart = yaml.safe_load((DEPLOY / "helm" / "winerr" / "Chart.yaml").read_text())
    assert chart["appVersion"] == version
