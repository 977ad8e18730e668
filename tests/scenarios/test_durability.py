"""Nothing lost, nothing twice: retries, crashes, outages and restarts, over the real bot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot import ids
from bot.running import RunningBot
from bot.store.inbox_table import count_jobs
from bot.workspace.server import Workspace
from bot.workspace.state import BOT_USER
from tests.scenarios.conftest import OpenBot
from tests.scenarios.test_conversations import JOB, private_to, reply_to, said, settle

CODE = "HRESULT 0x800702F7"


def replies_of_the_bot(workspace: Workspace, ts: str) -> list[dict[str, Any]]:
    return [reply for reply in workspace.replies(ts) if reply["user"] == BOT_USER]


async def until_done(bot: RunningBot) -> None:
    async with asyncio.timeout(5):
        while await bot.bot.database.run(count_jobs) != {"done": 1}:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_a_post_that_slack_took_without_saying_so_is_not_posted_again(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot:
        workspace.fault("lost_reply", target="chat.postMessage")
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_for(lambda: workspace.calls("conversations.replies"), 10)
        await settle(workspace, bot)
        assert len(replies_of_the_bot(workspace, ts)) == 1


async def test_a_message_in_work_when_we_died_is_answered_once_by_the_next_start(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(shutdown_grace_seconds=0.0) as bot:
        workspace.fault("slow", target="chat.postMessage", seconds=5.0)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_until_delivered()
        assert bot.inbox.waiting == 1
    assert replies_of_the_bot(workspace, ts) == []
    async with open_bot() as bot:
        await reply_to(workspace, ts)
        await settle(workspace, bot)
        assert len(replies_of_the_bot(workspace, ts)) == 1


async def test_an_answer_posted_just_before_we_died_is_found_and_not_repeated(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(shutdown_grace_seconds=0.0) as bot:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
        # As if the mark that it is done had not reached the disk.
        sql = (
            "UPDATE inbox SET state = 'open', payload = $1, finished_at = NULL"
            " WHERE key LIKE $2 RETURNING id"
        )
        payload = _payload(ts, workspace)
        assert await bot.bot.database.run(lambda tx: tx.execute(sql, (payload, f"%{ts}%")))
        await bot.bot.database.run(lambda tx: tx.execute("DELETE FROM answer"))
    async with open_bot() as again:
        await until_done(again)
        assert len(replies_of_the_bot(workspace, ts)) == 1


async def test_only_what_may_get_a_reply_is_kept(workspace: Workspace, open_bot: OpenBot) -> None:
    async with open_bot(channel_policy="all") as bot:
        await workspace.say("ada", "incidents", "lunch at 12:30 in room 404, 5 people so far")
        await workspace.say("ada", "incidents", f"the agent failed with {CODE}")
        # Longer than what is looked at before its acknowledgement.
        await workspace.say("ada", "incidents", "lunch at noon. " * 600)
        await settle(workspace, bot)
        assert await bot.bot.database.read(count_jobs) == {"done": 2}


async def test_a_message_that_breaks_the_explanation_is_kept_for_people_to_look_at(
    workspace: Workspace, open_bot: OpenBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    async with open_bot(channel_policy="all") as bot:
        with monkeypatch.context() as patch:
            patch.setattr("bot.wording.explain_unasked", broken)
            await workspace.say("ada", "incidents", f"the agent failed with {CODE}")
            await settle(workspace, bot)
        assert await bot.bot.database.read(count_jobs) == {"dead": 1}


async def test_a_thread_gets_one_unasked_answer_also_after_a_restart(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    ts = ""
    for number in range(2):
        async with open_bot(channel_policy="alerts") as bot:
            if number == 0:
                ts = await workspace.post_as_app(
                    {"bot_id": "B0X", "text": f"failed: {CODE}"}, "alerts"
                )
                await reply_to(workspace, ts)
            else:
                await workspace.edit("alerts", ts, f"failed again: {CODE}")
            await settle(workspace, bot)
    assert len(replies_of_the_bot(workspace, ts)) == 1


async def test_a_repeated_delivery_after_a_restart_gets_no_second_answer(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    event_id = workspace.deliveries[0].envelope.payload["event_id"]
    async with open_bot() as bot:
        for _ in range(20):
            workspace.resend(event_id)
        await settle(workspace, bot)
    assert len(replies_of_the_bot(workspace, ts)) == 1


async def test_an_outage_of_slack_delays_every_answer_and_keeps_their_order(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot:
        faults: dict[str, dict[str, Any]] = {
            "http_error": {"status": 500},
            "rate_limited": {"seconds": 1},
            "drop": {},
            "slack_error": {"error": "internal_error"},
        }
        for kind, values in faults.items():
            workspace.fault(kind, target="chat.postMessage", **values)
        asked = [
            await workspace.mention("ada", channel, f"number {number}: 0x2F7")
            for number in range(4)
            for channel in ("incidents", "alerts")
        ]
        await workspace.wait_for(lambda: all(replies_of_the_bot(workspace, ts) for ts in asked), 30)
        await settle(workspace, bot)
        for ts in asked:
            assert len(replies_of_the_bot(workspace, ts)) == 1
        for channel in ("incidents", "alerts"):
            order = [
                replies_of_the_bot(workspace, message["ts"])[0]["ts"]
                for message in workspace.messages(channel)
            ]
            assert order == sorted(order)


async def test_slacks_limit_is_kept_once_it_was_met(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot:
        workspace.fault("rate_limited", target="chat.postMessage", seconds=0)
        asked = [await workspace.mention("ada", "incidents", f"{n}: 0x2F7") for n in range(3)]
        await workspace.wait_for(lambda: all(replies_of_the_bot(workspace, ts) for ts in asked), 15)
        await settle(workspace, bot)
        at = [float(replies_of_the_bot(workspace, ts)[0]["ts"]) for ts in asked]
        assert at[2] - at[1] > 0.9


async def test_a_command_is_answered_once_and_by_the_next_start_if_need_be(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot() as bot:
        await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        assert JOB in said(await private_to(workspace, "ada"))
        await settle(workspace, bot)
        sql = "SELECT attempts, state FROM inbox"
        assert await bot.bot.database.run(lambda tx: tx.execute(sql)) == [(1, "done")]
        # As if we had died between the answer and the mark; it says that it was begun.
        payload = _command(workspace)
        again = "UPDATE inbox SET state = 'open', payload = $1"
        await bot.bot.database.run(lambda tx: tx.execute(again, (payload,)))
    async with open_bot() as later:
        await until_done(later)
    assert len(workspace.ephemerals("ada")) == 1


async def test_what_the_store_cannot_take_is_not_acknowledged_and_comes_again(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot("http") as bot:
        database = bot.bot.database
        await database.run(lambda tx: tx.execute("ALTER TABLE inbox RENAME TO hidden"))
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_for(lambda: [d for d in workspace.deliveries if not d.outcome.ok])
        assert replies_of_the_bot(workspace, ts) == []
        await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        assert "cannot take your command" in said(await private_to(workspace, "ada"))
        await database.run(lambda tx: tx.execute("ALTER TABLE hidden RENAME TO inbox"))
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    assert len(replies_of_the_bot(workspace, ts)) == 1


@pytest.mark.parametrize("count", [200])
async def test_many_repeated_deliveries_get_one_answer(
    workspace: Workspace, open_bot: OpenBot, count: int
) -> None:
    async with open_bot("http") as bot:
        workspace.fault("duplicate", copies=count)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
        assert len(workspace.deliveries) >= count
    assert len(replies_of_the_bot(workspace, ts)) == 1


def _payload(ts: str, workspace: Workspace) -> str:
    from bot.incoming import message_from_event
    from bot.jobs import MessageJob, encode_job

    bodies = [delivery.envelope.payload for delivery in workspace.deliveries]
    body = next(
        b for b in bodies if b["event"].get("ts") == ts and b["event"]["type"] == "app_mention"
    )
    message = message_from_event(body)
    assert message is not None
    return encode_job(MessageJob(message, "mention"))


def _command(workspace: Workspace) -> str:
    from bot.incoming import command_from_body
    from bot.jobs import CommandJob, encode_job

    body = next(d.envelope.payload for d in workspace.deliveries if "command" in d.envelope.payload)
    return encode_job(CommandJob(command_from_body(body)))
