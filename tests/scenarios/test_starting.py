"""Starting and stopping: one clear sentence when it cannot run, nothing lost when it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.errors import StartError
from bot.running import running
from bot.secret import Secret
from bot.settings import Settings
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.scenarios.conftest import OpenBot, settings_for

ROOT = Path(__file__).parents[2]


async def refused(settings: Settings, base: KnowledgeBase) -> str:
    with pytest.raises(StartError) as caught:
        async with running(settings, base):
            pass
    return str(caught.value)


async def test_without_tokens_it_says_which_to_set(base: KnowledgeBase) -> None:
    assert "SLACK_BOT_TOKEN" in await refused(Settings(http_port=0), base)


async def test_a_wrong_bot_token_is_named(workspace: Workspace, base: KnowledgeBase) -> None:
    settings = settings_for(workspace, "socket", slack_bot_token=Secret("xoxb-wrong-token"))
    words = await refused(settings, base)
    assert "SLACK_BOT_TOKEN" in words
    assert "invalid_auth" in words
    assert "xoxb-wrong-token" not in words


async def test_a_wrong_app_token_is_named(workspace: Workspace, base: KnowledgeBase) -> None:
    settings = settings_for(workspace, "socket", slack_app_token=Secret("xapp-wrong"))
    assert "SLACK_APP_TOKEN" in await refused(settings, base)


async def test_an_unreachable_slack_is_named_with_its_address(
    workspace: Workspace, base: KnowledgeBase
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/api/"
        words = await refused(settings_for(workspace, "http", slack_api_url=url), base)
    assert url in words
    assert "SLACK_API_URL" in words


async def test_what_is_not_slack_is_no_traceback(workspace: Workspace, base: KnowledgeBase) -> None:
    settings = settings_for(workspace, "http", slack_api_url=f"{workspace.url}/nothing/")
    words = await refused(settings, base)
    assert "http_404" in words
    assert "is Slack's API" in words


async def test_a_port_in_use_is_named(workspace: Workspace, base: KnowledgeBase) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = await refused(settings_for(workspace, "socket", http_port=port), base)
    assert f"127.0.0.1:{port}" in words
    assert "WINERR_HTTP_PORT" in words


async def test_health_and_readiness_are_served_in_both_modes(open_bot: OpenBot) -> None:
    for mode in ("socket", "http"):
        async with open_bot(mode) as bot, aiohttp.ClientSession() as session:
            for path in ("/healthz", "/readyz"):
                async with session.get(f"http://127.0.0.1:{bot.http_port}{path}") as response:
                    assert response.status == 200, (mode, path)


async def test_metrics_tell_what_happened_and_nothing_that_people_wrote(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot, aiohttp.ClientSession() as session:
        ts = await workspace.mention("ada", "incidents", "the zebra failed with 0x2F7")
        await workspace.wait_for(lambda: workspace.replies(ts))
        async with session.get(f"http://127.0.0.1:{bot.http_port}/metrics") as response:
            text = await response.text()
    assert 'winerr_deliveries_total{kind="message",result="taken"} 1.0' in text
    assert 'winerr_answers_total{trigger="mention"} 1.0' in text
    assert 'winerr_slack_calls_total{method="chat.postMessage",result="ok"} 1.0' in text
    assert "winerr_store_available 1.0" in text
    assert "winerr_sockets_open 2.0" in text
    assert "zebra" not in text


async def test_readiness_is_red_while_the_socket_is_gone(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot, aiohttp.ClientSession() as session:
        workspace.fault("refuse", count=100)
        workspace.drop_sockets()
        async with asyncio.timeout(5):
            while True:
                async with session.get(f"http://127.0.0.1:{bot.http_port}/readyz") as response:
                    checks = (await response.json())["checks"]
                    if response.status == 503:
                        break
                await asyncio.sleep(0.02)
        assert checks == {"slack": True, "connection": False, "inbox": True, "store": True}


async def test_accepted_work_is_finished_before_the_bot_is_gone(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot():
        workspace.fault("slow", target="chat.postMessage", seconds=0.5)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_until_delivered()
        assert workspace.replies(ts) == []
    assert len(workspace.replies(ts)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_with_its_work_done(
    workspace: Workspace, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from bot.running import run; from bot.settings import load_settings; import asyncio;"
        "asyncio.run(run(load_settings(env_file=None)))",
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            # Not the store of whoever runs the tests: it may be a newer one.
            "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": workspace.api_url,
            "WINERR_HTTP_PORT": "0",
        },
        stderr=asyncio.subprocess.PIPE,
    )
    await workspace.wait_for(lambda: workspace.is_connected, 20)
    workspace.fault("slow", target="chat.postMessage", seconds=0.3)
    ts = await workspace.mention("ada", "incidents", "why 0x2F7?")
    await workspace.wait_until_delivered()
    process.send_signal(number)
    _, log = await asyncio.wait_for(process.communicate(), 15)
    assert process.returncode == 0, log.decode()
    assert len(workspace.replies(ts)) == 1
    assert b"Traceback" not in log
    assert b"why 0x2F7" not in log
    assert workspace.bot_token.encode() not in log
