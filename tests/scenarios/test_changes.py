"""Messages that change or go: their answers follow."""

from __future__ import annotations

import pytest

from bot.running import RunningBot
from bot.store.note_table import add_note
from bot.store.occurrence_table import seen
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import OpenBot, reply_to, said, settle

ALERT = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}


async def test_an_edited_code_changes_the_answer_in_place(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
    first = await reply_to(workspace, ts)
    await workspace.edit("incidents", ts, "@winerr the agent failed with 0x80070005")
    await workspace.wait_for(
        lambda: any("ERROR_ACCESS_DENIED" in said(reply) for reply in workspace.replies(ts))
    )
    await settle(workspace, bot)
    (reply,) = workspace.replies(ts)
    assert reply["ts"] == first["ts"]
    assert "ERROR_PROCESS_NOT_IN_JOB" not in said(reply)
    assert len(workspace.calls("chat.postMessage")) == 1


async def test_an_edited_code_brings_what_the_team_knows_of_it_and_is_remembered(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
    await reply_to(workspace, ts)
    topic = "win32/ERROR_ACCESS_DENIED"
    await bot.bot.database.run(lambda tx: add_note(tx, TEAM, topic, "ask Grace", "U0ADA00001"))
    await workspace.edit("incidents", ts, "@winerr the agent failed with 0x80070005")
    await workspace.wait_for(lambda: "ask Grace" in said(workspace.replies(ts)[0]))
    await settle(workspace, bot)
    met = await bot.bot.database.run(lambda tx: seen(tx, TEAM, "C0INCIDENT", topic, 30.0))
    assert met.count == 1


async def test_edits_that_change_no_code_and_unfurls_change_no_answer(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
    await reply_to(workspace, ts)
    await workspace.edit("incidents", ts, "@winerr our agent failed again with 0x2F7, please help")
    await workspace.unfurl("incidents", ts)
    await workspace.say("grace", "incidents", "same here", ts)
    await settle(workspace, bot)
    assert len(workspace.replies(ts)) == 2
    assert workspace.calls("chat.update") == []


async def test_a_question_that_gets_its_code_by_an_edit_is_answered_in_the_same_reply(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "are you well today?")
    await reply_to(workspace, ts)
    await workspace.edit("incidents", ts, "@winerr what is 0x2F7?")
    await workspace.wait_for(
        lambda: any("ERROR_PROCESS_NOT_IN_JOB" in said(reply) for reply in workspace.replies(ts))
    )
    assert len(workspace.replies(ts)) == 1


async def test_a_message_that_names_the_bot_no_longer_still_has_the_right_answer_or_none(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="mentions") as bot:
        ts = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
        await reply_to(workspace, ts)
        await workspace.edit("incidents", ts, "the agent failed with 0x80070005")
        await workspace.wait_for(lambda: workspace.calls("chat.update"))
        assert "ERROR_ACCESS_DENIED" in said(await reply_to(workspace, ts))
        other = await workspace.mention("ada", "incidents", "the agent failed with 0x2F7")
        await reply_to(workspace, other)
        await workspace.edit("incidents", other, "lunch?")
        await workspace.wait_for(lambda: not workspace.replies(other))
        await settle(workspace, bot)
        assert len(workspace.calls("chat.postMessage")) == 2


async def test_a_name_that_comes_by_an_edit_is_answered_once(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="mentions") as bot:
        ts = await workspace.say("ada", "incidents", "the agent failed with 0x2F7")
        await workspace.edit("incidents", ts, "@winerr the agent failed with 0x2F7")
        assert "ERROR_PROCESS_NOT_IN_JOB" in said(await reply_to(workspace, ts))
        await settle(workspace, bot)
        assert len(workspace.replies(ts)) == 1


async def test_an_alert_that_is_corrected_loses_its_answer(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.post_as_app(ALERT, "alerts")
    await reply_to(workspace, ts)
    await workspace.edit("alerts", ts, "job is fine")
    await workspace.wait_for(lambda: not workspace.replies(ts))
    await workspace.edit("alerts", ts, "job failed: HRESULT 0x80070005")
    assert "ERROR_ACCESS_DENIED" in said(await reply_to(workspace, ts))


@pytest.mark.parametrize("in_thread", [False, True])
async def test_an_answer_goes_with_the_message_that_it_answers(
    workspace: Workspace, bot: RunningBot, in_thread: bool
) -> None:
    root = await workspace.say("grace", "incidents", "the agent is down") if in_thread else None
    ts = await workspace.mention("ada", "incidents", "0x2F7", root)
    await reply_to(workspace, root or ts)
    await workspace.delete("incidents", ts)
    await workspace.wait_for(lambda: workspace.calls("chat.delete"))
    await settle(workspace, bot)
    assert workspace.replies(root or ts) == []
    assert workspace.calls("chat.delete")[0].args["channel"] == "C0INCIDENT"


async def test_a_deleted_message_without_an_answer_costs_slack_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.say("ada", "incidents", "lunch?")
    await workspace.delete("incidents", ts)
    await settle(workspace, bot)
    assert workspace.calls("chat.delete") == []


async def test_a_removed_answer_comes_back_only_to_who_asked(
    workspace: Workspace, bot: RunningBot
) -> None:
    asked = await workspace.mention("ada", "incidents", "0x2F7")
    alert = await workspace.post_as_app(ALERT, "alerts")
    for ts, channel in ((asked, "incidents"), (alert, "alerts")):
        await workspace.delete(channel, (await reply_to(workspace, ts))["ts"])
        await settle(workspace, bot)
    await workspace.edit("incidents", asked, "@winerr 0x80070005")
    await workspace.edit("alerts", alert, "job failed: HRESULT 0x80070005")
    assert "ERROR_ACCESS_DENIED" in said(await reply_to(workspace, asked))
    await settle(workspace, bot)
    assert workspace.replies(alert) == []


async def test_what_an_earlier_process_answered_follows_too(
    workspace: Workspace, open_bot: OpenBot, tmp_path: object
) -> None:
    store = {"database_url": f"sqlite:///{tmp_path}/store.db"}
    async with open_bot("http", **store):
        changed = await workspace.mention("ada", "incidents", "0x2F7")
        gone = await workspace.mention("ada", "incidents", "0x2F7 again")
        await reply_to(workspace, changed)
        await reply_to(workspace, gone)
    async with open_bot("http", **store) as bot:
        await workspace.edit("incidents", changed, "@winerr 0x80070005")
        await workspace.delete("incidents", gone)
        await workspace.wait_for(
            lambda: "ERROR_ACCESS_DENIED" in said(workspace.replies(changed)[0])
        )
        await settle(workspace, bot)
        assert len(workspace.replies(changed)) == 1
        assert workspace.replies(gone) == []
