"""A private answer is shared with the channel once; where Slack takes no post, people hear why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.rendering.refusals import refusal_words
from bot.running import RunningBot
from bot.store.urls import DatabaseUrl
from bot.workspace.server import Workspace
from tests.scenarios.conftest import OpenBot, private_to, said, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
REFUSALS = {
    "not_in_channel": "/invite @winerr",
    "channel_not_found": "does not show me this conversation",
    "is_archived": "is archived",
    "restricted_action": "Only some people may post",
    "restricted_action_read_only_channel": "Only some people may post",
    "restricted_action_thread_locked": "thread is locked",
    "thread_locked": "thread is locked",
    "restricted_action_thread_only_channel": "only answer in threads",
    "restricted_action_non_threadable_channel": "takes no answers in threads",
    "missing_scope": "lacks a permission",
    "no_permission": "rules of this workspace",
    "cannot_reply_to_message": "no replies to this message",
    "restricted_action_of_tomorrow": "(restricted_action_of_tomorrow)",
}
HELPED_BY_A_SECOND_PRESS = {"not_in_channel", "channel_not_found", "missing_scope"}


@pytest.fixture
async def listening(open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    """A bot over Socket Mode."""
    async with open_bot() as opened:
        yield opened


async def ask(workspace: Workspace) -> str:
    """Ask privately; the ts of the answer with the button."""
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    return str((await private_to(workspace, "ada"))["ts"])


def shared(workspace: Workspace) -> list[dict[str, Any]]:
    return [each for each in workspace.messages("incidents") if "Shared by" in said(each)]


@pytest.mark.parametrize("error", REFUSALS)
async def test_sharing_where_slack_takes_no_post_is_explained_privately(
    workspace: Workspace, listening: RunningBot, error: str
) -> None:
    await ask(workspace)
    workspace.fault("slack_error", target="chat.postMessage", error=error)
    await workspace.click(ids.SHARE)
    told = said(await private_to(workspace, "ada", 2))
    assert REFUSALS[error] in told
    assert ("press the button again" in told) == (error in HELPED_BY_A_SECOND_PRESS)
    # What was refused may be pressed again all the same: somebody may have mended it.
    await workspace.click(ids.SHARE)
    await workspace.wait_for(lambda: shared(workspace))


def test_what_slack_says_is_repeated_only_when_it_is_an_error_code() -> None:
    assert "<!channel>" not in refusal_words("<!channel>")
    assert "Ask who manages" in refusal_words("")


async def test_a_channel_that_takes_no_answers_in_threads_gets_the_summary(
    workspace: Workspace, listening: RunningBot
) -> None:
    private = await ask(workspace)
    error = "restricted_action_non_threadable_channel"
    workspace.fault("slow", target="chat.postMessage", seconds=0)
    workspace.fault("slack_error", target="chat.postMessage", error=error)
    await workspace.click(ids.SHARE, ts=private)
    told = said(await private_to(workspace, "ada", 2))
    assert "without the steps and questions" in told
    assert "takes no answers in threads" in told
    await workspace.click(ids.SHARE, ts=private)
    assert "one press is enough" in said(await private_to(workspace, "ada", 3))
    assert len(shared(workspace)) == 1


async def test_pressed_twice_it_is_posted_once(workspace: Workspace, bot: RunningBot) -> None:
    private = await ask(workspace)
    for _ in range(3):
        await workspace.click(ids.SHARE, ts=private)
    await settle(workspace, bot)
    assert len(shared(workspace)) == 1
    told = said({"all": workspace.ephemerals("ada")})
    # Each stands in the text and in the blocks of two messages.
    assert told.count("one press is enough") == 4
    # Another answer is another thing to share.
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    await workspace.wait_for(lambda: JOB in said(workspace.ephemerals("ada")[-1]))
    await workspace.click(ids.SHARE, ts=workspace.ephemerals("ada")[-1]["ts"])
    await workspace.wait_for(lambda: len(shared(workspace)) == 2)


async def test_pressed_again_after_a_restart_it_is_posted_once(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as first:
        private = await ask(workspace)
        await workspace.click(ids.SHARE, ts=private)
        await settle(workspace, first)
    async with open_bot() as second:
        await workspace.click(ids.SHARE, ts=private)
        await settle(workspace, second)
    assert "one press is enough" in said(workspace.ephemerals("ada")[-1])
    assert len(shared(workspace)) == 1


async def test_pressed_at_once_with_several_replicas_it_is_posted_once(
    workspace: Workspace, open_bot: OpenBot, postgres_url: DatabaseUrl
) -> None:
    values = {"database_url": postgres_url.address}
    async with open_bot(**values) as one, open_bot(**values) as two:
        private = await ask(workspace)
        await asyncio.gather(*(workspace.click(ids.SHARE, ts=private) for _ in range(6)))
        for each in (one, two):
            await settle(workspace, each)
    assert len(shared(workspace)) == 1
    assert said({"all": workspace.ephemerals("ada")}).count("one press is enough") == 10


async def test_a_press_that_was_interrupted_is_said_and_the_next_one_shares(
    workspace: Workspace, listening: RunningBot
) -> None:
    private = await ask(workspace)
    await workspace.click(ids.SHARE, ts=private)
    await settle(workspace, listening)
    # As if that process had died before it posted, some time ago.
    sql = "UPDATE answer SET posted_ts = '', posted_at = posted_at - 1000 RETURNING source_ts"
    assert len(await listening.bot.database.run(lambda tx: tx.execute(sql))) == 1
    await workspace.click(ids.SHARE, ts=private)
    assert "earlier press was interrupted" in said(await private_to(workspace, "ada", 3))
    assert len(shared(workspace)) == 1
    await workspace.click(ids.SHARE, ts=private)
    await workspace.wait_for(lambda: len(shared(workspace)) == 2)


@pytest.mark.parametrize("error", ["restricted_action", "thread_locked", "missing_scope"])
async def test_who_mentions_the_bot_where_it_may_not_post_gets_the_answer_alone(
    workspace: Workspace, listening: RunningBot, error: str
) -> None:
    workspace.fault("slack_error", target="chat.postMessage", error=error)
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    told = said(await private_to(workspace, "ada"))
    assert JOB in told
    assert REFUSALS[error] in told
    assert workspace.replies(ts) == []


async def test_where_nothing_private_is_taken_either_it_goes_to_the_person(
    workspace: Workspace, listening: RunningBot
) -> None:
    workspace.fault("slack_error", target="chat.postMessage", error="restricted_action")
    workspace.fault("slack_error", target="chat.postEphemeral", error="restricted_action")
    await workspace.mention("ada", "incidents", "0x2F7")
    (post,) = await workspace.wait_for(lambda: workspace.messages("dm-ada"))
    assert JOB in said(post)
    assert REFUSALS["restricted_action"] in said(post)


async def test_an_alert_that_may_not_be_answered_is_nobodys_to_be_told(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="alerts") as bot:
        workspace.fault("slack_error", target="chat.postMessage", error="restricted_action")
        ts = await workspace.alert("grafana")
        await settle(workspace, bot)
    assert workspace.replies(ts) == []
    assert workspace.calls("chat.postEphemeral") == []
    assert len(workspace.calls("chat.postMessage")) == 1


async def test_a_command_whose_answer_is_taken_nowhere_else_comes_as_a_direct_message(
    workspace: Workspace, listening: RunningBot
) -> None:
    workspace.fault("http_error", target="response_url", status=404, count=9)
    workspace.fault("slack_error", target="chat.postEphemeral", error="channel_not_found")
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    (post,) = await workspace.wait_for(lambda: workspace.messages("dm-ada"))
    assert JOB in said(post)
    assert "did not take my answer" in said(post)
