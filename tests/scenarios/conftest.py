"""A workspace with the real bot in it, over a real socket or real HTTP."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.running import RunningBot, running
from bot.settings import Settings
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings
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
