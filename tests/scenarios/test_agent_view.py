"""The conversation with the bot in Slack's agent view, and in the older assistant view."""

from __future__ import annotations

import pytest

from bot.prompts import PROMPTS
from bot.running import RunningBot
from bot.workspace.calls import Call
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceSettings
from tests.scenarios.conftest import MODES, OpenBot, reply_to, said, settle

DIRECT = "dm-ada"
METHOD = "assistant.threads.setSuggestedPrompts"


async def shown_prompts(workspace: Workspace) -> list[dict[str, str]]:
    channel = workspace.state.channel_named(DIRECT).id
    return await workspace.wait_for(lambda: workspace.state.prompts.get(channel) or [])


async def test_who_opens_the_messages_tab_sees_what_to_ask(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.open_home("ada", tab="messages")
    assert await shown_prompts(workspace) == [dict(prompt) for prompt in PROMPTS]
    assert len(PROMPTS) <= 4
    (call,) = workspace.calls(METHOD)
    assert "thread_ts" not in call.args


@pytest.mark.parametrize("prompt", [prompt["message"] for prompt in PROMPTS])
async def test_every_prompt_is_answered_well(
    workspace: Workspace, open_bot: OpenBot, prompt: str
) -> None:
    async with open_bot():
        ts = await workspace.say("ada", DIRECT, prompt)
        words = said(await reply_to(workspace, ts))
        assert "I found no Windows error" not in words
        assert "Did you mean" not in words
        expected = ("ERROR_ACCESS_DENIED", "E_ACCESSDENIED", "ERROR_SHARING_VIOLATION", "/winerr")
        assert any(name in words for name in expected)


async def test_what_is_said_in_the_messages_tab_is_answered_in_its_thread(
    workspace: Workspace, bot: RunningBot
) -> None:
    first = await workspace.say("ada", DIRECT, "it failed with 0x2F7")
    reply = await reply_to(workspace, first)
    assert reply["thread_ts"] == first
    await workspace.say("ada", DIRECT, "and what is 0x80070005?", first)
    await workspace.wait_for(lambda: len(workspace.replies(first)) == 3)
    assert "ACCESS" in said(workspace.replies(first)[-1])
    # Slack shows the thread in its timeline: nothing of ours stands beside it.
    assert [message["ts"] for message in workspace.messages(DIRECT)] == [first]


@pytest.mark.parametrize("mode", MODES)
async def test_an_older_assistant_thread_gets_its_prompts_and_answers(
    mode: str, open_bot: OpenBot, workspace: Workspace
) -> None:
    async with open_bot(mode) as bot:
        root = await workspace.open_assistant("ada")
        await workspace.wait_for(lambda: workspace.calls(METHOD))
        (call,) = workspace.calls(METHOD)
        assert call.args["thread_ts"] == root
        await workspace.say("ada", DIRECT, "0x2F7", root)
        reply = await reply_to(workspace, root)
        assert reply["thread_ts"] == root
        await settle(workspace, bot)


async def test_what_somebody_looks_at_is_acknowledged_and_left_alone(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.look_at("incidents", "ada")
    await settle(workspace, bot)
    (delivery,) = workspace.deliveries
    assert delivery.outcome.ok
    assert bot.inbox.waiting == 0


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "slack_error", "error": "missing_scope"}, id="before-the-scope"),
        pytest.param({"kind": "http_error", "status": 503}, id="slack-is-down"),
        pytest.param({"kind": "drop"}, id="connection-cut"),
    ],
)
async def test_prompts_that_slack_does_not_take_cost_nothing(
    workspace: Workspace, open_bot: OpenBot, fault: dict[str, object]
) -> None:
    async with open_bot() as bot:
        workspace.fault(target=METHOD, count=9, **fault)
        await workspace.open_home("ada", tab="messages")
        await settle(workspace, bot)
        ts = await workspace.say("ada", DIRECT, "0x2F7")
        assert "759" in said(await reply_to(workspace, ts))
        assert len(workspace.messages(DIRECT)) == 1


async def test_the_home_tab_gets_no_prompts(workspace: Workspace, bot: RunningBot) -> None:
    await workspace.open_home("ada", tab="home")
    await settle(workspace, bot)
    assert workspace.calls(METHOD) == []


async def test_an_agent_drops_prompts_for_a_thread_in_silence() -> None:
    for agent_view, shown in ((True, 0), (False, 1)):
        settings = WorkspaceSettings(agent_view=agent_view)
        async with Workspace(settings=settings) as opened:
            channel = opened.state.channel_named(DIRECT).id
            arguments = {"channel_id": channel, "thread_ts": "1.2", "prompts": [{"title": "a"}]}
            opened.methods[METHOD].run(Call(METHOD, arguments))
            assert len(opened.state.prompts.get(channel, [])) == shown
