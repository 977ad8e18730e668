"""Answered events: how many a second of CPU time, how soon acknowledged, in how much memory."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from statistics import median

from benchmarks.bots import Bench, Way, running_bots
from benchmarks.driver import Load
from benchmarks.figures import median_ratio, percentile
from benchmarks.plan import Plan
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "answered"
_WAYS: tuple[Way, ...] = ("plain", "session", "winerr")


@dataclass(slots=True)
class Rounds:
    """What the rounds of one bot showed: events a core second, acknowledgements in ms, memory."""

    rates: list[float] = field(default_factory=list)
    ack_p50: list[float] = field(default_factory=list)
    ack_p99: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def add(self, load: Load, cpu: float, megabytes: float) -> None:
        """Add a round."""
        self.rates.append(len(load.acks) / cpu)
        self.ack_p50.append(percentile(load.acks, 50) * 1000)
        self.ack_p99.append(percentile(load.acks, 99) * 1000)
        self.megabytes.append(megabytes)


def measure(plan: Plan) -> list[Row]:
    """Flood the three bots with alerts in turn."""
    rounds = asyncio.run(_measure(plan))
    return [*_rate_rows(rounds), *_ack_rows(rounds), *_memory_rows(rounds, plan)]


async def _measure(plan: Plan) -> dict[Way, Rounds]:
    rounds = {way: Rounds() for way in _WAYS}
    texts = alerts()
    async with stand_in() as (arrivals, url), running_bots(_WAYS, url) as bots:
        bench = Bench(arrivals, plan.at_once)
        await bench.warm_up(bots.values(), texts)
        for _ in range(plan.rounds):
            for way in _WAYS:
                load, cpu = await bench.flood(bots[way], texts, plan.events)
                rounds[way].add(load, cpu, bots[way].resident_megabytes())
    return rounds


def _rate_rows(rounds: dict[Way, Rounds]) -> list[Row]:
    ours = rounds["winerr"].rates
    against: tuple[tuple[Way, str, float], ...] = (
        ("plain", "answered events per core second / Bolt as it comes", 1.3),
        ("session", "answered events per core second / Bolt + shared session", 0.75),
    )
    return [
        Row(
            what,
            f"{median(ours):.0f} ({median(rounds[way].rates):.0f})",
            median_ratio(ours, rounds[way].rates),
            Goal("at least", goal),
            figures={"winerr": ours, way: rounds[way].rates},
        )
        for way, what, goal in against
    ]


def _ack_rows(rounds: dict[Way, Rounds]) -> list[Row]:
    ours, plain = rounds["winerr"], rounds["plain"]
    return [
        Row(
            "acknowledgement p50, 16 at once / Bolt as it comes",
            f"{median(ours.ack_p50):.1f} ms ({median(plain.ack_p50):.1f})",
            median_ratio(ours.ack_p50, plain.ack_p50),
            figures={"winerr_ms": ours.ack_p50, "plain_ms": plain.ack_p50},
        ),
        Row(
            "acknowledgement p99, 16 at once / Bolt as it comes",
            f"{median(ours.ack_p99):.1f} ms ({median(plain.ack_p99):.1f})",
            median_ratio(ours.ack_p99, plain.ack_p99),
            Goal("at most", 0.5),
            figures={"winerr_ms": ours.ack_p99, "plain_ms": plain.ack_p99},
        ),
    ]


def _memory_rows(rounds: dict[Way, Rounds], plan: Plan) -> list[Row]:
    ours, plain = rounds["winerr"].megabytes, rounds["plain"].megabytes
    growth = ours[-1] - ours[0]
    events = plan.events * (plan.rounds - 1)
    return [
        Row(
            "resident memory after the load / Bolt as it comes",
            f"{ours[-1]:.1f} MB ({plain[-1]:.1f})",
            ours[-1] / plain[-1],
            Goal("at most", 1.6),
            figures={"winerr_mb": ours, "plain_mb": plain},
        ),
        Row(
            f"growth of memory over {events:,} answered events",
            f"{growth:+.1f} MB ({plain[-1] - plain[0]:+.1f})",
            note="`--only memory` shows whether it stays flat; with `--full` over 1,000,000 events",
        ),
    ]
