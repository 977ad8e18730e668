"""Short runs of the trials; docs/operations.md has the figures of the long ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from crashes import crash_test
from day import day
from duplicates import duplicates
from slack_outage import slack_outage
from sockets import sockets
from staging import database
from store_outage import store_outage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")


def may_mount() -> bool:
    """Whether this process has CAP_SYS_ADMIN (bit 21)."""
    status = Path("/proc/self/status").read_text()
    return bool(int(status.partition("CapEff:")[2].split()[0], 16) & 1 << 21)


async def test_kills_cost_no_answer() -> None:
    async with database("sqlite") as url:
        report = await crash_test(url, count=1, kills=2, rate=5.0, copies=2, seed=1)
    assert report.asked
    assert (report.lost, report.twice) == (0, 0), report.told()


async def test_duplicates_get_one_answer() -> None:
    async with database("postgresql") as url:
        verdict, is_well = await duplicates(url, count=200, replica_count=2)
    assert is_well, verdict


async def test_an_outage_of_slack_loses_nothing() -> None:
    async with database("sqlite") as url:
        verdict, is_well = await slack_outage(url, seconds=4.0, rate=2.0, turn=1.0)
    assert is_well, verdict


@pytest.mark.parametrize("how", ["frozen", "locked", "full"])
async def test_an_outage_of_the_store_loses_nothing(
    how: str,
) -> None:
    if how == "full" and not may_mount():
        pytest.skip("only root may mount a small disk")
    verdict, is_well = await store_outage(how, seconds=8.0, rate=2.0)
    assert is_well, verdict


async def test_dead_connections_are_replaced_in_time() -> None:
    async with database("sqlite") as url:
        verdict, is_well = await sockets(url, rounds=1)
    assert is_well, verdict


async def test_memory_and_rows_stay_bounded() -> None:
    async with database("sqlite") as url:
        verdict, is_well = await day(url, events=600, warm_up=300, hours=0.5)
    assert is_well, verdict
