"""Socket Mode connections that break, fall silent or are ended: the bot hears again, soon."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp
import pytest

from bot import socket_mode
from bot.errors import StartError
from bot.running import running
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings
from knowledge import KnowledgeBase
from tests.scenarios.conftest import OpenBot, settings_for
from tests.scenarios.test_conversations import reply_to, settle

# What the issue of a silent Slack costs at most: noticing, connecting, the repetition of the event.
SECONDS = 15.0

Break = Callable[[Workspace], None]


@pytest.fixture
async def patient_workspace() -> Workspace:
    """A workspace that repeats what nobody took often enough to see when somebody does."""
    settings = WorkspaceSettings(ack_seconds=1.0, retry_delays_seconds=(0.2, *([0.5] * 60)))
    return Workspace(settings=settings)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda workspace: workspace.drop_sockets(), id="dropped"),
        pytest.param(lambda workspace: workspace.silence_sockets(), id="silent"),
    ],
)
async def test_a_dead_connection_is_replaced_within_seconds(
    patient_workspace: Workspace, base: KnowledgeBase, broken: Break
) -> None:
    async with (
        patient_workspace as workspace,
        running(settings_for(workspace, "socket"), base) as bot,
    ):
        assert bot.socket is not None
        await workspace.wait_for(lambda: bot.socket and bot.socket.open_count == 2)
        broken(workspace)
        began = time.monotonic()
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_for(lambda: workspace.replies(ts), SECONDS)
        assert time.monotonic() - began < SECONDS
        await settle(workspace, bot)
        assert len(workspace.replies(ts)) == 1


async def test_a_connection_that_slack_ends_is_replaced_before_it_goes(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(sockets=1) as bot:
        asked = []
        for _ in range(5):
            refreshing = asyncio.create_task(workspace.refresh_sockets())
            asked.append(await workspace.mention("ada", "incidents", "0x2F7"))
            await refreshing
        for ts in asked:
            await reply_to(workspace, ts)
        await settle(workspace, bot)
        assert [len(workspace.replies(ts)) for ts in asked] == [1] * 5


async def test_several_connections_share_the_events(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(sockets=3) as bot:
        await workspace.wait_for(lambda: len(workspace.sockets.open) == 3)
        asked = [await workspace.mention("ada", "incidents", f"{n}: 0x2F7") for n in range(6)]
        for ts in asked:
            await reply_to(workspace, ts)
        await settle(workspace, bot)
        assert [len(workspace.replies(ts)) for ts in asked] == [1] * 6


async def test_readiness_turns_green_again(workspace: Workspace, open_bot: OpenBot) -> None:
    async with open_bot() as bot, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{bot.http_port}/readyz"

        async def is_ready() -> bool:
            async with session.get(url) as response:
                return response.status == 200

        workspace.fault("refuse", count=2)
        workspace.drop_sockets()
        async with asyncio.timeout(5):
            while await is_ready():  # noqa: ASYNC110 (another process's view)
                await asyncio.sleep(0.02)
        async with asyncio.timeout(10):
            while not await is_ready():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_a_slack_that_stays_away_ends_the_process_for_its_supervisor(
    workspace: Workspace, base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "MAX_FAILURES", 2)
    async with running(settings_for(workspace, "socket"), base) as bot:
        workspace.fault("refuse", count=1_000)
        workspace.drop_sockets()
        with pytest.raises(StartError, match="no connection to Slack"):
            async with asyncio.timeout(10):
                await bot.run_until(asyncio.Event())


async def test_stopping_does_not_wait_for_a_dead_connection(
    workspace: Workspace, base: KnowledgeBase
) -> None:
    async with running(settings_for(workspace, "socket"), base):
        workspace.silence_sockets()
        began = time.monotonic()
    assert time.monotonic() - began < 6


async def test_the_log_of_a_refused_connection_does_not_tell_how_to_open_one(
    workspace: Workspace, open_bot: OpenBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_bot() as bot:
        await workspace.wait_for(lambda: bot.socket and bot.socket.open_count == 2)
        workspace.fault("refuse", count=2)
        workspace.drop_sockets()
        await workspace.wait_for(lambda: "connecting to Slack failed" in caplog.text, SECONDS)
        await workspace.wait_for(lambda: bot.socket and bot.socket.open_count == 2, SECONDS)
    assert "WSServerHandshakeError" in caplog.text
    assert "ticket" not in caplog.text
