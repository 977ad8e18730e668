"""When Slack refuses, limits or breaks: people still get their answer, or one plain sentence."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.running import RunningBot
from bot.workspace.server import Workspace
from tests.scenarios.conftest import OpenBot
from tests.scenarios.test_conversations import JOB, private_to, reply_to, said, settle


@pytest.fixture
async def listening(open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    """A bot over Socket Mode that answers alerts."""
    async with open_bot(channel_policy="alerts") as opened:
        yield opened


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "rate_limited", "seconds": 0}, id="rate-limited"),
        pytest.param({"kind": "http_error", "status": 500}, id="http-500"),
        pytest.param({"kind": "drop"}, id="connection-cut"),
    ],
)
async def test_a_passing_trouble_delays_the_answer_only(
    workspace: Workspace, listening: RunningBot, fault: dict[str, Any]
) -> None:
    workspace.fault(target="chat.postMessage", **fault)
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    assert JOB in said(await reply_to(workspace, ts))


async def test_refused_blocks_become_fewer_blocks_then_text(
    workspace: Workspace, listening: RunningBot
) -> None:
    workspace.fault("slack_error", target="chat.postMessage", error="invalid_blocks", count=2)
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    reply = await reply_to(workspace, ts)
    assert JOB in reply["text"]
    sizes = [len(call.args.get("blocks") or ()) for call in workspace.calls("chat.postMessage")]
    assert sizes[0] > sizes[1] > sizes[2] == 0


async def test_refused_metadata_does_not_cost_the_answer(
    workspace: Workspace, listening: RunningBot
) -> None:
    workspace.fault("slack_error", target="chat.postMessage", error="metadata_too_large", count=3)
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    assert JOB in said(await reply_to(workspace, ts))


async def test_a_refusal_for_good_is_logged_once(
    workspace: Workspace, listening: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    workspace.fault("slack_error", target="chat.postMessage", error="is_archived", count=2)
    for _ in range(2):
        await workspace.mention("ada", "incidents", "0x2F7")
        await settle(workspace, listening)
    refusals = [record for record in caplog.records if "is_archived" in record.getMessage()]
    assert len(refusals) == 1


async def test_a_refused_response_url_is_said_plainly_in_an_ephemeral_post(
    workspace: Workspace, listening: RunningBot
) -> None:
    workspace.fault("http_error", target="response_url", status=404, count=5)
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    private = await private_to(workspace, "ada")
    assert JOB in said(private)
    assert "did not take my answer" in said(private)
    assert workspace.calls("chat.postEphemeral")


async def test_sharing_where_the_bot_may_not_post_is_explained_privately(
    workspace: Workspace, listening: RunningBot
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    await private_to(workspace, "ada")
    workspace.fault("slack_error", target="chat.postMessage", error="not_in_channel")
    await workspace.click(ids.SHARE)
    assert "/invite" in said(await private_to(workspace, "ada", 2))


async def test_a_modal_that_comes_too_late_is_explained_privately(
    workspace: Workspace, listening: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    await reply_to(workspace, ts)
    workspace.fault("slack_error", target="views.open", error="expired_trigger_id")
    await workspace.click(ids.SHOW_FIX)
    assert "three seconds" in said(await private_to(workspace, "ada"))


async def test_a_thread_that_may_not_be_read_is_said(
    workspace: Workspace, listening: RunningBot
) -> None:
    root = await workspace.say("ada", "incidents", "0x2F7")
    workspace.fault("slack_error", target="conversations.replies", error="missing_scope")
    await workspace.mention("ada", "incidents", "explain", root)
    assert "not allowed to read" in said(await reply_to(workspace, root))


async def test_what_breaks_here_gives_people_a_reference_and_the_log_the_rest(
    workspace: Workspace, listening: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    workspace.fault("slack_error", target="conversations.replies", error="invalid_cursor")
    root = await workspace.say("ada", "incidents", "secret words")
    await workspace.mention("ada", "incidents", "explain", root)
    words = (await reply_to(workspace, root))["text"]
    reference = words.rstrip(".").rsplit(" ", 1)[1]
    assert "invalid_cursor" not in words
    assert reference in caplog.text
    assert "invalid_cursor" in caplog.text
    assert "secret words" not in caplog.text


async def test_the_bot_hears_again_after_its_socket_broke(
    workspace: Workspace, listening: RunningBot
) -> None:
    await workspace.refresh_sockets()
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    await workspace.wait_for(lambda: workspace.replies(ts), 15)


async def test_nothing_people_wrote_is_logged(
    workspace: Workspace, listening: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    ts = await workspace.mention("ada", "incidents", "the zebra failed with 0x2F7")
    await reply_to(workspace, ts)
    await workspace.slash("ada", "incidents", ids.COMMAND, "zebra 0x2F7")
    await private_to(workspace, "ada")
    ours = [record for record in caplog.records if record.name.startswith("bot.")]
    own = [record for record in ours if not record.name.startswith("bot.workspace")]
    assert own
    assert "zebra" not in json.dumps([record.getMessage() for record in own])
