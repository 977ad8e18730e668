"""The weekly post: on Mondays from 08:00 UTC, once, only where asked for and something happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import ids
from bot.digests import Digests, week_end
from bot.running import RunningBot
from bot.store.channel_table import ChannelSettings
from bot.store.inbox_table import count_jobs
from bot.store.note_table import add_resolution
from bot.store.occurrence_table import Occurrence, note_occurrences
from bot.store.unknown_table import note_unknown
from bot.tenant import Tenant
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import MODES, OpenBot, private_to, said, settle

ALERTS = "C0ALERTS01"
JOB = "ERROR_PROCESS_NOT_IN_JOB"
ALERT = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}
DENIED = Occurrence(TEAM, ALERTS, "win32/ERROR_ACCESS_DENIED", "win32:0x00000005", is_public=True)


def next_monday(hour: int = 8, minute: int = 0) -> float:
    """The Monday after today, so that what happens now is in the week before it."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    return (monday + timedelta(hours=hour, minutes=minute)).timestamp()


def digests_of(bot: RunningBot, clock: Callable[[], float]) -> Digests:
    """What looks for weekly posts, on another day."""
    return Digests(bot.bot.database, bot.bot.delivery, bot.bot.knowledge, 30.0, clock)


@pytest.fixture(params=MODES)
async def bot(request: pytest.FixtureRequest, open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    async with open_bot(request.param, channel_policy="alerts", lease_seconds=1) as opened:
        yield opened


async def ask_for_it(bot: RunningBot, channel: str = ALERTS, *, digest: bool = True) -> None:
    settings = ChannelSettings(digest=digest)
    await bot.bot.channels.save(Tenant(TEAM), channel, settings, "U0ADA")


async def worked_off(bot: RunningBot) -> None:
    """Wait until what stands in the store is worked off."""
    async with asyncio.timeout(10):
        while (await bot.bot.database.run(count_jobs)).get("open"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def posts(workspace: Workspace, channel: str = "alerts") -> list[dict[str, Any]]:
    found = workspace.messages(channel)
    return [each for each in found if "Windows errors in this channel" in each["text"]]


@pytest.mark.parametrize(
    ("moment", "monday"),
    [
        ("2026-11-23T07:59:59", "2026-11-16"),
        ("2026-11-23T08:00:00", "2026-11-23"),
        ("2026-11-29T23:59:59", "2026-11-23"),
        ("2026-11-30T08:00:00", "2026-11-30"),
        ("1970-01-05T08:00:00", "1970-01-05"),
    ],
)
def test_a_week_ends_on_monday_at_eight(moment: str, monday: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    day = datetime.fromisoformat(monday).replace(tzinfo=UTC).timestamp() / 86_400
    assert week_end(now) == day


async def test_the_errors_of_the_week_are_posted_once(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "alerts", ids.COMMAND, "settings")
    await workspace.wait_for(lambda: workspace.view("ada"))
    assert (await workspace.submit_view("ada", {"switches": {"chosen": ["digest"]}})).ok
    await private_to(workspace, "ada")
    for _ in range(2):
        await workspace.post_as_app(ALERT, "alerts")
    await workspace.slash("ada", "alerts", ids.COMMAND, "ERROR_QUUX_IS_BROKEN")
    await private_to(workspace, "ada", 2)
    await settle(workspace, bot)
    earlier = [DENIED] * 4

    def prepare(tx: Any) -> None:
        note_occurrences(tx, earlier)
        tx.execute("UPDATE occurrence SET day = day - 7 WHERE topic = $1", (DENIED.topic,))
        note_occurrences(tx, earlier[:1])

    await bot.bot.database.run(prepare)
    # Asked for in the middle of a week: nothing yet.
    assert await digests_of(bot, lambda: next_monday(7, 59)).take_due() == 0
    digests = digests_of(bot, next_monday)
    assert await digests.take_due() == 1
    (post,) = await workspace.wait_for(lambda: posts(workspace), timeout=10)
    await worked_off(bot)
    words = said(post)
    assert words.index(JOB) < words.index("ERROR_ACCESS_DENIED")
    assert " · 2 times" in words
    assert '"new"' in words
    assert " · once" in words
    assert "(4 times the week before)" in words
    assert f"Nobody has said yet what fixed {JOB} and ERROR_ACCESS_DENIED" in words
    assert "ERROR_QUUX_IS_BROKEN" in words
    assert await digests.take_due() == 0
    later = next_monday() + 5 * 86_400
    assert await digests_of(bot, lambda: later).take_due() == 0
    # A button of it explains the error to who presses it.
    await workspace.click(ids.pick_id(0), ts=post["ts"])
    assert "759" in said(await private_to(workspace, "ada", 3))
    assert len(posts(workspace)) == 1


async def test_what_was_fixed_is_not_listed_as_unresolved(
    workspace: Workspace, bot: RunningBot
) -> None:
    await ask_for_it(bot)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [DENIED]))
    await bot.bot.database.run(
        lambda tx: add_resolution(
            tx, TEAM, DENIED.topic, ALERTS, "gave it the right", "U0ADA", is_public=False
        )
    )
    await digests_of(bot, next_monday).take_due()
    (post,) = await workspace.wait_for(lambda: posts(workspace), timeout=10)
    assert "Unresolved" not in said(post)
    assert "not explained" not in said(post)


async def test_an_empty_week_and_a_channel_that_did_not_ask_get_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    await ask_for_it(bot, "C0INCIDENT")
    await ask_for_it(bot)
    await ask_for_it(bot, digest=False)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [DENIED]))
    assert await digests_of(bot, next_monday).take_due() == 1
    await worked_off(bot)
    assert workspace.calls("chat.postMessage") == []
    assert await bot.bot.database.run(count_jobs) == {"done": 1}


