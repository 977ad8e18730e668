"""From an event to its reply at a steady, low rate."""

from __future__ import annotations

import asyncio
from statistics import median

from benchmarks.bots import Bench, Way, running_bots
from benchmarks.driver import open_loop
from benchmarks.figures import median_ratio, percentile
from benchmarks.plan import Plan
from benchmarks.processes import BotProcess
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "latency"
_WAYS: tuple[Way, ...] = ("plain", "winerr")
_GOALS_MS = {50: 10.0, 99: 40.0}
Delays = dict[Way, list[list[float]]]


def measure(plan: Plan) -> list[Row]:
    """Send alerts at a steady rate to both bots in turn."""
    delays = asyncio.run(_measure(plan))
    return [_row(percent, goal, delays, plan) for percent, goal in _GOALS_MS.items()]


def _row(percent: int, goal: float, delays: Delays, plan: Plan) -> Row:
    ours = [percentile(part, percent) for part in delays["winerr"]]
    plain = [percentile(part, percent) for part in delays["plain"]]
    return Row(
        f"event to chat.postMessage, p{percent} at {plan.latency_rate}/s",
        f"{median(ours):.1f} ms ({median(plain):.1f})",
        median_ratio(ours, plain),
        Goal("at most", goal, "ms"),
        median(ours),
        figures={"winerr_ms": ours, "plain_ms": plain},
    )


async def _measure(plan: Plan) -> Delays:
    delays: Delays = {way: [] for way in _WAYS}
    async with stand_in() as (arrivals, url), running_bots(_WAYS, url) as bots:
        bench = Bench(arrivals, plan.at_once)
        await bench.warm_up(bots.values(), alerts())
        for _ in range(plan.latency_rounds):
            for way in _WAYS:
                delays[way].append(await _round(bench, bots[way], plan))
    return delays


async def _round(bench: Bench, bot: BotProcess, plan: Plan) -> list[float]:
    """Return the milliseconds from sending each event to the arrival of its reply."""
    count = plan.latency_rate * plan.latency_seconds
    bench.arrivals.expect(count)
    events = bench.events(alerts(), count)
    load = await open_loop(bot.port, events, plan.latency_rate, plan.latency_seconds + 30)
    await bench.wait_for_replies()
    replies = bench.arrivals.replies
    return [(replies[ts] - sent) * 1000 for ts, sent in load.sent.items()]
