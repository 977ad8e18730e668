"""Let the connections of Socket Mode die in one way after the other, and time until all is well.

Usage: python scripts/trials/sockets.py [--rounds N]

  dropped    reset without a word
  half-open  the other side is gone: nothing is read, nothing comes, nothing is closed
  silent     the other side reads, but neither sends nor answers pings
  refused    dropped, and the next two connections are refused

A message is posted right after each; the time until its answer counts. Exit code 1 when it takes
longer than 15 seconds, or a message has two answers.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable

from staging import CODES, answers, database, replicas, settle, until

from bot.workspace import Workspace, WorkspaceSettings

LIMIT_SECONDS = 15.0


def _half_open(workspace: Workspace) -> None:
    for socket in workspace.sockets.open:
        socket.is_silent = True
        if socket._transport is not None:
            socket._transport.pause_reading()


def _refused(workspace: Workspace) -> None:
    workspace.fault("refuse", count=2)
    workspace.drop_sockets()


WAYS: dict[str, Callable[[Workspace], None]] = {
    "dropped": Workspace.drop_sockets,
    "half-open": _half_open,
    "silent": Workspace.silence_sockets,
    "refused": _refused,
}


async def sockets(database_url: str, *, rounds: int) -> tuple[str, bool]:
    """Run the trial on an empty database; the verdict, and whether all is well."""
    # Slack gives up after three repetitions; here each event comes until somebody took it.
    settings = WorkspaceSettings(ack_seconds=1.0, retry_delays_seconds=(0.2, *([0.5] * 300)))
    worst = dict.fromkeys(WAYS, 0.0)
    asked: list[str] = []
    async with (
        Workspace(settings=settings) as workspace,
        replicas(workspace, database_url),
    ):
        for number in range(rounds):
            for way, break_them in WAYS.items():
                await until(lambda: len(workspace.sockets.open) >= 2, 30)
                break_them(workspace)
                began = time.monotonic()
                code = CODES[number % len(CODES)]
                asked.append(await workspace.mention("ada", "incidents", f"{way}: {code}"))
                await settle(workspace, asked, LIMIT_SECONDS * 2)
                worst[way] = max(worst[way], time.monotonic() - began)
        await asyncio.sleep(3)
        twice = sum(times > 1 for times in answers(workspace).values())
    told = ", ".join(f"{way} {seconds:.1f} s" for way, seconds in worst.items())
    verdict = f"hearing and answering again, at most, in {rounds} rounds: {told}; {twice} twice"
    return verdict, max(worst.values()) <= LIMIT_SECONDS and not twice


async def _main(arguments: argparse.Namespace) -> int:
    async with database("sqlite") as url:
        verdict, is_well = await sockets(url, rounds=arguments.rounds)
    print(verdict)
    return 0 if is_well else 1


def main() -> int:
    """Run the trial that the arguments describe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