async def test_who_changes_their_mind_in_time_gets_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    await ask_for_it(bot)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [DENIED]))
    assert await digests_of(bot, next_monday).take_due() == 1
    await ask_for_it(bot, digest=False)
    await worked_off(bot)
    assert posts(workspace) == []


async def test_what_was_asked_privately_is_not_told_in_a_private_or_shared_channel(
    workspace: Workspace, bot: RunningBot
) -> None:
    await ask_for_it(bot)
    shared = Occurrence(TEAM, ALERTS, DENIED.topic, DENIED.code, is_public=False)

    def prepare(tx: Any) -> None:
        note_occurrences(tx, [shared])
        note_unknown(tx, TEAM, ["ERROR_OF_OURS"])

    await bot.bot.database.run(prepare)
    await digests_of(bot, next_monday).take_due()
    (post,) = await workspace.wait_for(lambda: posts(workspace), timeout=10)
    assert "ERROR_OF_OURS" not in said(post)


async def test_a_channel_that_the_bot_is_not_in_is_logged_and_not_tried_again(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    await ask_for_it(bot, "C0RANDOM01")
    met = Occurrence(TEAM, "C0RANDOM01", DENIED.topic, DENIED.code, is_public=True)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [met]))
    digests = digests_of(bot, next_monday)
    assert await digests.take_due() == 1
    await worked_off(bot)
    assert "channel C0RANDOM01 wants the weekly post and does not take it" in caplog.text
    assert await digests.take_due() == 0
    assert len(workspace.calls("chat.postMessage")) == 1


async def test_a_post_that_slack_took_without_saying_so_is_not_sent_again(
    workspace: Workspace, bot: RunningBot
) -> None:
    await ask_for_it(bot)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [DENIED]))
    workspace.fault("lost_reply", target="chat.postMessage")
    await digests_of(bot, next_monday).take_due()
    await workspace.wait_for(lambda: posts(workspace), timeout=10)
    await worked_off(bot)
    assert len(posts(workspace)) == 1


async def test_a_limit_delays_it(workspace: Workspace, bot: RunningBot) -> None:
    await ask_for_it(bot)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [DENIED]))
    workspace.fault("rate_limited", target="chat.postMessage", count=2, seconds=1)
    await digests_of(bot, next_monday).take_due()
    await workspace.wait_for(lambda: posts(workspace), timeout=15)
    await worked_off(bot)
    assert len(posts(workspace)) == 1


async def test_replicas_and_restarts_post_it_once(
    workspace: Workspace, open_bot: OpenBot, tmp_path: Path, postgres_url: Any
) -> None:
    values = {"database_url": postgres_url.address, "lease_seconds": 1}
    async with open_bot(**values) as one, open_bot(**values) as two:
        channels = [ALERTS, "C0INCIDENT"]
        for channel in channels:
            await ask_for_it(one, channel)
            met = Occurrence(TEAM, channel, DENIED.topic, DENIED.code, is_public=True)
            await one.bot.database.run(lambda tx: note_occurrences(tx, [met]))  # noqa: B023
        looking = [digests_of(bot, next_monday) for bot in (one, two) * 5]
        taken = await asyncio.gather(*(each.take_due() for each in looking))
        assert sum(taken) == 2
        for name in ("alerts", "incidents"):
            await workspace.wait_for(lambda: posts(workspace, name), timeout=15)  # noqa: B023
        await worked_off(one)
    async with open_bot(**values) as three:
        assert await digests_of(three, lambda: next_monday(23)).take_due() == 0
        assert await digests_of(three, lambda: next_monday() + 7 * 86_400).take_due() == 2
        await worked_off(three)
    # The week after that was empty.
    assert [len(posts(workspace, name)) for name in ("alerts", "incidents")] == [1, 1]
