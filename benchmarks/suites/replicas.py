"""Three replicas on one PostgreSQL: does three times the bots take three times the load?

Beside one bot alone they are compared with three bots that share nothing but the machine, each with
a database of its own: what processes take from each other on few processors is no cost of sharing.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median

from benchmarks.bots import Bench, running_bot
from benchmarks.driver import Load, closed_loop
from benchmarks.errors import CannotRunError
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.postgres import Postgres, postgres
from benchmarks.processes import BotProcess
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import Arrivals, stand_in
from benchmarks.texts import alerts

NAME = "replicas"
MANY = 3
CHANNELS = 60
AT_ONCE = 24
"""On their way to each replica: that many may share a transaction."""
_TIMEOUT_SECONDS = 180.0
_GOAL = 2.5


@dataclass(slots=True)
class Rounds:
    """By round: answered events a second, and CPU milliseconds an event of each part."""

    rates: list[float] = field(default_factory=list)
    bots: list[float] = field(default_factory=list)
    store: list[float] = field(default_factory=list)
    driver: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    twice: int = 0


def measure(plan: Plan) -> list[Row]:
    """Flood one bot, three apart and three replicas in turn, each time with empty databases."""
    one, apart, together = Rounds(), Rounds(), Rounds()
    with postgres() as store:
        for _ in range(plan.replica_rounds):
            asyncio.run(_round([store.new_database()], store, one, plan))
            asyncio.run(_round([store.new_database() for _ in range(MANY)], store, apart, plan))
            asyncio.run(_round([store.new_database()] * MANY, store, together, plan))
    return [
        *_cost_rows(one, apart, together), *_rate_rows(one, apart, together),
        _twice_row(one, apart, together),
    ]  # fmt: skip


async def _round(databases: list[str], store: Postgres, found: Rounds, plan: Plan) -> None:
    async with stand_in() as (arrivals, api):
        with ExitStack() as stack:
            bots: list[BotProcess] = []
            for url in databases:
                # One after the other: the first one prepares the database.
                bots.append(stack.enter_context(running_bot("winerr", api, {"DATABASE_URL": url})))
                await bots[-1].wait_for_port()
            bench = Bench(arrivals, AT_ONCE * len(bots), CHANNELS)
            # Each has seen every text: what a bot remembers of them counts for none.
            for bot in bots:
                await bench.flood(bot, alerts(), len(alerts()))
            await _measure(bots, store, bench, found, plan)


async def _measure(
    bots: list[BotProcess], store: Postgres, bench: Bench, found: Rounds, plan: Plan
) -> None:
    parts: list[Callable[[], float]] = [
        lambda: sum(bot.cpu_seconds() for bot in bots), store.cpu_seconds, time.process_time,
    ]  # fmt: skip
    for bot in bots:
        await bot.settle()
    before, begin = [part() for part in parts], time.perf_counter()
    bench.arrivals.expect(plan.replica_events)
    load = await closed_loop(
        [bot.port for bot in bots], bench.events(alerts(), plan.replica_events), plan.at_once,
        _TIMEOUT_SECONDS,
    )  # fmt: skip
    await bench.wait_for_replies()
    wall = max(bench.arrivals.replies.values()) - begin
    for bot in bots:
        await bot.settle()
    spent = [(part() - was) for part, was in zip(parts, before, strict=True)]
    _note(found, load, bench.arrivals, spent, wall)


def _note(found: Rounds, load: Load, arrivals: Arrivals, spent: list[float], wall: float) -> None:
    count = len(load.acks)
    if len(arrivals.replies) != count:
        raise CannotRunError(f"{len(arrivals.replies)} of {count} events were answered")
    found.rates.append(count / wall)
    for part, seconds in zip((found.bots, found.store, found.driver), spent, strict=True):
        part.append(seconds / count * 1000)
    found.busy.append(sum(spent) / wall)
    found.twice += arrivals.posts - count


def _cost_rows(one: Rounds, apart: Rounds, together: Rounds) -> list[Row]:
    return [
        Row(
            f"CPU an answered event of {what}, {MANY} replicas / {MANY} bots that share nothing",
            f"{median(ours):.2f} ms ({median(theirs):.2f})",
            median_ratio(ours, theirs),
            Goal("at most", 1.2),
            note=f"one bot alone on the machine: {median(alone):.2f} ms",
            figures={"together_ms": ours, "apart_ms": theirs, "alone_ms": alone},
        )
        for what, ours, theirs, alone in (
            ("the bots", together.bots, apart.bots, one.bots),
            ("PostgreSQL", together.store, apart.store, one.store),
        )
    ]  # fmt: skip


def _rate_rows(one: Rounds, apart: Rounds, together: Rounds) -> list[Row]:
    spent = [median(part) for part in (together.bots, together.store, together.driver)]
    note = (
        f"of {os.cpu_count() or 1} processors {median(one.busy):.1f} were busy with one bot and"
        f" {median(together.busy):.1f} with {MANY} replicas: an event took {spent[0]:.2f} ms of the"
        f" bots, {spent[1]:.2f} of PostgreSQL and {spent[2]:.2f} of the driver"
    )
    alone = 1000 / median(apart.bots)
    ratio = MANY / median_ratio(together.bots, apart.bots)
    return [
        Row(
            f"answered events a second on this machine, {MANY} replicas / one bot",
            f"{median(together.rates):.0f} ({median(one.rates):.0f})",
            median_ratio(together.rates, one.rates),
            note=note,
            figures={
                "together": together.rates, "apart": apart.rates, "one": one.rates,
                "busy": together.busy,
            },
        ),
        Row(
            f"the same with a processor for each, computed from the CPU an event, {MANY} / one",
            f"{ratio * alone:.0f} ({alone:.0f})",
            ratio,
            Goal("at least", _GOAL),
            note=f"PostgreSQL then needs {ratio * alone * spent[1] / 1000:.1f} processors",
        ),
    ]  # fmt: skip


def _twice_row(*all_rounds: Rounds) -> Row:
    twice = [found.twice for found in all_rounds]
    return Row(
        f"events answered twice, {MANY} replicas / others",
        f"{twice[-1]} ({sum(twice[:-1])})",
        None,
        Goal("at most", 0, ""),
        twice[-1],
        f"events of {CHANNELS} channels, each event to the replica whose turn it is",
    )
