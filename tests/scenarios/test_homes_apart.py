"""Home tab and weekly post with two workspaces: each of its own, with its own token."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.digests import Digests
from bot.running import RunningBot
from bot.store.channel_table import ChannelSettings
from bot.store.inbox_table import count_jobs
from bot.store.urls import DatabaseUrl
from bot.tenant import Tenant
from bot.workspace.branch import Branch
from bot.workspace.calls import Call
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.scenarios.conftest import said
from tests.scenarios.installing import install, open_many, workspace_settings
from tests.scenarios.test_weekly_posts import next_monday

# What each workspace meets, asks for, notes, and finds unhelpful; named as the other never sees it.
JOB, BUSY = "ERROR_PROCESS_NOT_IN_JOB", "ERROR_SHARING_VIOLATION"
CODES = ("0x800702F7", "0x80070020")
QUUX = ("ERROR_QUUX_IS_BROKEN", "ERROR_ZORK_IS_BROKEN")
OWN = ((JOB, QUUX[0]), (BUSY, QUUX[1]))


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace(settings=workspace_settings()) as opened:
        yield opened


@pytest.fixture
async def bot(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> AsyncIterator[RunningBot]:
    mode = "socket" if database_url.kind == "sqlite" else "http"
    values = {"channel_policy": "alerts", "lease_seconds": 1}
    async with open_many(workspace, base, mode, database_url, **values) as opened:
        yield opened


@pytest.fixture
async def both(workspace: Workspace, bot: RunningBot) -> tuple[Branch, Branch]:
    """Two workspaces with the bot, each with an error, a question and an opinion of its own."""
    other = workspace.add_team()
    await install(bot, workspace, other)
    for branch, code, unknown in zip((workspace, other), CODES, QUUX, strict=True):
        alert = {"bot_id": "B0X", "text": f"failed: HRESULT {code}"}
        ts = await branch.post_as_app(alert, "alerts")
        await branch.wait_for(lambda: branch.replies(ts), 10)  # noqa: B023
        await branch.click(ids.NOT_HELPFUL, ts=branch.replies(ts)[0]["ts"])
        await branch.slash("ada", "incidents", ids.COMMAND, unknown)
        await branch.wait_for(lambda: len(branch.ephemerals("ada")) >= 2, 10)  # noqa: B023
        channel = branch.state.channel_named("alerts").id
        user = branch.state.user_named("ada").id
        chosen = ChannelSettings(digest=True)
        await bot.bot.channels.save(Tenant(branch.team.id), channel, chosen, user)
    await settled(bot, workspace, other)
    return workspace, other


async def settled(bot: RunningBot, *branches: Branch) -> None:
    for branch in branches:
        await branch.wait_until_delivered()
    async with asyncio.timeout(15):
        while (await bot.bot.database.run(count_jobs)).get("open"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def send_weekly_posts(bot: RunningBot, *branches: Branch) -> None:
    """Let it be Monday."""
    digests = Digests(bot.bot.database, bot.bot.delivery, bot.bot.knowledge, 30.0, next_monday)
    assert await digests.take_due() == 2
    await settled(bot, *branches)


def weekly(branch: Branch) -> list[dict[str, Any]]:
    found = branch.messages("alerts")
    return [each for each in found if "Windows errors in this channel" in each["text"]]


def calls_of(workspace: Workspace, method: str, branch: Branch) -> list[Call]:
    return [each for each in workspace.calls(method) if each.token == branch.newest_token]


async def test_each_home_tab_shows_its_own_workspace(
    workspace: Workspace, bot: RunningBot, both: tuple[Branch, Branch]
) -> None:
    for branch in both:
        await branch.open_home("ada")
        await branch.wait_for(lambda: branch.home("ada"), 10)  # noqa: B023
        assert len(calls_of(workspace, "views.publish", branch)) == 1
    for (own, other), branch in zip((OWN, OWN[::-1]), both, strict=True):
        shown = said(branch.home("ada") or {})
        assert [word in shown for word in own] == [True, True]
        assert [word in shown for word in other] == [False, False]
        assert branch.state.channel_named("alerts").id in shown
        assert "one person said that it did not help" in shown
    # A search, a note and the settings of a channel stay where they are.
    first, second = both
    await first.click_in_view(ids.SEARCH, value=BUSY)
    await first.wait_for(lambda: BUSY in said(first.view("ada") or {}), 10)
    assert "seen" not in said(first.view("ada") or {}).lower()
    await first.close_view("ada", everything=True)
    stranger = second.state.channel_named("alerts").id
    await first.click_in_view(ids.CHANNEL_SETTINGS, value=stranger)
    await first.wait_for(
        lambda: "Only channels whose settings" in said(first.view("ada") or {}), 10
    )
    assert second.view("ada") is None


async def test_each_weekly_post_goes_with_the_token_of_its_workspace(
    workspace: Workspace, bot: RunningBot, both: tuple[Branch, Branch]
) -> None:
    before = {
        branch.team.id: len(calls_of(workspace, "chat.postMessage", branch)) for branch in both
    }
    await send_weekly_posts(bot, *both)
    for (own, other), branch in zip((OWN, OWN[::-1]), both, strict=True):
        (post,) = weekly(branch)
        assert [word in said(post) for word in own] == [True, True]
        assert [word in said(post) for word in other] == [False, False]
        posted = calls_of(workspace, "chat.postMessage", branch)
        assert len(posted) == before[branch.team.id] + 1
        assert posted[-1].args["channel"] == branch.state.channel_named("alerts").id


async def test_a_revoked_token_in_one_leaves_the_other_working(
    workspace: Workspace, bot: RunningBot, both: tuple[Branch, Branch]
) -> None:
    first, second = both
    workspace.revoke_tokens(tell=False)
    await send_weekly_posts(bot, *both)
    assert weekly(first) == []
    (post,) = weekly(second)
    assert BUSY in said(post)
    await second.open_home("ada")
    await second.wait_for(lambda: QUUX[1] in said(second.home("ada") or {}), 10)
    await first.open_home("ada")
    await settled(bot, *both)
    assert first.home("ada") is None
    dead = "SELECT error FROM inbox WHERE state = 'dead'"
    assert (
        await bot.bot.database.run(lambda tx: tx.execute(dead))
        == [("Slack refuses the token of its workspace (token_revoked)",)] * 2
    )
    ts = await second.mention("grace", "incidents", "0x2F7")
    await second.wait_for(lambda: JOB in said({"all": second.replies(ts)}), 10)
    # Whoever installs it again gets the next ones.
    await install(bot, first)
    await first.open_home("ada")
    await first.wait_for(lambda: QUUX[0] in said(first.home("ada") or {}), 10)


async def test_who_uninstalls_gets_no_weekly_post_and_takes_nothing_of_the_other(
    workspace: Workspace, bot: RunningBot, both: tuple[Branch, Branch]
) -> None:
    first, second = both
    workspace.uninstall()
    await settled(bot, *both)
    digests = Digests(bot.bot.database, bot.bot.delivery, bot.bot.knowledge, 30.0, next_monday)
    assert await digests.take_due() == 1
    await settled(bot, *both)
    assert weekly(first) == []
    assert len(weekly(second)) == 1
