"""What it costs to have an event on disk, against what bare Bolt costs for the whole event."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

from benchmarks.bots import Bench, running_bots
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.postgres import postgres
from benchmarks.processes import worker
from benchmarks.rows import Goal, Row
from benchmarks.stand_in import stand_in
from benchmarks.texts import alerts

NAME = "inbox"
_GOALS = {"SQLite": 0.05, "PostgreSQL": 0.35}


def measure(plan: Plan) -> list[Row]:
    """Events through the inbox on both databases, and through bare Bolt, in turn."""
    costs: dict[str, list[float]] = {name: [] for name in _GOALS}
    bolt: list[float] = []
    with _stores() as stores:
        for _ in range(plan.rounds):
            bolt.append(asyncio.run(_bolt_ms(plan)))
            for name, url in stores.items():
                arguments = (url, str(plan.events * 2), str(plan.at_once))
                costs[name].append(worker("inbox", *arguments).json()["ms"])
    return [
        Row(
            f"inbox on {name}, CPU an event / an event of Bolt + shared session",
            f"{median(spent):.3f} ms ({median(bolt):.2f})",
            median_ratio(spent, bolt),
            Goal("at most", _GOALS[name]),
            note="accepted, handed out, its answer noted, finished: two transactions, shared by"
            " what waits at the same time" if name == "SQLite" else "",
            figures={"winerr_ms": spent, "bolt_ms": bolt},
        )
        for name, spent in costs.items()
        if spent
    ]  # fmt: skip


async def _bolt_ms(plan: Plan) -> float:
    texts = alerts()
    async with stand_in() as (arrivals, url), running_bots(("session",), url) as bots:
        bench = Bench(arrivals, plan.at_once)
        await bench.warm_up(bots.values(), texts)
        load, cpu = await bench.flood(bots["session"], texts, plan.events)
        return cpu / len(load.acks) * 1000


@contextmanager
def _stores() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        stores = {"SQLite": f"sqlite:///{folder}/winerr.db"}
        with postgres() as server:
            yield {**stores, "PostgreSQL": server.new_database()}
