"""Kill the bot at random moments under load, and count what was lost and what was answered twice.

Usage: python scripts/trials/crashes.py [--database sqlite|postgresql] [--replicas N] [--kills N]
                                        [--rate N] [--copies N] [--seed N]

While people mention the bot and alerts are posted at `--rate` a second, one process after the other
gets SIGKILL and is started again; some events are delivered `--copies` times more. Exit code 1 when
a message does not have exactly one answer in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from staging import CODES, Replica, answers, database, fates, replicas, settle

from bot.workspace import Workspace, WorkspaceSettings

# What would be answered twice, would be within a lease and a try.
_AFTERWARDS_SECONDS = 6.0
_LONGEST_START_SECONDS = 4.0


@dataclass
class Report:
    """What came of a run."""

    asked: list[str] = field(default_factory=list)
    kills: int = 0
    deliveries: int = 0
    seconds: float = 0.0
    lost: int = 0
    twice: int = 0
    fates: Counter[str] = field(default_factory=Counter)

    def told(self) -> str:
        """The figures in a line."""
        return (
            f"{self.kills} kills, {len(self.asked)} messages in {self.deliveries} deliveries within"
            f" {self.seconds:.0f} s: {self.lost} lost, {self.twice} answered twice"
        )


async def crash_test(
    database_url: str, *, count: int, kills: int, rate: float, copies: int, seed: int
) -> Report:
    """Run the test on a database that is empty, with `count` replicas."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    report = Report()
    # Slack gives up an event after three repetitions; here each comes until somebody took it.
    settings = WorkspaceSettings(
        ack_seconds=1.0, retry_delays_seconds=(0.2, 0.5, *([1.0] * 3_000)), max_sockets=20
    )
    began = time.monotonic()
    async with (
        Workspace(settings=settings) as workspace,
        replicas(workspace, database_url, count) as bots,
    ):
        # How long this machine needs, so that half of the kills find a bot at work.
        # The first start may compile the knowledge, which the others do not.
        start_seconds = min(time.monotonic() - began, _LONGEST_START_SECONDS)
        killing = asyncio.create_task(_kill_often(bots, kills, start_seconds, chance, report))
        while not killing.done():
            await _ask(workspace, chance, report, copies)
            await asyncio.sleep(chance.expovariate(rate))
        await killing
        missing = await settle(workspace, report.asked)
        await asyncio.sleep(_AFTERWARDS_SECONDS)
        report.deliveries = len(workspace.deliveries)
        report.lost = len(missing)
        report.twice = sum(count > 1 for count in answers(workspace).values())
        if missing:
            report.fates = await fates(database_url, missing)
    report.seconds = time.monotonic() - began
    return report


async def _kill_often(
    bots: list[Replica], kills: int, start_seconds: float, chance: random.Random, report: Report
) -> None:
    for _ in range(kills):
        # From the beginning of a start to some time of work.
        await asyncio.sleep(chance.uniform(0.2, 2.5) * start_seconds)
        bot = chance.choice(bots)
        await bot.kill()
        report.kills += 1
        await bot.start()
        if report.kills % 25 == 0:
            print(f"  {report.kills} kills, {len(report.asked)} messages", flush=True)


async def _ask(workspace: Workspace, chance: random.Random, report: Report, copies: int) -> None:
    text = f"job {len(report.asked)} failed: {chance.choice(CODES)}"
    if copies and chance.random() < 0.2:
        workspace.fault("duplicate", copies=copies)
    if chance.random() < 0.5:
        ts = await workspace.mention("ada", chance.choice(("incidents", "alerts")), text)
    else:
        ts = await workspace.post_as_app({"bot_id": "B0OTHER", "text": text}, "alerts")
    report.asked.append(ts)


async def _main(arguments: argparse.Namespace) -> int:
    async with database(arguments.database) as url:
        report = await crash_test(
            url,
            count=arguments.replicas,
            kills=arguments.kills,
            rate=arguments.rate,
            copies=arguments.copies,
            seed=arguments.seed,
        )
    for fate, count in report.fates.most_common():
        print(f"  {count} lost: {fate}")
    print(f"{arguments.database}, {arguments.replicas} replicas: {report.told()}")
    return 1 if report.lost or report.twice else 0


def main() -> int:
    """Run the test that the arguments describe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--rate", type=float, default=10.0, help="messages a second")
    parser.add_argument("--copies", type=int, default=5, help="repetitions of every fifth event")
    parser.add_argument("--seed", type=int, default=759)
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
