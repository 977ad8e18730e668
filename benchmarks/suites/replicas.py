"""One and three replicas on one PostgreSQL: does three times the bots take three times the load?"""

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
FEW, MANY = 1, 3
CHANNELS = 60
AT_ONCE = 48
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
    """Flood one replica and three in turn, each time with an empty database."""
    rounds = {FEW: Rounds(), MANY: Rounds()}
    with postgres() as store:
        for _ in range(plan.replica_rounds):
            for replicas, found in rounds.items():
                asyncio.run(_round(replicas, store, found, plan))
    few, many = rounds[FEW], rounds[MANY]
    return [*_cost_rows(few, many), *_rate_rows(few, many), _twice_row(few, many)]


async def _round(replicas: int, store: Postgres, found: Rounds, plan: Plan) -> None:
    url = store.new_database()
    async with stand_in() as (arrivals, api):
        with ExitStack() as stack:
            bots: list[BotProcess] = []
            for _ in range(replicas):
                # One after the other: the first one prepares the database.
                bots.append(stack.enter_context(running_bot("winerr", api, {"DATABASE_URL": url})))
                await bots[-1].wait_for_port()
            bench = Bench(arrivals, AT_ONCE, CHANNELS)
            await bench.warm_up(bots, alerts())
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
    bench.arrivals.expect(plan.events)
    load = await closed_loop(
        [bot.port for bot in bots], bench.events(alerts(), plan.events), plan.at_once,
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


def _cost_rows(few: Rounds, many: Rounds) -> list[Row]:
    return [
        Row(
            f"CPU an answered event of {what}, {MANY} replicas / {FEW}",
            f"{median(ours):.2f} ms ({median(one):.2f})",
            median_ratio(ours, one),
            Goal("at most", 1.2),
            figures={"many_ms": ours, "one_ms": one},
        )
        for what, ours, one in (
            ("the bots", many.bots, few.bots), ("PostgreSQL", many.store, few.store),
        )
    ]  # fmt: skip


def _rate_rows(few: Rounds, many: Rounds) -> list[Row]:
    cores = os.cpu_count() or 1
    spent = (median(part) for part in (many.bots, many.store, many.driver))
    note = (
        f"of {cores} processors {median(few.busy):.1f} were busy with {FEW} replica and"
        f" {median(many.busy):.1f} with {MANY}: an event took {next(spent):.2f} ms of the bots,"
        f" {next(spent):.2f} of PostgreSQL and {next(spent):.2f} of the driver"
    )
    alone = 1000 / median(few.bots)
    together = MANY * 1000 / median(many.bots)
    return [
        Row(
            f"answered events a second on this machine, {MANY} replicas / {FEW}",
            f"{median(many.rates):.0f} ({median(few.rates):.0f})",
            median_ratio(many.rates, few.rates),
            note=note,
            figures={"many": many.rates, "one": few.rates, "busy": many.busy},
        ),
        Row(
            f"the same with a processor for each replica, computed, {MANY} / {FEW}",
            f"{together:.0f} ({alone:.0f})",
            together / alone,
            Goal("at least", _GOAL),
            note=f"PostgreSQL then needs {together * median(many.store) / 1000:.1f} processors",
        ),
    ]


def _twice_row(few: Rounds, many: Rounds) -> Row:
    return Row(
        f"events answered twice, {MANY} replicas / {FEW}",
        f"{many.twice} ({few.twice})",
        None,
        Goal("at most", 0, ""),
        many.twice,
        f"events of {CHANNELS} channels, each event to the replica whose turn it is",
    )
