"""Replicas on one store: what an event costs each part, and the time of processes that ended."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest

from benchmarks.driver import Load
from benchmarks.errors import CannotRunError
from benchmarks.events import make_events
from benchmarks.postgres import postgres
from benchmarks.processes import tree_cpu_seconds
from benchmarks.stand_in import Arrivals
from benchmarks.suites import replicas
from benchmarks.suites.replicas import Rounds


def rounds(bots: float, store: float, rate: float, twice: int = 0) -> Rounds:
    return Rounds([rate], [bots], [store], [0.3], [1.5], twice)


def test_three_replicas_are_worth_it_when_sharing_costs_an_event_no_more() -> None:
    # On one processor three bots cost more an event than one, and it is not the sharing.
    ways = rounds(3.0, 0.8, 200), rounds(4.0, 1.0, 200), rounds(4.4, 1.1, 240)
    costs, rates = replicas._cost_rows(*ways), replicas._rate_rows(*ways)
    assert [round(row.ratio or 0, 2) for row in (*costs, *rates)] == [1.1, 1.1, 1.2, 2.73]
    assert [row.reached for row in (*costs, *rates)] == [True, True, None, True]
    assert "PostgreSQL then needs 0.8 processors" in rates[1].note
    assert "alone on the machine: 3.00 ms" in costs[0].note
    assert not replicas._rate_rows(*ways[:2], rounds(6.0, 1.0, 200))[1].reached


def test_an_event_that_was_answered_twice_is_counted_and_a_lost_one_ends_the_benchmark() -> None:
    load, arrivals, found = Load(), Arrivals(), Rounds()
    load.acks = [0.1, 0.1]
    arrivals.replies = {"1.1": 1.0, "1.2": 2.0}
    arrivals.posts = 3
    replicas._note(found, load, arrivals, [0.010, 0.004, 0.002], 0.5)
    assert (found.rates, found.bots, found.store, found.driver) == ([4.0], [5.0], [2.0], [1.0])
    assert found.twice == 1
    assert not replicas._twice_row(rounds(1, 1, 1), rounds(1, 1, 1, twice=1)).reached
    del arrivals.replies["1.2"]
    with pytest.raises(CannotRunError, match="1 of 2"):
        replicas._note(found, load, arrivals, [0.0, 0.0, 0.0], 0.5)


def test_events_go_over_so_many_channels_and_each_keeps_a_ts_of_its_own() -> None:
    events = list(make_events(["x"], 999_990, 20, channels=3))
    assert len({event.channel for event in events}) == 3
    assert len({event.ts for event in events}) == 20
    assert all(len(event.ts) == 17 for event in events)


def test_time_of_all_processes_below_one_counts_also_when_they_have_ended() -> None:
    burn = "sum(range(10_000_000))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{burn}']); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE) as process:
        alone = 0.0
        # The child is at work, then gone; its time never is.
        for _ in range(600):
            spent = tree_cpu_seconds(process.pid)
            assert spent >= alone - 0.02
            alone = spent
            if spent > 0.2:
                break
        process.communicate(b"\n")
    assert alone > 0
    assert tree_cpu_seconds(os.getpid()) > 0


def test_every_database_of_our_server_is_new_and_its_processes_have_used_time() -> None:
    asyncpg = pytest.importorskip("asyncpg")

    async def tables(url: str) -> int:
        connection = await asyncpg.connect(url)
        await connection.execute("CREATE TABLE one (n int)")
        count = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tablename = 'one'")
        await connection.close()
        return int(count)

    with postgres() as server:
        urls = [server.new_database() for _ in range(2)]
        assert [asyncio.run(tables(url)) for url in urls] == [1, 1]
        assert server.cpu_seconds() > 0
