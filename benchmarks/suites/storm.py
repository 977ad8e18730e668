"""A storm of alerts while Slack takes one post a second and channel."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.bots import Bench, Way, running_bot
from benchmarks.driver import open_loop
from benchmarks.events import Event
from benchmarks.plan import Plan
from benchmarks.processes import BotProcess
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import Arrivals, stand_in
from benchmarks.texts import SEED, alerts

NAME = "storm"
SECONDS = 10
CHANNELS = 20
_WAYS: tuple[Way, ...] = ("session", "winerr")
_PATIENCE_SECONDS = 90.0
_QUIET_SECONDS = 3.0
_LOOK_SECONDS = 0.1


@dataclass(slots=True)
class Storm:
    """What became of a storm: acknowledgements in seconds, memory in MB, and every alert.

    `counted` are the alerts that the replies stand for, `kinds` the different errors of each
    channel, of which each has one reply.
    """

    acks: list[float]
    before: float
    peak: float
    after: float
    posts: int
    updates: int
    refused: int
    counted: int
    kinds: int
    quiet_after: float


def measure(plan: Plan) -> list[Row]:
    """The same storm over bare Bolt and over winerr with its defaults, one after the other."""
    storms = {way: asyncio.run(_storm(way, plan)) for way in _WAYS}
    ours, bolt, sent = storms["winerr"], storms["session"], plan.storm
    what = f"storm of {sent:,} alerts in {SECONDS} s: "
    figures: dict[str, object] = {way: _figures(storm) for way, storm in storms.items()}
    lost, lost_by_bolt = sent - ours.counted, sent - bolt.counted
    return [
        Row(
            f"{what}longest acknowledgement / Bolt + shared session",
            f"{max(ours.acks) * 1000:.0f} ms ({max(bolt.acks) * 1000:.0f})",
            max(ours.acks) / max(bolt.acks),
            Goal("at most", 1_000, "ms"),
            max(ours.acks) * 1000,
            f"half of them in one channel, half over {CHANNELS} channels",
            figures,
        ),
        Row(
            f"{what}alerts lost / Bolt + shared session",
            f"{lost} ({lost_by_bolt})",
            lost / lost_by_bolt if lost_by_bolt else None,
            Goal("at most", 0, ""),
            lost,
            f"{ours.posts} replies and {ours.updates} changes of their counts stand for"
            f" {ours.counted:,} alerts, the last after {ours.quiet_after:.0f} s; Slack refused"
            f" {ours.refused} posts as too soon (Bolt's: {bolt.refused})",
        ),
        Row(
            f"{what}replies beyond one for each error of a channel",
            f"{ours.posts - ours.kinds} ({bolt.posts - bolt.kinds})",
            ours.posts / ours.kinds,
            Goal("at most", 0, ""),
            ours.posts - ours.kinds,
        ),
        Row(
            f"{what}peak of memory / memory before",
            f"{ours.before:.1f}, {ours.peak:.1f}, then {ours.after:.1f} MB"
            f" ({bolt.before:.1f}, {bolt.peak:.1f}, {bolt.after:.1f})",
            ours.peak / ours.before,
            Goal("at most", 1.1),
        ),
    ]  # fmt: skip


def make_storm(count: int) -> Iterator[Event]:
    """Yield the alerts of a storm: every second one in channel 0, the others over the rest."""
    chance = random.Random(SEED)
    texts = alerts()
    for number in range(count):
        channel = 0 if number % 2 else chance.randint(1, CHANNELS)
        yield Event(f"1700500000.{number:06d}", f"CSTORM{channel:02d}", chance.choice(texts))


async def _storm(way: Way, plan: Plan) -> Storm:
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        path = Path(folder, "winerr.db")
        more = {} if way != "winerr" else {
            "DATABASE_URL": f"sqlite:///{path}",
            # The default, which the other benchmarks switch off.
            "WINERR_COOLDOWN_SECONDS": "1800",
        }  # fmt: skip
        async with stand_in() as (arrivals, url):
            with running_bot(way, url, more) as bot:
                await bot.wait_for_port()
                bench = Bench(arrivals, plan.at_once)
                # Every text twice, so that no memory is taken for the first time in the storm.
                await bench.flood(bot, alerts(), 2 * len(alerts()))
                return await _measure(bot, arrivals, plan, path if way == "winerr" else None)


async def _measure(bot: BotProcess, arrivals: Arrivals, plan: Plan, store: Path | None) -> Storm:
    events = list(make_storm(plan.storm))
    arrivals.expect(plan.storm)
    arrivals.seconds_between_posts = 1.0
    looks: list[float] = []
    watching = asyncio.create_task(_watch(bot, looks))
    before = bot.resident_megabytes()
    begin = time.monotonic()
    load = await open_loop(bot.port, events, plan.storm / SECONDS, _PATIENCE_SECONDS)
    quiet = await _until_quiet(arrivals, store)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    await bot.settle()
    counts = await asyncio.to_thread(_counts, store) if store else []
    return Storm(
        load.acks, before, max([before, *looks]), bot.resident_megabytes(), arrivals.posts,
        arrivals.calls.get("chat.update", 0), arrivals.refused,
        sum(counts) if store else len(arrivals.replies), len(counts), quiet - begin,
    )  # fmt: skip


async def _watch(bot: BotProcess, looks: list[float]) -> None:
    while True:
        looks.append(bot.resident_megabytes())
        await asyncio.sleep(_LOOK_SECONDS)


async def _until_quiet(arrivals: Arrivals, store: Path | None) -> float:
    """Wait until nothing has come for a while and no count is still to be shown; when that was."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    seen, last = dict(arrivals.calls), time.monotonic()
    while (now := time.monotonic()) < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
        if arrivals.calls != seen:
            seen, last = dict(arrivals.calls), now
            continue
        waiting = await asyncio.to_thread(_waiting, store) if store is not None else 0
        if not waiting and now - last > _QUIET_SECONDS:
            break
    return last


_COUNTS = "SELECT count FROM burst WHERE channel LIKE 'CSTORM%'"
_WAITING = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'open')"
    " + (SELECT count(*) FROM burst WHERE shown < count)"
)


def _counts(store: Path) -> list[int]:
    return [count for (count,) in _rows(store, _COUNTS)]


def _waiting(store: Path) -> int:
    return int(_rows(store, _WAITING)[0][0])


def _rows(store: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(store, timeout=10)) as connection:
        return connection.execute(query).fetchall()


def _figures(storm: Storm) -> dict[str, object]:
    return {name: getattr(storm, name) for name in storm.__slots__ if name != "acks"}
