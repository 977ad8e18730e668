"""A workspace, a client of its Web API, and a tiny bot in it over Socket Mode."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceSettings
from tests.workspace.tiny_bot import connected, tiny_app

QUICK = WorkspaceSettings(ack_seconds=0.4, retry_delays_seconds=(0.0, 0.05, 0.1))


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace(settings=QUICK) as running:
        yield running


@pytest.fixture
async def client(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)


@pytest.fixture
async def bot(workspace: Workspace) -> AsyncIterator[AsyncApp]:
    app = tiny_app(workspace)
    async with connected(workspace, app):
        yield app
