"""Replay a day of events in fast time, and see that memory and rows stay bounded.

Usage: python scripts/trials/day.py [--events N] [--warm-up N] [--hours N] [--database KIND]

Chatter, mentions and alerts come as fast as the bot takes them, and so do answers; what is kept for
hours is kept for seconds (WINERR_RETENTION_DAYS). Exit code
1 when the bot's resident memory grows by more than 5 % after the warm-up, rows do not stay bounded,
or an answer is missing. Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from staging import CODES, Replica, answers, database, replicas, settle

from bot.store.database import open_database
from bot.store.urls import parse_database_url
from bot.workspace import Workspace, WorkspaceSettings

LIMIT = 0.05
_KEPT_SECONDS = 20.0
_AT_ONCE = 50
_ROWS = "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM answer)"
_CHATTER = "deployed build {} to staging, all tests passed, see the wiki for the notes"


async def day(database_url: str, *, events: int, warm_up: int, hours: float) -> tuple[str, bool]:
    """Run the trial on an empty database; the verdict, and whether all is well."""
    settings = WorkspaceSettings(retry_delays_seconds=(0.5, *([1.0] * 600)))
    retention = _KEPT_SECONDS / 86_400
    async with (
        Workspace(settings=settings) as workspace,
        replicas(workspace, database_url, retention_days=retention) as (bot,),
    ):
        began = time.monotonic()
        asked = await _replay(workspace, 0, warm_up)
        missing = await settle(workspace, asked)
        after_warm_up = await _memory(bot)
        rate = len(asked) / (time.monotonic() - began)
        store, most = await open_database(parse_database_url(database_url)), 0
        for start in range(warm_up, events, _AT_ONCE * 10):
            some = await _replay(workspace, start, min(start + _AT_ONCE * 10, events))
            missing |= await settle(workspace, some)
            asked += some
            most = max(most, int((await store.run(lambda tx: tx.execute(_ROWS)))[0][0]))
        at_end = await _memory(bot)
        took = time.monotonic() - began
        rate = max(rate, len(asked) / took)
        await store.close()
        twice = sum(times > 1 for times in answers(workspace).values())
    growth = at_end / after_warm_up - 1
    # Two rows for each answer, while they are kept and until they are looked for.
    bound = int(2 * rate * (_KEPT_SECONDS * 2 + 10)) + 1_000
    verdict = (
        f"{hours:.0f} h in {took:.0f} s: {events:,} events, {len(asked):,} to be answered:"
        f" {len(missing)} lost, {twice} answered twice; memory {after_warm_up / 1e6:.1f} MB after"
        f" {warm_up:,} events, {at_end / 1e6:.1f} MB at the end ({growth:+.1%}); at most {most:,}"
        f" rows (bound {bound:,})"
    )
    return verdict, growth <= LIMIT and most <= bound and not missing and not twice


async def _replay(workspace: Workspace, first: int, last: int) -> list[str]:
    """Post messages of these numbers; those that want an answer. Six of ten are chatter."""
    asked: list[str] = []
    for number in range(first, last):
        channel = ("incidents", "alerts")[number % 2]
        code = CODES[number % len(CODES)]
        kind = number % 10
        if kind < 6:
            await workspace.say("grace", channel, _CHATTER.format(number))
        elif kind < 8:
            asked.append(await workspace.mention("ada", channel, f"job {number} failed: {code}"))
        else:
            post = {"bot_id": "B0OTHER", "text": f"job {number} failed: {code}"}
            asked.append(await workspace.post_as_app(post, "alerts"))
        if number % _AT_ONCE == 0:
            await workspace.wait_until_delivered(120)
    return asked


async def _memory(bot: Replica) -> int:
    """The least of some looks: what is in use only for a moment does not count."""
    looks = []
    for _ in range(10):
        looks.append(bot.memory)
        await asyncio.sleep(0.2)
    return min(looks)


async def _main(arguments: argparse.Namespace) -> int:
    async with database(arguments.database) as url:
        verdict, is_well = await day(
            url, events=arguments.events, warm_up=arguments.warm_up, hours=arguments.hours
        )
    print(f"{arguments.database}: {verdict}")
    return 0 if is_well else 1


def main() -> int:
    """Run the trial that the arguments describe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--warm-up", type=int, default=10_000)
    parser.add_argument("--hours", type=float, default=24.0, help="of what, for the verdict")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
