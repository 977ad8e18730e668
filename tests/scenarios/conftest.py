"""A workspace with the real bot in it, over a real socket or real HTTP; what people see of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.running import RunningBot, running
from bot.settings import Settings
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.state import BOT_USER
from knowledge import KnowledgeBase, open_knowledge

MODES = ("socket", "http")
OpenBot = Callable[..., contextlib.AbstractAsyncContextManager[RunningBot]]


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    """The knowledge that is shipped."""
    return open_knowledge()


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace that repeats an unacknowledged event soon."""
    settings = WorkspaceSettings(retry_delays_seconds=(0.0, 0.2, 0.5))
    async with Workspace(settings=settings) as opened:
        yield opened


def settings_for(workspace: Workspace, mode: str, **values: Any) -> Settings:
    """Settings with which the bot finds the workspace."""
    tokens: dict[str, Any] = {"slack_bot_token": workspace.bot_token}
    if mode == "socket":
        tokens["slack_app_token"] = workspace.app_token
    else:
        tokens["slack_signing_secret"] = workspace.signing_secret
    fixed = {"slack_api_url": workspace.api_url, "http_port": 0, "slack_timeout_seconds": 3.0}
    return Settings(**{**tokens, **fixed, **values})


@pytest.fixture
def open_bot(workspace: Workspace, base: KnowledgeBase) -> OpenBot:
    """Opens a bot in the workspace: `async with open_bot("http", channel_policy="all") as bot`."""

    @contextlib.asynccontextmanager
    async def opened(mode: str = "socket", **values: Any) -> AsyncIterator[RunningBot]:
        async with running(settings_for(workspace, mode, **values), base) as bot:
            if mode == "http":
                await workspace.connect_http(f"http://127.0.0.1:{bot.http_port}/slack/events")
            await workspace.wait_for(lambda: workspace.is_connected)
            yield bot

    return opened


@pytest.fixture(params=MODES)
async def bot(request: pytest.FixtureRequest, open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    """A bot that answers alerts, in both modes."""
    async with open_bot(request.param, channel_policy="alerts") as opened:
        yield opened


def said(message: dict[str, Any]) -> str:
    """Everything in a message, for searching."""
    return json.dumps(message, ensure_ascii=False)


async def reply_to(workspace: Workspace, ts: str) -> dict[str, Any]:
    """The first reply of the bot in the thread."""

    def by_bot() -> list[dict[str, Any]]:
        return [reply for reply in workspace.replies(ts) if reply["user"] == BOT_USER]

    return (await workspace.wait_for(by_bot))[0]


async def private_to(workspace: Workspace, user: str, count: int = 1) -> dict[str, Any]:
    """The count-th message that the bot showed to this person only."""
    await workspace.wait_for(lambda: len(workspace.ephemerals(user)) >= count)
    return workspace.ephemerals(user)[count - 1]


async def settle(workspace: Workspace, bot: RunningBot) -> None:
    """Wait until everything that was said is acknowledged and worked off."""
    await workspace.wait_until_delivered()
    async with asyncio.timeout(5):
        while bot.inbox.waiting:  # noqa: ASYNC110 (the inbox tells nobody when it is empty)
            await asyncio.sleep(0.01)
