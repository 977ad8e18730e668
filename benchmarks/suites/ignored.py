"""Messages without any code: looked at and left alone."""

from __future__ import annotations

import asyncio
from statistics import median

from benchmarks.bots import Bench, Way, running_bots
from benchmarks.errors import CannotRunError
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts, chatter

NAME = "ignored"
_WAYS: tuple[Way, ...] = ("silent", "winerr")


def measure(plan: Plan) -> list[Row]:
    """Flood both bots with chatter in turn."""
    rates = asyncio.run(_measure(plan))
    return [
        Row(
            "messages without a code per core second / Bolt doing nothing",
            f"{median(rates['winerr']):.0f} ({median(rates['silent']):.0f})",
            median_ratio(rates["winerr"], rates["silent"]),
            Goal("at least", 0.9),
            figures={way: rates[way] for way in _WAYS},
        )
    ]


async def _measure(plan: Plan) -> dict[Way, list[float]]:
    rates: dict[Way, list[float]] = {way: [] for way in _WAYS}
    texts = chatter()
    async with stand_in() as (arrivals, url), running_bots(_WAYS, url) as bots:
        bench = Bench(arrivals, plan.at_once)
        await bench.flood(bots["silent"], texts, 60, replies=0)
        await bench.warm_up([bots["winerr"]], alerts())
        for _ in range(plan.rounds):
            for way in _WAYS:
                load, cpu = await bench.flood(bots[way], texts, plan.ignored, replies=0)
                rates[way].append(len(load.acks) / cpu)
                if arrivals.posts:
                    raise CannotRunError(f"{arrivals.posts} messages without a code were answered")
    return rates
