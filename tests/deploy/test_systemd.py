"""The unit: taken by systemd without a word, hardly exposed, and the bot lives with its rules."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings, variable_names
from bot.store.urls import DatabaseUrl
from bot.workspace.server import Workspace
from tests.deploy.conftest import DEPLOY, ROOT, cannot_run, tool

UNIT = DEPLOY / "systemd" / "winerr.service"
EXPOSURE_TENTHS = 15  # of 100; systemd's own word for less than 20 is "OK", for 90 "UNSAFE"
_PR_SET_MDWE = 65
_PR_SET_NO_NEW_PRIVS = 38


def directives() -> Iterator[tuple[str, str]]:
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            yield name, value


def test_systemd_takes_every_line(tmp_path: Path) -> None:
    command = Path(sysconfig.get_path("scripts"), "winerr")
    text = UNIT.read_text(encoding="utf-8").replace("/opt/winerr/bin/winerr", str(command))
    copy = tmp_path / "winerr.service"
    copy.write_text(text, encoding="utf-8")
    analyze = tool("systemd-analyze", "the package systemd")
    result = subprocess.run([analyze, "verify", str(copy)], capture_output=True, text=True)
    # It complains in words and ends with 0 about what it does not know.
    assert (result.returncode, result.stderr) == (0, "")


def test_it_is_hardly_exposed() -> None:
    analyze = tool("systemd-analyze", "the package systemd")
    command = [analyze, "security", "--offline=yes", f"--threshold={EXPOSURE_TENTHS}", str(UNIT)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-200:]


def test_it_comes_back_and_gets_the_time_that_its_work_takes() -> None:
    unit = dict(directives())
    assert (unit["Restart"], unit["StartLimitIntervalSec"]) == ("always", "0")
    grace = Settings().shutdown_grace_seconds
    assert float(unit["TimeoutStopSec"]) >= grace + 15


def test_its_variables_exist_and_hold_no_secret() -> None:
    given = [
        pair for name, value in directives() if name == "Environment" for pair in value.split()
    ]
    names = {pair.partition("=")[0] for pair in given}
    assert names <= {*variable_names(), "XDG_STATE_HOME", "PYTHONUNBUFFERED"}
    assert not any("SLACK" in name for name in names)


async def test_the_bot_lives_without_writable_code_on_both_databases(
    database_url: DatabaseUrl, tmp_path: Path
) -> None:
    """MemoryDenyWriteExecute and NoNewPrivileges, as the kernel enforces them without systemd."""
    restricted = (
        "import ctypes, os, sys\n"
        "prctl = ctypes.CDLL(None).prctl\n"
        f"if prctl({_PR_SET_NO_NEW_PRIVS}, 1, 0, 0, 0) or prctl({_PR_SET_MDWE}, 1, 0, 0, 0):\n"
        "    sys.exit(77)\n"
        "os.execv(sys.executable, [sys.executable, '-c', "
        "'import sys; from bot.cli import main; sys.exit(main([\"run\"]))'])"
    )
    address = database_url.address
    async with Workspace() as workspace:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", restricted, cwd=tmp_path, stderr=asyncio.subprocess.PIPE,
            env={
                "PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT),
                "SLACK_BOT_TOKEN": workspace.bot_token, "SLACK_APP_TOKEN": workspace.app_token,
                "SLACK_API_URL": workspace.api_url, "WINERR_HTTP_PORT": "0",
                "DATABASE_URL":
                    f"sqlite:///{address}" if database_url.kind == "sqlite" else address,
            },
        )  # fmt: skip
        waiting = asyncio.ensure_future(process.communicate())
        while not workspace.is_connected and not waiting.done():  # noqa: ASYNC110 (two events)
            await asyncio.sleep(0.05)
        if waiting.done():
            if process.returncode == 77:
                cannot_run("this kernel cannot deny writable code (Linux 6.3 can)")
            pytest.fail(waiting.result()[1].decode())
        ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
        replies = await workspace.wait_for(lambda: workspace.replies(ts), 20)
        assert "ERROR_PROCESS_NOT_IN_JOB" in json.dumps(replies)
        process.terminate()
        await waiting
        assert process.returncode == 0
