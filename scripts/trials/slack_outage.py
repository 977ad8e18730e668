"""Let Slack be out for a while, and see that every answer comes afterwards: in order, and once.

Usage: python scripts/trials/slack_outage.py [--seconds N] [--rate N] [--turn SECONDS]

Every call of the Web API meets, in turns, 429 with Retry-After, 500, no answer, a connection that
is cut, and a post that is taken but not confirmed, while people go on mentioning the bot in two
channels. Exit code 1 when a message does not have exactly one answer, or an answer stands before
that to an earlier message of its channel.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sys
import time
from typing import Any

from staging import CODES, answers, database, out_of_order, replicas, settle

from bot.workspace import Workspace, WorkspaceSettings

_TURNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rate_limited", {"target": "*", "seconds": 2}),
    ("http_error", {"target": "*", "status": 500}),
    ("timeout", {"target": "*", "seconds": 10}),
    ("drop", {"target": "*"}),
    ("lost_reply", {"target": "chat.postMessage"}),
)


async def slack_outage(
    database_url: str, *, seconds: float, rate: float, turn: float
) -> tuple[str, bool]:
    """Run the trial on an empty database; the verdict, and whether all is well."""
    settings = WorkspaceSettings(retry_delays_seconds=(0.5, *([1.0] * 300)))
    async with (
        Workspace(settings=settings) as workspace,
        replicas(workspace, database_url, slack_timeout_seconds=3),
    ):
        began, asked = time.monotonic(), []
        behaving = asyncio.create_task(_misbehave(workspace, turn))
        while time.monotonic() - began < seconds:
            for channel in ("incidents", "alerts"):
                text = f"job {len(asked)} failed: {CODES[len(asked) % len(CODES)]}"
                asked.append(await workspace.mention("ada", channel, text))
            await asyncio.sleep(2 / rate)
        behaving.cancel()
        workspace.faults.clear()
        before = len(set(answers(workspace)) & set(asked))
        over = time.monotonic()
        missing = await settle(workspace, asked)
        took = time.monotonic() - over
        await asyncio.sleep(3)
        twice = sum(times > 1 for times in answers(workspace).values())
        wrong = out_of_order(workspace, asked)
        failed = sum(not call.answer.get("ok") for call in workspace.calls())
    verdict = (
        f"Slack out for {seconds:.0f} s, {failed} calls failed, {len(asked)} messages came:"
        f" {before} answered meanwhile, the rest within {took:.0f} s afterwards;"
        f" {len(missing)} lost, {twice} answered twice, {wrong} out of order"
    )
    return verdict, not (missing or twice or wrong)


async def _misbehave(workspace: Workspace, turn: float) -> None:
    for kind, values in itertools.cycle(_TURNS):
        workspace.faults.clear()
        workspace.fault(kind, count=1_000_000, **values)
        await asyncio.sleep(turn)


async def _main(arguments: argparse.Namespace) -> int:
    async with database("sqlite") as url:
        verdict, is_well = await slack_outage(
            url, seconds=arguments.seconds, rate=arguments.rate, turn=arguments.turn
        )
    print(verdict)
    return 0 if is_well else 1


def main() -> int:
    """Run the trial that the arguments describe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=2.0, help="messages a second")
    parser.add_argument("--turn", type=float, default=4.0, help="seconds of each kind of failure")
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
