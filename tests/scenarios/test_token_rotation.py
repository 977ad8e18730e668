"""Tokens that expire: replaced in time, by one replica at a time, and what fails is tried again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.installations.rotation import AHEAD_SECONDS
from bot.running import RunningBot
from bot.store.urls import DatabaseUrl
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.scenarios.installing import install, installations_of, open_many, workspace_settings
from tests.scenarios.test_several_workspaces import answered, settle

TWELVE_HOURS = 12 * 3600.0


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    settings = workspace_settings(token_seconds=TWELVE_HOURS)
    async with Workspace(settings=settings) as opened:
        yield opened


@pytest.fixture
async def bot(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> AsyncIterator[RunningBot]:
    async with open_many(workspace, base, "socket", database_url) as opened:
        yield opened


def refreshes(workspace: Workspace) -> list[Any]:
    calls = workspace.calls("oauth.v2.access")
    return [call for call in calls if call.args.get("grant_type") == "refresh_token"]


def age(workspace: Workspace, seconds: float) -> None:
    """Let every token of Slack's be older."""
    for grant in workspace._shared.tokens._grants:
        if grant.expires is not None:
            grant.expires -= seconds


async def age_stored(bot: RunningBot, seconds: float) -> None:
    """The same in the store."""
    store = installations_of(bot).store
    for stored in await store.newest(10):
        stored.bot_token_expires_at = int((stored.bot_token_expires_at or 0) - seconds)
        await store.save_rotated(stored)


async def stored_tokens(bot: RunningBot) -> set[str]:
    sql = "SELECT bot_token FROM slack_bots UNION ALL SELECT bot_token FROM slack_installations"
    return {token for (token,) in await bot.bot.database.run(lambda tx: tx.execute(sql))}


async def test_a_young_token_is_left_alone(workspace: Workspace, bot: RunningBot) -> None:
    await install(bot, workspace)
    await installations_of(bot).rotation.rotate_due()
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    assert refreshes(workspace) == []


async def test_a_token_is_replaced_before_it_expires(workspace: Workspace, bot: RunningBot) -> None:
    other = workspace.add_team()
    await install(bot, workspace, other)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    old = workspace.newest_token
    await age_stored(bot, TWELVE_HOURS - AHEAD_SECONDS + 60)
    await installations_of(bot).rotation.rotate_due()
    assert len(refreshes(workspace)) == 2
    assert await stored_tokens(bot) == {workspace.newest_token, other.newest_token}
    assert workspace.newest_token != old
    await answered(workspace, await workspace.mention("ada", "incidents", "0x5"))
    assert workspace.calls("chat.postMessage")[-1].token == workspace.newest_token
    await installations_of(bot).rotation.rotate_due()
    assert len(refreshes(workspace)) == 2


async def test_what_expired_while_nobody_ran_is_replaced_at_the_next_start(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> None:
    async with open_many(workspace, base, "socket", database_url) as bot:
        await install(bot, workspace)
        await age_stored(bot, TWELVE_HOURS + 60)
        age(workspace, TWELVE_HOURS + 60)
    async with open_many(workspace, base, "socket", database_url) as bot:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await answered(workspace, ts)
        await settle(bot, workspace)
    assert len(refreshes(workspace)) == 1


async def test_a_token_that_slack_calls_expired_is_replaced_and_the_answer_given(
    workspace: Workspace, bot: RunningBot
) -> None:
    await install(bot, workspace)
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    # Slack's clock and ours differ: the store thinks the token is good for ten minutes more.
    await age_stored(bot, TWELVE_HOURS - 600)
    age(workspace, TWELVE_HOURS + 1)
    ts = await workspace.mention("ada", "incidents", "0x5")
    await answered(workspace, ts)
    assert len(refreshes(workspace)) == 1


async def test_two_replicas_use_a_refresh_token_once(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> None:
    opening = (open_many(workspace, base, "socket", database_url) for _ in range(2))
    async with next(opening) as one, next(opening) as two:
        await install(one, workspace)
        for _ in range(3):
            await age_stored(one, TWELVE_HOURS - AHEAD_SECONDS + 60)
            workspace.fault("slow", target="oauth.v2.access", seconds=0.3)
            before = len(refreshes(workspace))
            rotations = [installations_of(bot).rotation.rotate_due() for bot in (one, two) * 2]
            await asyncio.gather(*rotations)
            assert len(refreshes(workspace)) == before + 1
        # Both go on with the new one.
        asked = [await workspace.mention("ada", "incidents", f"0x{n}") for n in range(2, 8)]
        for ts in asked:
            await answered(workspace, ts)
        lanes = "SELECT lane FROM lane WHERE lane LIKE '%rotation'"
        assert await one.bot.database.run(lambda tx: tx.execute(lanes)) == []


@pytest.mark.parametrize(
    ("fault", "values", "reason"),
    [
        ("http_error", {"status": 503}, "http_503"),
        ("drop", {}, "ServerDisconnectedError"),
        ("slack_error", {"error": "invalid_refresh_token"}, "invalid_refresh_token"),
    ],
)
async def test_a_refresh_that_fails_is_logged_and_tried_again_later(
    fault: str,
    values: dict[str, Any],
    reason: str,
    workspace: Workspace,
    bot: RunningBot,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await install(bot, workspace)
    await age_stored(bot, TWELVE_HOURS - AHEAD_SECONDS + 60)
    rotation = installations_of(bot).rotation
    workspace.fault(fault, target="oauth.v2.access", **values)
    for _ in range(3):
        await rotation.rotate_due()
    assert len(refreshes(workspace)) == 1
    assert f"Slack does not replace the token of T0LOCAL01 ({reason})" in caplog.text
    assert "/slack/install" in caplog.text
    assert "xoxe" not in caplog.text
    # The token is good for two hours more, and so are answers.
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
    rotation._failures = {place: (n, time.monotonic()) for place, (n, _) in
                          rotation._failures.items()}  # fmt: skip
    await rotation.rotate_due()
    assert len(refreshes(workspace)) == 2
    assert await stored_tokens(bot) == {workspace.newest_token}


async def test_a_new_token_that_cannot_be_saved_is_kept_until_it_can(
    workspace: Workspace, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import StoreError

    await install(bot, workspace)
    await age_stored(bot, TWELVE_HOURS - AHEAD_SECONDS + 60)
    many = installations_of(bot)

    async def out(_: object) -> None:
        raise StoreError("out")

    with monkeypatch.context() as patch:
        patch.setattr(many.store, "save_rotated", out)
        await many.rotation.rotate_due()
    assert await stored_tokens(bot) != {workspace.newest_token}
    await many.rotation.rotate_due()
    assert len(refreshes(workspace)) == 1
    assert await stored_tokens(bot) == {workspace.newest_token}
    await answered(workspace, await workspace.mention("ada", "incidents", "0x2F7"))
