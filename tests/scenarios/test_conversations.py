"""Whole conversations: what people type, and what they see."""

from __future__ import annotations

import pytest

from bot import ids
from bot.running import RunningBot
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER
from tests.scenarios.conftest import OpenBot, private_to, reply_to, said, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"


async def test_a_mention_is_answered_once_in_its_thread(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
    reply = await reply_to(workspace, ts)
    assert JOB in said(reply)
    assert reply["thread_ts"] == ts
    await settle(workspace, bot)
    assert len(workspace.replies(ts)) == 1
    post = workspace.calls("chat.postMessage")[0].args
    assert post["unfurl_links"] is False
    assert not post.get("reply_broadcast")
    assert post["metadata"]["event_type"] == ids.ANSWER_EVENT
    assert post["metadata"]["event_payload"]["codes"] == ["win32:0x000002F7"]


async def test_a_mention_in_a_thread_without_a_code_reads_the_thread(
    workspace: Workspace, bot: RunningBot
) -> None:
    root = await workspace.say("grace", "incidents", "agent died: 0x2F7 from the launcher")
    await workspace.say("ada", "incidents", "same here", root)
    await workspace.mention("ada", "incidents", "what is that?", root)
    await workspace.wait_for(lambda: len(workspace.replies(root)) == 3)
    assert JOB in said(workspace.replies(root)[-1])


async def test_a_question_without_a_code_is_answered_from_the_articles(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "which program has my file open?")
    reply = said(await reply_to(workspace, ts))
    assert "handle.exe" in reply
    assert "ERROR_SHARING_VIOLATION" in reply
    await workspace.click(ids.pick_id(0))
    assert "ERROR_SHARING_VIOLATION" in said(await private_to(workspace, "ada"))


async def test_a_question_that_nothing_answers_is_told_what_comes_nearest(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "how do I bake bread in the server room?")
    reply = said(await reply_to(workspace, ts))
    assert "I found no Windows error" in reply
    assert "come nearest" in reply


async def test_a_mention_without_any_error_gets_a_helpful_sentence(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "are you well today?")
    assert "I found no Windows error" in said(await reply_to(workspace, ts))
    alone = await workspace.mention("ada", "incidents", "help")
    assert "/winerr 0x2F7" in said(await reply_to(workspace, alone))


async def test_a_thread_without_any_error_is_said_to_have_none(
    workspace: Workspace, bot: RunningBot
) -> None:
    root = await workspace.say("grace", "incidents", "lunch?")
    await workspace.mention("ada", "incidents", "explain", root)
    await workspace.wait_for(lambda: len(workspace.replies(root)) == 2)
    assert "I read this thread" in said(workspace.replies(root)[-1])


async def test_an_alert_with_a_windows_error_is_answered_in_its_thread(
    workspace: Workspace, bot: RunningBot
) -> None:
    message = {"subtype": "bot_message", "bot_id": "B0OTHER", "attachments": [
        {"title": "Agent down", "fields": [{"title": "Error", "value": "HRESULT 0x800702F7"}]}
    ]}  # fmt: skip
    ts = await workspace.post_as_app(message, "alerts")
    assert JOB in said(await reply_to(workspace, ts))


async def test_what_is_no_alert_or_no_windows_error_gets_no_answer(
    workspace: Workspace, bot: RunningBot
) -> None:
    quiet = [
        await workspace.say("ada", "alerts", "it failed with 0x800702F7"),
        await workspace.alert("no_windows_error"),
        await workspace.post_as_app({"bot_id": "B0X", "text": "all 5 checks passed"}, "alerts"),
    ]
    await settle(workspace, bot)
    assert [workspace.replies(ts) for ts in quiet] == [[], [], []]
    assert all(delivery.outcome.ok for delivery in workspace.deliveries)


async def test_an_alert_channel_gets_one_answer_per_alert_whatever_slack_repeats(
    workspace: Workspace, bot: RunningBot
) -> None:
    workspace.fault("duplicate", copies=5)
    alert = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}
    ts = await workspace.post_as_app(alert, "alerts")
    await reply_to(workspace, ts)
    event_id = workspace.deliveries[0].envelope.payload["event_id"]
    workspace.resend(event_id)
    await workspace.unfurl("alerts", ts)
    await settle(workspace, bot)
    assert len(workspace.replies(ts)) == 1


