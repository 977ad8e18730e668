"""Every line about an event says which one, from its acceptance to its answer, over restarts."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot import ids
from bot.logs import configure_logging
from bot.settings import Settings
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import MODES, OpenBot
from tests.scenarios.test_conversations import private_to, reply_to, settle


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What the bot logs at debug, as JSON."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    configure_logging(Settings(log_format="json", log_level="debug"), stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]


def lines_about(logged: io.StringIO, event_id: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    return [line for line in lines if line.get("event_id") == event_id]


def mention_id(workspace: Workspace) -> str:
    payloads = [delivery.envelope.payload for delivery in workspace.deliveries]
    return next(p["event_id"] for p in payloads if p["event"]["type"] == "app_mention")


@pytest.mark.parametrize("mode", MODES)
async def test_the_lines_of_a_mention_carry_its_id_and_place(
    workspace: Workspace, open_bot: OpenBot, logged: io.StringIO, mode: str
) -> None:
    async with open_bot(mode) as bot:
        workspace.fault("slack_error", target="chat.postMessage", error="invalid_blocks")
        ts = await workspace.mention("ada", "incidents", "the zebra failed with 0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    lines = lines_about(logged, mention_id(workspace))
    told = " | ".join(line["message"] for line in lines)
    assert "accepted | Slack refused the content of a post: invalid_blocks | job 1 is done" in told
    channel = workspace.state.channel_named("incidents").id
    for line in lines:
        place = (line["team"], line["channel"], line["trigger"])
        assert place == (TEAM, channel, "mention")
    assert "zebra" not in logged.getvalue()


async def test_another_process_goes_on_under_the_same_id(
    workspace: Workspace, open_bot: OpenBot, logged: io.StringIO
) -> None:
    async with open_bot(shutdown_grace_seconds=0.0):
        workspace.fault("slow", target="chat.postMessage", seconds=5.0)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_until_delivered()
    before = len(lines_about(logged, mention_id(workspace)))
    async with open_bot() as bot:
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    later = lines_about(logged, mention_id(workspace))[before:]
    assert before
    assert "is done" in later[-1]["message"]
    assert later[-1]["trigger"] == "mention"


async def test_commands_and_presses_are_told_apart_by_their_trigger_id(
    workspace: Workspace, open_bot: OpenBot, logged: io.StringIO
) -> None:
    async with open_bot("http") as bot:
        await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        await private_to(workspace, "ada")
        await settle(workspace, bot)
        await workspace.click(ids.SHARE)
        await workspace.wait_for(lambda: len(workspace.ephemerals("ada")) == 2)
        await settle(workspace, bot)
    for kind, field in (("command", "command"), ("action", "actions")):
        payloads = [delivery.envelope.payload for delivery in workspace.deliveries]
        trigger_id = next(p["trigger_id"] for p in payloads if field in p)
        lines = lines_about(logged, trigger_id)
        assert [line["trigger"] for line in lines] == [kind, kind]
        assert lines[0]["message"] == "accepted"
        assert "is done" in lines[1]["message"]


async def test_what_cannot_be_taken_is_told_with_its_id(
    workspace: Workspace, open_bot: OpenBot, logged: io.StringIO
) -> None:
    async with open_bot("http", inbox_capacity=1) as bot:
        workspace.fault("slow", target="chat.postMessage", seconds=0.5)
        await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_until_delivered()
        await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_for(lambda: [d for d in workspace.deliveries if not d.outcome.ok])
        await settle(workspace, bot)
    refused = next(d for d in workspace.deliveries if not d.outcome.ok)
    line = lines_about(logged, refused.envelope.payload["event_id"])[0]
    assert "takes nothing" in line["message"]
    assert (line["trigger"], line["team"]) == ("mention", TEAM)


async def test_text_lines_end_with_what_they_are_about(
    workspace: Workspace, open_bot: OpenBot, logged: io.StringIO
) -> None:
    configure_logging(Settings(log_format="text"), logged)
    async with open_bot() as bot:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    channel = workspace.state.channel_named("incidents").id
    ending = f"[event_id={mention_id(workspace)} team={TEAM} channel={channel} trigger=mention]"
    assert sum(line.endswith(ending) for line in logged.getvalue().splitlines()) == 2
