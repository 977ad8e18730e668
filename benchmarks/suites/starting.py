"""Cold start: from starting the process to the first acknowledgement and the first reply."""

from __future__ import annotations

import asyncio
import time
from statistics import median

from benchmarks.bots import Bench, Way, running_bot
from benchmarks.driver import closed_loop
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "start"
_WAYS: tuple[Way, ...] = ("plain", "winerr")
Times = dict[Way, list[float]]


def measure(plan: Plan) -> list[Row]:
    """Start both bots in turn, again and again."""
    acks, replies = asyncio.run(_measure(plan))
    return [
        _row("cold start to the first acknowledgement / Bolt as it comes", acks, 1.15),
        _row("cold start to the first reply / Bolt as it comes", replies, 1.5),
    ]


def _row(what: str, times: Times, goal: float) -> Row:
    ours, plain = times["winerr"], times["plain"]
    return Row(
        what,
        f"{median(ours):.0f} ms ({median(plain):.0f})",
        median_ratio(ours, plain),
        Goal("at most", goal),
        figures={"winerr_ms": ours, "plain_ms": plain},
    )


async def _measure(plan: Plan) -> tuple[Times, Times]:
    acks: Times = {way: [] for way in _WAYS}
    replies: Times = {way: [] for way in _WAYS}
    async with stand_in() as (arrivals, url):
        bench = Bench(arrivals, at_once=1)
        # One start more than is counted: the first compiles modules and fills the file cache.
        for number in range(plan.starts + 1):
            for way in _WAYS:
                ack, reply = await _start(way, url, bench)
                if number:
                    acks[way].append(ack)
                    replies[way].append(reply)
    return acks, replies


async def _start(way: Way, url: str, bench: Bench) -> tuple[float, float]:
    """Return the milliseconds from the start to the first acknowledgement and reply."""
    (event,) = bench.events(alerts(), 1)
    bench.arrivals.expect(1)
    begin = time.perf_counter()
    with running_bot(way, url) as bot:
        await bot.wait_for_port()
        load = await closed_loop(bot.port, [event], 1, 30.0)
        await bench.wait_for_replies()
    ack = load.sent[event.ts] + load.acks[0] - begin
    return ack * 1000, (bench.arrivals.replies[event.ts] - begin) * 1000
