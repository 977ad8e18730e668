"""Resident memory over very many events: what is kept for days is kept for seconds here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.bots import Bench, running_bot
from benchmarks.errors import CannotRunError
from benchmarks.plan import Plan
from benchmarks.processes import BotProcess
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts, chatter

NAME = "memory"
CHANNELS = 300
LOOKS = 20
WARM_UP = 0.25
"""The share of the events after which nothing should grow any more."""
_KEPT_SECONDS = 20.0
_AT_A_TIME = 2_500
_FEWEST_EVENTS = LOOKS * 10
_GOAL = 1.05


@dataclass(slots=True)
class Series:
    """Megabytes after so many events, and what became of the events."""

    events: list[int] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    asked: int = 0
    posts: int = 0

    def steady(self) -> tuple[list[int], list[float]]:
        """Return the part of the series behind the warm-up."""
        first = next(n for n, seen in enumerate(self.events) if seen >= self.events[-1] * WARM_UP)
        return self.events[first:], self.megabytes[first:]


def measure(plan: Plan) -> list[Row]:
    """Put everyday messages and alerts through one bot, as fast as it takes them."""
    if plan.memory_events < _FEWEST_EVENTS:
        raise CannotRunError(f"{plan.memory_events} events show nothing: take {_FEWEST_EVENTS}")
    series = asyncio.run(_measure(plan))
    events, megabytes = series.steady()
    growth = slope(events, megabytes) * 100_000
    points = ", ".join(
        f"{seen // 1000}k {found:.1f}"
        for seen, found in zip(series.events, series.megabytes, strict=True)
    )
    return [
        Row(
            f"resident memory after {events[-1]:,} events / after {events[0]:,}",
            f"{megabytes[-1]:.1f} MB ({megabytes[0]:.1f})",
            megabytes[-1] / megabytes[0],
            Goal("at most", _GOAL),
            note=f"{growth:+.2f} MB for each 100,000 events behind the warm-up; {series.asked:,}"
            f" of the events were answered, in {CHANNELS} channels; MB by thousands of events:"
            f" {points}",
            figures={
                "events": series.events, "mb": series.megabytes, "mb_per_100000": growth,
            },
        ),
        Row(
            f"answers beyond one for each of {series.asked:,} alerts, or lacking",
            f"{series.posts - series.asked:+d}",
            None,
            Goal("at most", 0, ""),
            abs(series.posts - series.asked),
        ),
    ]  # fmt: skip


def mixed() -> list[str]:
    """Return texts of which six of ten are chatter and four have an error."""
    told, said = iter(alerts(400)), iter(chatter(600))
    return [next(told) if asks(number) else next(said) for number in range(1_000)]


def asks(number: int) -> bool:
    """Tell whether an event of this number is an alert."""
    return number % 5 in (1, 3)


def slope(events: Sequence[int], megabytes: Sequence[float]) -> float:
    """Return the megabytes that each event adds: the line of least squares."""
    count = len(events)
    middle, height = sum(events) / count, sum(megabytes) / count
    spread = sum((seen - middle) ** 2 for seen in events)
    pairs = zip(events, megabytes, strict=True)
    return sum((seen - middle) * (found - height) for seen, found in pairs) / spread


async def _measure(plan: Plan) -> Series:
    series = Series()
    async with stand_in() as (arrivals, url):
        days = str(_KEPT_SECONDS / 86_400)
        with running_bot("winerr", url, {"WINERR_RETENTION_DAYS": days}) as bot:
            await bot.wait_for_port()
            bench = Bench(arrivals, plan.at_once, CHANNELS)
            texts, done = mixed(), 0
            for look in range(1, LOOKS + 1):
                until = plan.memory_events * look // LOOKS
                while done < until:
                    count = min(_AT_A_TIME, until - done)
                    # Bench numbers its events from 1.
                    asked = sum(asks(number) for number in range(done + 1, done + count + 1))
                    await bench.flood(bot, texts, count, replies=asked)
                    series.asked += asked
                    series.posts += arrivals.posts
                    done += count
                series.events.append(done)
                series.megabytes.append(await _least(bot))
    return series


async def _least(bot: BotProcess) -> float:
    """The least of some looks: what is in use only for a moment does not count."""
    looks = []
    for _ in range(5):
        looks.append(bot.resident_megabytes())
        await asyncio.sleep(0.1)
    return min(looks)
