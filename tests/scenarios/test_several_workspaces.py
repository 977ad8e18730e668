"""One bot in several workspaces and organisations: each gets its own answers, and leaves alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.running import RunningBot
from bot.store.channel_table import ChannelSettings
from bot.store.inbox_table import count_jobs
from bot.store.schema import metadata
from bot.store.urls import DatabaseUrl
from bot.tenant import Tenant
from bot.workspace.branch import Branch
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.scenarios.installing import (
    Browser,
    install,
    installations_of,
    open_many,
    workspace_settings,
)

ORG = "E0ORG0001"


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace(settings=workspace_settings()) as opened:
        yield opened


@pytest.fixture
async def bot(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> AsyncIterator[RunningBot]:
    mode = "socket" if database_url.kind == "sqlite" else "http"
    async with open_many(workspace, base, mode, database_url, channel_policy="alerts") as opened:
        yield opened


def replies_of_the_bot(branch: Branch, ts: str) -> list[dict[str, Any]]:
    return [reply for reply in branch.replies(ts) if reply["user"] == branch.team.bot_user]


async def answered(branch: Branch, ts: str) -> dict[str, Any]:
    (reply,) = await branch.wait_for(lambda: replies_of_the_bot(branch, ts), 10)
    return reply


async def settle(bot: RunningBot, *branches: Branch) -> None:
    for branch in branches:
        await branch.wait_until_delivered()
    async with asyncio.timeout(10):
        while bot.inbox.waiting:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def rows_of(bot: RunningBot, *words: str) -> dict[str, int]:
    """How many rows of each table hold one of the words anywhere."""

    def look(tx: Any) -> dict[str, int]:
        found = {}
        for name in metadata.tables:
            rows = [str(row) for row in tx.execute(f"SELECT * FROM {name}")]  # noqa: S608
            if count := sum(any(word in row for word in words) for row in rows):
                found[name] = count
        return found

    return await bot.bot.database.run(look)


def ids_of(branch: Branch) -> tuple[str, ...]:
    """Everything by which a workspace could be known."""
    return (branch.team.id, *branch.state.channels, *(
        user for user in branch.state.users if user != "USLACKBOT"
    ))  # fmt: skip


async def test_each_workspace_is_answered_with_its_own_token(
    workspace: Workspace, bot: RunningBot
) -> None:
    other = workspace.add_team()
    await install(bot, workspace, other)
    for branch in (workspace, other):
        asked = [
            await branch.mention("ada", "incidents", "0x2F7"),
            await branch.say("ada", "dm-ada", "0x2F7"),
            await branch.alert("grafana", "alerts"),
        ]
        for ts in asked:
            await answered(branch, ts)
        await settle(bot, branch)
        posts = [call for call in workspace.calls("chat.postMessage") if call.status == 200]
        assert {call.token for call in posts[-3:]} == {branch.newest_token}
    assert workspace.newest_token != other.newest_token


async def test_commands_buttons_and_modals_work_in_each(
    workspace: Workspace, bot: RunningBot
) -> None:
    other = workspace.add_team()
    await install(bot, workspace, other)
    for branch in (workspace, other):
        await branch.slash("ada", "incidents", "/winerr", "0x2F7")
        await branch.wait_for(lambda: branch.ephemerals("ada", "incidents"), 10)  # noqa: B023
        await branch.click(ids.SHOW_FIX)
        await branch.wait_for(lambda: branch.view("ada"), 10)  # noqa: B023
        await branch.click(ids.SHARE)
        await branch.wait_for(lambda: branch.messages("incidents"), 10)  # noqa: B023
        ts = branch.messages("incidents")[-1]["ts"]
        await branch.shortcut("grace", "incidents", ts)
        await branch.wait_for(lambda: branch.ephemerals("grace"), 10)  # noqa: B023
        await settle(bot, branch)


async def test_the_bot_of_one_workspace_is_a_stranger_in_the_other(
    workspace: Workspace, bot: RunningBot
) -> None:
    other = workspace.add_team()
    await install(bot, workspace, other)
    # Its own posts it knows by its user there, and none by the user of another workspace.
    stranger = {"user": other.team.bot_user, "text": "failed: HRESULT 0x800702F7", "bot_id": "B0X"}
    ts = await workspace.post_as_app(stranger, "alerts")
    await answered(workspace, ts)
    own = {"user": other.team.bot_user, "text": "failed: HRESULT 0x800702F7"}
    ts = await other.post_as_app(own, "alerts")
    await settle(bot, workspace, other)
    assert replies_of_the_bot(other, ts) == []


async def test_a_workspace_that_did_not_install_it_is_told_so(
    workspace: Workspace, bot: RunningBot
) -> None:
    await install(bot, workspace)
    other = workspace.add_team()
    await other.slash("ada", "incidents", "/winerr", "0x2F7")
    (told,) = await other.wait_for(lambda: other.ephemerals("ada"), 10)
    assert "not installed here" in told["text"]
    assert "/slack/install" in told["text"]
    ts = await other.mention("ada", "incidents", "0x2F7")
    await settle(bot, other)
    assert replies_of_the_bot(other, ts) == []
    assert await rows_of(bot, *ids_of(other)) == {}


async def test_an_organisation_installs_once_for_all_of_its_workspaces(
    workspace: Workspace, bot: RunningBot
) -> None:
    one, two = workspace.add_team(ORG), workspace.add_team(ORG)
    async with Browser(bot) as browser:
        page = await browser.install(one, is_org=True)
    assert "winerr is installed in Org" in page.text
    assert f"/manage/{ORG}/integrations/profile/A0WINERR01/workspaces/add" in page.button
    two.team.is_org_install = True
    for branch in (one, two):
        for ts in (
            await branch.mention("ada", "incidents", "0x2F7"),
            await branch.alert("grafana", "alerts"),
        ):
            await answered(branch, ts)
        await branch.slash("grace", "incidents", "/winerr", "0x2F7")
        await branch.wait_for(lambda: branch.ephemerals("grace"), 10)  # noqa: B023
        await branch.click(ids.SHOW_FIX, user="grace")
        await branch.wait_for(lambda: branch.view("grace"), 10)  # noqa: B023
    await settle(bot, one, two)
    assert one.newest_token == two.newest_token
    assert await installations_of(bot).store.count() == 1


async def test_a_workspace_of_an_organisation_may_install_it_alone(
    workspace: Workspace, bot: RunningBot
) -> None:
    one, two = workspace.add_team(ORG), workspace.add_team(ORG)
    await install(bot, one)
    await answered(one, await one.mention("ada", "incidents", "0x2F7"))
    ts = await two.mention("ada", "incidents", "0x2F7")
    await settle(bot, one, two)
    assert replies_of_the_bot(two, ts) == []


async def test_in_a_shared_channel_our_workspace_counts_not_the_senders(
    workspace: Workspace, bot: RunningBot
) -> None:
    await install(bot, workspace)
    # Where others read along, somebody must have chosen unasked answers.
    chosen = ChannelSettings(policy="alerts")
    await bot.bot.channels.save(Tenant(workspace.team.id), "C0ALERTS01", chosen, "U0ADA")
    outside = {
        "user": "U9OUTSIDER", "team": "T9OUTSIDE", "user_team": "T9OUTSIDE",
        "source_team": "T9OUTSIDE", "bot_id": "B9OUTSIDE", "text": "failed: HRESULT 0x800702F7",
    }  # fmt: skip
    ts = await workspace.post_as_app(outside, "alerts")
    await answered(workspace, ts)
    envelope = workspace.deliveries[-1].envelope.payload
    assert envelope["team_id"] in ("T9OUTSIDE", workspace.team.id)
    await settle(bot, workspace)
    rows = await bot.bot.database.run(lambda tx: tx.execute("SELECT team FROM answer"))
    assert rows == [(workspace.team.id,)]


async def test_nothing_remains_of_a_workspace_that_uninstalls(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    other = workspace.add_team()
    await install(bot, workspace, other)
    for branch in (workspace, other):
        await answered(branch, await branch.mention("ada", "incidents", "0x2F7"))
        await settle(bot, branch)
    before = await rows_of(bot, *ids_of(other))
    assert {"inbox", "answer", "slack_bots", "slack_installations"} <= set(before)
    workspace.uninstall()
    await settle(bot, workspace)
    assert await rows_of(bot, *ids_of(workspace)) == {}
    assert await rows_of(bot, *ids_of(other)) == before
    assert f"all that was kept of it is deleted: {workspace.team.id}" in caplog.text
    await answered(other, await other.mention("ada", "incidents", "0x5"))
    ts = await workspace.mention("ada", "incidents", "0x5")
    await settle(bot, workspace, other)
    assert replies_of_the_bot(workspace, ts) == []
    assert await rows_of(bot, *ids_of(workspace)) == {}
    assert workspace.newest_token not in caplog.text


async def test_who_installs_again_is_answered_again(workspace: Workspace, bot: RunningBot) -> None:
    for code in ("0x2F7", "0x5"):
        await install(bot, workspace)
        await answered(workspace, await workspace.mention("ada", "incidents", code))
        workspace.uninstall()
        await settle(bot, workspace)
        assert await rows_of(bot, *ids_of(workspace)) == {}


async def test_an_uninstall_that_is_told_late_does_not_end_a_newer_installation(
    workspace: Workspace, bot: RunningBot
) -> None:
    await install(bot, workspace)
    long_ago = "1500000000.000000"
    workspace.tell_uninstalled(long_ago)
    await settle(bot, workspace)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))


async def test_a_revoked_token_that_is_not_ours_any_more_ends_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    await install(bot, workspace)
    workspace.revoke_tokens(tell=False)
    await install(bot, workspace)
    workspace._tell({"type": "tokens_revoked", "tokens": {"bot": [workspace.team.bot_user]}})
    workspace._tell({"type": "tokens_revoked", "tokens": {"oauth": ["U0ADA00001"]}})
    await settle(bot, workspace)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    workspace.revoke_tokens()
    await settle(bot, workspace)
    assert await rows_of(bot, *ids_of(workspace)) == {}


async def test_an_organisation_leaves_with_all_of_its_workspaces(
    workspace: Workspace, bot: RunningBot
) -> None:
    one, two = workspace.add_team(ORG), workspace.add_team(ORG)
    await install(bot, workspace)
    await install(bot, one, is_org=True)
    two.team.is_org_install = True
    for branch in (workspace, one, two):
        await answered(branch, await branch.mention("ada", "incidents", "0x2F7"))
    await settle(bot, workspace, one, two)
    two.withdraw()
    await settle(bot, two)
    assert await rows_of(bot, two.team.id) == {}
    assert (await rows_of(bot, one.team.id))["answer"] == 1
    await answered(two, await two.mention("ada", "incidents", "0x5"))
    await settle(bot, two)
    one.uninstall()
    await settle(bot, one)
    assert await rows_of(bot, ORG, *ids_of(one), *ids_of(two)) == {}
    await answered(workspace, await workspace.mention("ada", "incidents", "0x5"))


async def test_a_token_that_is_revoked_while_we_answer_ends_in_a_clear_state(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    await install(bot, workspace)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    workspace.revoke_tokens(tell=False)
    await workspace.mention("ada", "incidents", "0x5")
    await settle(bot, workspace)
    assert await bot.bot.database.run(count_jobs) == {"done": 1, "dead": 1}
    sql = "SELECT error FROM inbox WHERE state = 'dead'"
    assert await bot.bot.database.run(lambda tx: tx.execute(sql)) == [
        ("Slack refuses the token of its workspace (token_revoked)",)
    ]
    assert "Slack refuses the token of workspace T0LOCAL01 (token_revoked)" in caplog.text
    # When Slack says why, that goes as well.
    workspace.uninstall()
    await settle(bot, workspace)
    assert await rows_of(bot, *ids_of(workspace)) == {}


async def test_work_of_a_workspace_that_left_meanwhile_is_dropped(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    other = workspace.add_team()
    await install(bot, workspace, other)
    workspace.fault("slow", target="chat.postMessage", seconds=1.0)
    asked = [await workspace.mention("ada", "incidents", f"0x2F{n}") for n in range(4)]
    await workspace.wait_until_delivered()
    workspace.uninstall()
    await settle(bot, workspace)
    answers = [ts for ts in asked if replies_of_the_bot(workspace, ts)]
    assert len(answers) <= 1
    assert "is dropped: its workspace has uninstalled winerr" in caplog.text
    assert await rows_of(bot, *ids_of(workspace)) == {}
    metrics = bot.bot.metrics.text().decode()
    assert 'winerr_jobs_total{kind="message",outcome="dropped"}' in metrics


async def test_a_store_that_is_out_while_somebody_uninstalls_is_told_again(
    workspace: Workspace, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await install(bot, workspace)
    from bot.errors import StoreError
    from bot.installations import leaving

    calls = []
    forget = leaving.forget_installation

    def broken_once(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 1:
            raise StoreError("out")
        return forget(*arguments)

    monkeypatch.setattr(leaving, "forget_installation", broken_once)
    workspace.uninstall()
    await settle(bot, workspace)
    assert len(calls) >= 2
    assert await rows_of(bot, *ids_of(workspace)) == {}


async def test_events_cost_no_query_once_the_installation_is_known(
    workspace: Workspace, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await install(bot, workspace)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    store = installations_of(bot).store
    monkeypatch.setattr(store, "find", None)
    before = len(workspace.calls("auth.test"))
    for number in range(5):
        await answered(workspace, await workspace.mention("ada", "incidents", f"0x{number + 2:X}"))
    assert len(workspace.calls("auth.test")) == before
