"""The storm's alerts, Slack's limit in the stand-in, and the account of what became of them."""

from __future__ import annotations

import dataclasses
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.plan import QUICK
from benchmarks.stand_in import stand_in
from benchmarks.suites import storm
from bot.store.burst_table import Burst, count_in_burst, start_burst, take_updates
from bot.store.database import open_database
from bot.store.urls import parse_database_url
from bot.tenant import Tenant


def test_half_of_a_storm_is_in_one_channel_and_no_message_comes_twice() -> None:
    events = list(storm.make_storm(1_000))
    channels = Counter(event.channel for event in events)
    assert len({event.ts for event in events}) == 1_000
    assert len(channels) == storm.CHANNELS + 1
    assert channels["CSTORM00"] == 500
    assert events == list(storm.make_storm(1_000))


async def test_stand_in_refuses_a_post_that_comes_too_soon_in_its_channel_and_only_there() -> None:
    async with stand_in() as (arrivals, url), aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-x", base_url=url, session=session, retry_handlers=[])
        arrivals.seconds_between_posts = 60.0
        await client.chat_postMessage(channel="C1", text="x")
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel="C1", text="x")
        await client.chat_postMessage(channel="C2", text="x")
        await client.chat_update(channel="C1", ts="1.1", text="x")
        assert (refused.value.response.status_code, refused.value.response["error"]) == (
            429, "ratelimited",
        )  # fmt: skip
        assert refused.value.response.headers["Retry-After"] == "1"
        assert (arrivals.posts, arrivals.refused) == (2, 1)
        arrivals.expect(1)
        await client.chat_postMessage(channel="C1", text="x")
        assert (arrivals.posts, arrivals.refused) == (1, 0)


async def test_every_alert_is_accounted_for_by_the_counts_in_the_store(tmp_path: Path) -> None:
    path = tmp_path / "winerr.db"
    database = await open_database(parse_database_url(f"sqlite:///{path}"))
    burst = Burst(Tenant("T1"), "CSTORM01", ("win32:5",), False, "1.1", "1.0", "text", ())
    other = dataclasses.replace(burst, channel="CELSEWHERE")
    await database.run(lambda tx: [start_burst(tx, each) for each in (burst, other)])
    await database.run(lambda tx: [count_in_burst(tx, burst) for _ in range(3)])
    assert storm._counts(path) == [4]
    assert storm._waiting(path) == 1
    await database.run(take_updates)
    assert storm._waiting(path) == 0
    await database.close()


@pytest.mark.parametrize(
    ("counted", "posts", "reached"),
    [
        pytest.param(200, 20, [True, True, True, True], id="well"),
        pytest.param(199, 20, [True, False, True, True], id="one lost"),
        pytest.param(200, 21, [True, True, False, True], id="one answered twice"),
    ],
)
def test_what_is_lost_or_answered_twice_misses_the_goal(
    monkeypatch: pytest.MonkeyPatch, counted: int, posts: int, reached: list[bool]
) -> None:
    async def run(way: str, _: object) -> storm.Storm:
        if way == "session":
            return storm.Storm([0.01], 40, 40, 40, 50, 0, 150, 50, 0, 10)
        return storm.Storm([0.02], 80, 84, 82, posts, 30, 5, counted, 20, 12)

    monkeypatch.setattr(storm, "_storm", run)
    rows = storm.measure(QUICK)
    assert [row.reached for row in rows] == reached
    assert rows[0].ratio == 2.0
