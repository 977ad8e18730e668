"""Processes under test: started with a clean environment, measured from outside, always ended."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import CannotRunError

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_SETTLE_SECONDS = 30.0
_IDLE_SECONDS = 0.15


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ran to its end: what it printed, wall and CPU seconds."""

    output: str
    wall: float
    cpu: float

    def json(self) -> dict[str, Any]:
        """Return the JSON object that it printed."""
        loaded: dict[str, Any] = json.loads(self.output)
        return loaded


class BotProcess:
    """A running bot, by its process id; `port` is where it listens."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self._process = process
        self._log = log
        self.port = port

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._process.poll() is None

    def check_alive(self) -> None:
        """Raise CannotRunError with the end of what it printed when it has ended."""
        if not self.is_running:
            code = self._process.returncode
            tail = self._log.read_text(errors="replace")[-800:]
            raise CannotRunError(f"the bot ended with exit code {code}: {tail.strip()}")

    def cpu_seconds(self) -> float:
        """Return its user and system time so far."""
        self.check_alive()
        return _ticks(_stat(self._process.pid)[11:13])

    def resident_megabytes(self) -> float:
        """Return its resident memory in units of 1024 * 1024 bytes."""
        for line in _proc(self._process.pid, "status").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise CannotRunError("the kernel tells no resident memory of the bot")

    async def settle(self) -> float:
        """Wait until it has nothing left to do; its CPU seconds then."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        seen = self.cpu_seconds()
        while time.monotonic() < deadline:
            await asyncio.sleep(_IDLE_SECONDS)
            now = self.cpu_seconds()
            if now - seen < 0.02:
                return now
            seen = now
        raise CannotRunError("the bot does not come to rest")

    async def wait_for_port(self) -> None:
        """Wait until it takes connections; CannotRunError when it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check_alive()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(0.002)
            else:
                writer.close()
                return
        raise CannotRunError(f"the bot does not listen after {START_SECONDS:g} s")

    def stop(self) -> None:
        """Ask it to end, and make it end when it does not."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def bot_process(
    command: Sequence[str], port: int, variables: Mapping[str, str]
) -> Iterator[BotProcess]:
    """Run a bot in an empty folder while the block runs."""
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        log = Path(folder) / "output"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=clean_environment(variables), stdin=subprocess.DEVNULL,
                stdout=output, stderr=output,
            )  # fmt: skip
        bot = BotProcess(process, port, log)
        try:
            yield bot
        finally:
            bot.stop()


def run_to_end(
    command: Sequence[str], variables: Mapping[str, str] | None = None, seconds: float = 300.0
) -> Finished:
    """Run a command and measure it; CannotRunError when it fails or takes too long."""
    begin, before = time.perf_counter(), _children_cpu()
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        try:
            done = subprocess.run(
                command, cwd=folder, env=clean_environment(variables or {}), timeout=seconds,
                capture_output=True, text=True, errors="replace", check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise CannotRunError(f"{command[-1]} took more than {seconds:g} s") from error
    wall, cpu = time.perf_counter() - begin, _children_cpu() - before
    # 1 is how grep says that it found nothing.
    if done.returncode not in ((0, 1) if command[0] == "grep" else (0,)):
        tail = done.stderr.strip()[-600:]
        raise CannotRunError(f"{' '.join(command[1:3])} ended with {done.returncode}: {tail}")
    return Finished(done.stdout, wall, cpu)


def worker(name: str, *arguments: str, seconds: float = 300.0) -> Finished:
    """Run a module of `benchmarks.workers` in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.workers.{name}", *arguments]
    return run_to_end(command, seconds=seconds)


def clean_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that holds nothing of the caller's Slack, proxies or settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **variables}


def tree_cpu_seconds(process: int) -> float:
    """Return user and system time of a process and all below it, those that ended included."""
    below: dict[int, list[int]] = {}
    spent: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            # A process may end while we look; its parent has its time then.
            with suppress(CannotRunError, ProcessLookupError):
                fields = _stat(int(entry.name))
                below.setdefault(int(fields[1]), []).append(int(entry.name))
                spent[int(entry.name)] = fields[11:15]
    total, waiting = 0.0, [process]
    while waiting:
        one = waiting.pop()
        total += _ticks(spent.get(one, []))
        waiting += below.get(one, [])
    return total


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _stat(pid: int) -> list[str]:
    """The fields behind the name, which may hold blanks and brackets: utime is 11, stime 12."""
    return _proc(pid, "stat").rpartition(")")[2].split()


def _ticks(fields: Sequence[str]) -> float:
    return sum(map(int, fields)) / os.sysconf("SC_CLK_TCK")


def _proc(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except FileNotFoundError as error:
        raise CannotRunError(
            "CPU time and memory are read from /proc: run this on Linux"
        ) from error
