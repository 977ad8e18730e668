"""`winerr doctor`: what it says when all is well, and of each thing that is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.checked import Checked
from bot.doctor import Doctor, is_well, judge_clock
from bot.manifest import manifest
from bot.secret import Secret
from bot.store.database import open_database
from bot.store.inbox_table import NewJob, add_jobs, bury_job
from bot.store.urls import DatabaseUrl, parse_database_url
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings, settings_from_manifest
from knowledge import KnowledgeBase
from tests.scenarios.conftest import settings_for


async def examined(workspace: Workspace, mode: str = "socket", **values: Any) -> dict[str, Checked]:
    async with Doctor(settings_for(workspace, mode, **values)) as doctor:
        return {check.name: check for check in await doctor.examine()}


@pytest.fixture
async def installed() -> Any:
    """A workspace in which the app of our manifest is installed."""
    async with Workspace(settings=settings_from_manifest(manifest())) as workspace:
        yield workspace


async def test_a_healthy_bot_has_no_faults(installed: Workspace) -> None:
    found = await examined(installed)
    assert {name: check.state for name, check in found.items()} == dict.fromkeys(found, "ok")
    assert is_well(list(found.values()))
    http = await examined(installed, "http")
    assert http["socket"].state == "skipped"
    assert installed.calls("chat.postMessage") == []


async def test_a_wrong_token_is_named_with_what_to_do(installed: Workspace) -> None:
    found = await examined(installed, slack_bot_token=Secret("xoxb-wrong"))
    assert found["token"].state == "fault"
    assert "SLACK_BOT_TOKEN" in found["token"].told
    assert found["scopes"].state == "skipped"
    assert "xoxb-wrong" not in str(found)


async def test_a_missing_and_a_needless_scope_are_told_apart() -> None:
    lacking = WorkspaceSettings(scopes=frozenset({"chat:write", "commands"}))
    async with Workspace(settings=lacking) as workspace:
        scopes = (await examined(workspace))["scopes"]
    assert scopes.state == "fault"
    assert "app_mentions:read (people mention the bot)" in scopes.told
    async with Workspace() as workspace:
        scopes = (await examined(workspace))["scopes"]
    assert scopes.state == "warning"
    assert "reactions:write" in scopes.told
    assert "files:read" not in scopes.told


async def test_an_optional_scope_that_was_left_out_is_no_fault(installed: Workspace) -> None:
    assert "left out" not in (await examined(installed))["scopes"].told
    lacking = WorkspaceSettings(scopes=installed.settings.scopes - {"files:read"})
    async with Workspace(settings=lacking) as workspace:
        scopes = (await examined(workspace))["scopes"]
    assert scopes.state == "ok"
    assert "left out, as one may: files:read (snippets" in scopes.told


async def test_a_socket_that_does_not_open_is_named(installed: Workspace) -> None:
    installed.fault("refuse", count=5)
    assert (await examined(installed))["socket"].state == "fault"


async def test_a_store_that_cannot_be_opened_is_named(installed: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.write_text("no folder")
    found = await examined(installed, database_url=Secret(f"sqlite:///{file}/winerr.db"))
    assert found["store"].state == "fault"
    assert "DATABASE_URL" in found["store"].told


async def test_what_was_given_up_is_a_warning(installed: Workspace, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'winerr.db'}"
    database = await open_database(parse_database_url(url))
    added = await database.run(lambda tx: add_jobs(tx, [NewJob("k", None, "l", "{}")], "me", 1.0))
    await database.run(lambda tx: bury_job(tx, added.new["k"], "no use"))
    await database.close()
    store = (await examined(installed, database_url=Secret(url)))["store"]
    assert store.state == "warning"
    assert "1 given up" in store.told


@pytest.mark.parametrize(
    ("off", "state"), [(0, "ok"), (-30, "ok"), (90, "warning"), (-3_600, "fault")]
)
def test_a_clock_that_is_wrong_is_noticed(off: float, state: str) -> None:
    date = "Tue, 24 Nov 2026 12:00:00 GMT"
    theirs = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
    assert judge_clock(date, theirs + off).state == state


def test_a_time_that_cannot_be_read_is_no_fault() -> None:
    assert [judge_clock(date, 0.0).state for date in (None, "soon")] == ["skipped"] * 2


async def test_several_workspaces_are_asked_one_by_one(base: KnowledgeBase, tmp_path: Path) -> None:
    from tests.scenarios.installing import install, open_many, settings_for_many

    url = DatabaseUrl("sqlite", str(tmp_path / "winerr.db"))
    asked = settings_from_manifest(manifest(install_address="https://winerr.example.com"))

    async def examined_many(**values: Any) -> dict[str, Checked]:
        async with Doctor(settings_for_many(workspace, "socket", url, **values)) as doctor:
            return {check.name: check for check in await doctor.examine()}

    async with Workspace(settings=asked) as workspace:
        found = await examined_many()
        assert found["token"].state == "ok"
        assert found["installed"].state == "warning"
        assert "/slack/install" in found["installed"].told
        assert found["clock"].state == "ok"
        assert (found["scopes"].state, found["blocks"].state) == ("skipped", "skipped")
        other = workspace.add_team()
        async with open_many(workspace, base, "socket", url) as bot:
            await install(bot, workspace, other)
        found = await examined_many()
        assert {name: check.state for name, check in found.items()} == dict.fromkeys(found, "ok")
        other.revoke_tokens(tell=False)
        found = await examined_many()
        assert found["installed"].state == "warning"
        assert "T1LOCAL01 (token_revoked)" in found["installed"].told
        wrong = await examined_many(slack_client_secret=Secret("not-the-secret"))
        assert wrong["token"].state == "fault"
        assert "SLACK_CLIENT_SECRET" in wrong["token"].told
        assert "not-the-secret" not in str(wrong)
