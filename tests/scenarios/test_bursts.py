"""The same error again and again: one reply that counts, and a channel that stays readable."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.running import RunningBot
from bot.store.channel_table import ChannelSettings, mute_thread
from bot.store.occurrence_table import frequent
from bot.tenant import Tenant
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import OpenBot, reply_to, said, settle

ALERTS = "C0ALERTS01"
JOB = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}
DENIED = {"bot_id": "B0X", "text": "copy failed: HRESULT 0x80070005"}


async def storm(workspace: Workspace, count: int, message: dict[str, Any] = JOB) -> list[str]:
    return [await workspace.post_as_app(message, "alerts") for _ in range(count)]


def replies(workspace: Workspace, posts: list[str]) -> list[dict[str, Any]]:
    return [reply for ts in posts for reply in workspace.replies(ts)]


async def test_three_hundred_alerts_cost_one_reply_and_a_handful_of_updates(
    workspace: Workspace, bot: RunningBot
) -> None:
    posts = await storm(workspace, 300)
    await workspace.wait_for(
        lambda: any("300 times" in said(reply) for reply in replies(workspace, posts)), timeout=60
    )
    await settle(workspace, bot)
    (reply,) = replies(workspace, posts)
    assert workspace.replies(posts[0]) == [reply]
    assert "ERROR_PROCESS_NOT_IN_JOB" in said(reply)
    assert len(workspace.calls("chat.postMessage")) == 1
    assert 1 <= len(workspace.calls("chat.update")) <= 6
    mark = reply["metadata"]["event_payload"]
    assert mark["source"] == posts[0]


async def test_each_error_has_its_own_count(workspace: Workspace, bot: RunningBot) -> None:
    first, second = await storm(workspace, 2), await storm(workspace, 3, DENIED)
    await reply_to(workspace, second[0])
    for posts, times in ((first, "2 times"), (second, "3 times")):
        await workspace.wait_for(
            lambda: any(times in said(r) for r in replies(workspace, posts)),  # noqa: B023
            timeout=20,
        )
    assert len(workspace.calls("chat.postMessage")) == 2


async def test_a_mention_is_answered_in_the_middle_of_a_storm(
    workspace: Workspace, bot: RunningBot
) -> None:
    await storm(workspace, 20)
    ts = await workspace.mention("ada", "alerts", "what is 0x800702F7?")
    assert "ERROR_PROCESS_NOT_IN_JOB" in said(await reply_to(workspace, ts))


async def test_without_a_cooldown_every_alert_is_answered(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="alerts", cooldown_seconds=0) as bot:
        posts = await storm(workspace, 2)
        await reply_to(workspace, posts[1])
        await settle(workspace, bot)
        assert [len(workspace.replies(ts)) for ts in posts] == [1, 1]


async def test_the_count_goes_on_after_a_restart(
    workspace: Workspace, open_bot: OpenBot, tmp_path: Path
) -> None:
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{tmp_path}/store.db", "channel_policy": "alerts"
    }  # fmt: skip
    async with open_bot("http", **values) as bot:
        posts = await storm(workspace, 3)
        await settle(workspace, bot)
    async with open_bot("http", **values) as bot:
        posts += await storm(workspace, 2)
        await workspace.wait_for(
            lambda: any("5 times" in said(reply) for reply in replies(workspace, posts)),
            timeout=20,
        )
        await settle(workspace, bot)
    assert len(replies(workspace, posts)) == 1


async def test_a_removed_count_begins_anew(workspace: Workspace, bot: RunningBot) -> None:
    posts = await storm(workspace, 1)
    await workspace.delete("alerts", (await reply_to(workspace, posts[0]))["ts"])
    posts += await storm(workspace, 1)
    # The count finds its reply gone; from then on there is a new one.
    await workspace.wait_for(lambda: workspace.calls("chat.update"), timeout=20)
    await settle(workspace, bot)
    posts += await storm(workspace, 1)
    await reply_to(workspace, posts[2])


async def test_a_reply_that_counts_many_stays_when_its_alert_is_corrected(
    workspace: Workspace, bot: RunningBot
) -> None:
    posts = await storm(workspace, 2)
    await reply_to(workspace, posts[0])
    await settle(workspace, bot)
    await workspace.edit("alerts", posts[0], "resolved")
    await settle(workspace, bot)
    assert len(workspace.replies(posts[0])) == 1


async def test_a_count_that_slack_does_not_take_is_shown_later(
    workspace: Workspace, bot: RunningBot
) -> None:
    workspace.fault("rate_limited", target="chat.update", count=1, seconds=1)
    posts = await storm(workspace, 4)
    await workspace.wait_for(
        lambda: any("4 times" in said(reply) for reply in replies(workspace, posts)), timeout=20
    )


async def test_a_muted_thread_hears_nothing_more_unless_asked(
    workspace: Workspace, bot: RunningBot
) -> None:
    (root,) = await storm(workspace, 1)
    first = await reply_to(workspace, root)
    await settle(workspace, bot)
    await bot.bot.database.run(lambda tx: mute_thread(tx, TEAM, ALERTS, root, "U0ADA"))
    await storm(workspace, 2)
    await settle(workspace, bot)
    await asyncio.sleep(2)
    assert workspace.replies(root) == [first]
    await workspace.mention("ada", "alerts", "0x80070005", root)
    await workspace.wait_for(
        lambda: any("ERROR_ACCESS_DENIED" in said(reply) for reply in workspace.replies(root))
    )


async def test_a_dry_run_says_nothing_and_counts_what_it_would_say(
    workspace: Workspace, bot: RunningBot
) -> None:
    await bot.bot.channels.save(Tenant(TEAM), ALERTS, ChannelSettings(dry_run=True), "U0ADA")
    posts = [*await storm(workspace, 3), *await storm(workspace, 2, DENIED)]
    await settle(workspace, bot)
    assert replies(workspace, posts) == []
    would = await bot.bot.database.run(lambda tx: frequent(tx, TEAM, ALERTS, 1.0, 10, dry=True))
    assert [(each.count, each.posts) for each in would] == [(3, 1), (2, 1)]
    assert await bot.bot.database.run(lambda tx: frequent(tx, TEAM, ALERTS, 1.0, 10)) == []


@pytest.mark.parametrize(("sender", "answered"), [("B0X", True), ("B0OTHER", False)])
async def test_a_channel_hears_only_the_senders_that_it_chose(
    workspace: Workspace, bot: RunningBot, sender: str, answered: bool
) -> None:
    await bot.bot.channels.save(Tenant(TEAM), ALERTS, ChannelSettings(senders=("B0X",)), "U0ADA")
    (ts,) = await storm(workspace, 1, {**JOB, "bot_id": sender})
    await workspace.wait_until_delivered()
    await settle(workspace, bot)
    assert bool(workspace.replies(ts)) == answered


async def test_what_was_seen_before_is_said_with_when_and_where(
    workspace: Workspace, bot: RunningBot
) -> None:
    await storm(workspace, 3)
    await settle(workspace, bot)
    ts = await workspace.mention("ada", "incidents", "what is ERROR_PROCESS_NOT_IN_JOB?")
    reply = said(await reply_to(workspace, ts))
    assert "Seen 3 times in 30 days" in reply
    assert ALERTS in reply