async def test_an_alert_that_gets_its_error_by_an_edit_is_answered_then(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.post_as_app({"bot_id": "B0X", "text": "job is running"}, "alerts")
    await settle(workspace, bot)
    assert workspace.replies(ts) == []
    for words in ("job failed: HRESULT 0x800702F7", "job failed: HRESULT 0x800702F7 again"):
        await workspace.edit("alerts", ts, words)
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    assert len(workspace.replies(ts)) == 1


async def test_a_command_is_answered_privately_and_can_be_shared(
    workspace: Workspace, bot: RunningBot
) -> None:
    outcome = await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    assert outcome.ok
    private = await private_to(workspace, "ada")
    assert JOB in said(private)
    before = len(workspace.messages("incidents"))
    await workspace.click(ids.SHARE)
    await workspace.wait_for(lambda: len(workspace.messages("incidents")) == before + 1)
    shared = workspace.messages("incidents")[-1]
    assert JOB in said(shared)
    await workspace.wait_for(lambda: len(workspace.replies(shared["ts"])) == 2)
    steps, questions = workspace.replies(shared["ts"])
    assert "Find the cause first" in said(steps)
    assert "FAQ" not in said(questions)
    assert "Shared in this channel" in said(await private_to(workspace, "ada", 2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "/winerr 0x2F7", id="empty"),
        pytest.param("help", "/winerr 0x2F7", id="help"),
        pytest.param("ERROR_PROCES_NOT_IN_JOB", "Did you mean", id="near-miss"),
        pytest.param("nothing of the kind here", "I found no Windows error", id="nothing"),
        pytest.param("<!channel> `x` 0x2F7", JOB, id="hostile"),
    ],
)
async def test_every_command_gets_a_useful_answer(
    workspace: Workspace, bot: RunningBot, text: str, expected: str
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, text)
    assert expected in said(await private_to(workspace, "ada"))
    assert workspace.notices("ada") == []


async def test_who_asks_without_end_is_asked_to_wait(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(user_per_minute=2) as bot:
        for _ in range(4):
            await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        await workspace.slash("grace", "incidents", ids.COMMAND, "0x2F7")
        await settle(workspace, bot)
        await private_to(workspace, "grace")
        told = [said(message) for message in workspace.ephemerals("ada")]
        assert sum(JOB in message for message in told) == 2
        assert sum("again in a minute" in message for message in told) == 2


async def test_a_near_miss_is_explained_at_the_press_of_its_button(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "ERROR_PROCES_NOT_IN_JOB")
    await private_to(workspace, "ada")
    await workspace.click(ids.pick_id(0))
    assert "759" in said(await private_to(workspace, "ada", 2))


async def test_a_mistyped_name_in_a_mention_gets_near_misses(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "what is ERROR_PROCES_NOT_IN_JOB?")
    reply = await reply_to(workspace, ts)
    assert "I do not know “ERROR_PROCES_NOT_IN_JOB”" in reply["text"]
    await workspace.click(ids.pick_id(0))
    assert "759" in said(await private_to(workspace, "ada"))


async def test_the_message_shortcut_explains_a_message_privately(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.say("grace", "incidents", "agent died: 0x2F7 from the launcher")
    await workspace.shortcut("ada", "incidents", ts)
    assert JOB in said(await private_to(workspace, "ada"))
    assert workspace.replies(ts) == []


@pytest.mark.parametrize("action_id", [ids.SHOW_FIX, ids.SHOW_FAQ, ids.SHOW_BACKGROUND])
async def test_a_button_opens_the_long_part(
    workspace: Workspace, bot: RunningBot, action_id: str
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    await reply_to(workspace, ts)
    await workspace.click(action_id)
    view = await workspace.wait_for(lambda: workspace.view("ada"))
    assert JOB in said(view)


async def test_a_button_whose_state_is_gone_says_so_privately(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    await reply_to(workspace, ts)
    for channel in workspace.state.channels.values():
        for message in channel.messages.values():
            for block in message.get("blocks", []):
                for element in block.get("elements", []):
                    if element.get("action_id") == ids.SHOW_FIX:
                        element["value"] = "of another age"
    await workspace.click(ids.SHOW_FIX)
    view = await workspace.wait_for(lambda: workspace.view("ada"))
    assert "older answer" in said(view)


async def test_a_direct_message_is_answered(workspace: Workspace, open_bot: OpenBot) -> None:
    async with open_bot():
        direct = next(c for c in workspace.state.channels.values() if c.kind == "im")
        ts = await workspace.say("ada", direct.id, "0x2F7")
        assert JOB in said(await reply_to(workspace, ts))


async def test_a_channel_that_is_off_hears_nothing_but_commands_work(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="off") as bot:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await settle(workspace, bot)
        assert workspace.replies(ts) == []
        await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        assert JOB in said(await private_to(workspace, "ada"))


@pytest.mark.parametrize("words", ["thanks!", "Thank you so much", "danke :pray:", "thx"])
async def test_thanks_get_a_short_answer(workspace: Workspace, bot: RunningBot, words: str) -> None:
    ts = await workspace.mention("ada", "incidents", words)
    assert "You are welcome" in said(await reply_to(workspace, ts))


async def test_the_error_of_a_threads_root_comes_before_what_is_said_under_it(
    workspace: Workspace, bot: RunningBot
) -> None:
    root = await workspace.say("grace", "incidents", "agent died: 0x2F7 from the launcher")
    await workspace.say("ada", "incidents", "maybe it is 0x80070005, or 0xC0000005?", root)
    message = {"bot_id": "B0X", "text": "service failed with HRESULT 0x800706BA"}
    await workspace.post_as_app(message, "incidents", root)
    await workspace.mention("ada", "incidents", "what is going on", root)
    await workspace.wait_for(lambda: workspace.replies(root)[-1]["user"] == BOT_USER)
    words = said(workspace.replies(root)[-1])
    names = ("ERROR_PROCESS_NOT_IN_JOB", "RPC_S_SERVER_UNAVAILABLE", "E_ACCESSDENIED")
    places = [words.index(name) for name in names]
    assert places == sorted(places)
