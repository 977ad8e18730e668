"""The inbox: once, in order within a lane, bounded, and drained."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import InboxFullError
from bot.inbox import CommandJob, Job, MemoryInbox, MessageJob
from bot.incoming import IncomingCommand, IncomingMessage


def job(ts: str, channel: str = "C1", event_id: str | None = None) -> MessageJob:
    message = IncomingMessage("T1", channel, ts, "mention", "0x5", event_id=event_id)
    return MessageJob(message, "mention")


class Recorder:
    """Handles jobs by noting them; waits for `gate` first."""

    def __init__(self, *, open_gate: bool = True) -> None:
        self.done: list[Job] = []
        self.gate = asyncio.Event()
        if open_gate:
            self.gate.set()

    async def __call__(self, work: Job) -> None:
        await self.gate.wait()
        await asyncio.sleep(0)
        self.done.append(work)


async def test_the_same_message_is_taken_once() -> None:
    recorder = Recorder()
    inbox = MemoryInbox(recorder)
    assert await inbox.accept(job("1", event_id="E1"))
    assert not await inbox.accept(job("1", event_id="E2"))
    assert not await inbox.accept(job("2", event_id="E1"))
    assert await inbox.drain(1) == 0
    assert recorder.done == [job("1", event_id="E1")]


async def test_an_edited_message_is_another_job() -> None:
    inbox = MemoryInbox(Recorder())
    original = job("1")
    edited = replace(original, message=replace(original.message, kind="edited", revision="7"))
    assert await inbox.accept(original)
    assert await inbox.accept(edited)
    assert not await inbox.accept(edited)
    await inbox.drain(1)


async def test_a_lane_keeps_its_order() -> None:
    recorder = Recorder()
    inbox = MemoryInbox(recorder)
    jobs = [job(str(number)) for number in range(20)]
    for work in jobs:
        await inbox.accept(work)
    await inbox.drain(1)
    assert recorder.done == jobs


async def test_a_busy_channel_does_not_hold_up_another() -> None:
    gate = asyncio.Event()
    done: list[str] = []

    async def handle(work: Job) -> None:
        assert isinstance(work, MessageJob)
        if work.message.channel == "C1":
            await gate.wait()
        done.append(work.message.channel)

    inbox = MemoryInbox(handle)
    for channel in ("C1", "C2"):
        await inbox.accept(job("1", channel))
    await asyncio.sleep(0.01)
    assert done == ["C2"]
    gate.set()
    await inbox.drain(1)
    assert done == ["C2", "C1"]


async def test_a_full_inbox_says_so_and_forgets_nothing() -> None:
    recorder = Recorder(open_gate=False)
    inbox = MemoryInbox(recorder, capacity=2)
    await inbox.accept(job("1"))
    await inbox.accept(job("2"))
    with pytest.raises(InboxFullError):
        await inbox.accept(job("3"))
    recorder.gate.set()
    await asyncio.sleep(0.01)
    assert await inbox.accept(job("3"))
    await inbox.drain(1)
    assert len(recorder.done) == 3


async def test_draining_takes_no_more_and_says_what_is_left() -> None:
    recorder = Recorder(open_gate=False)
    inbox = MemoryInbox(recorder)
    await inbox.accept(job("1"))
    await inbox.accept(job("2"))
    assert await inbox.drain(0.01) == 2
    assert not inbox.is_open
    with pytest.raises(InboxFullError):
        await inbox.accept(job("3"))


async def test_a_failing_job_does_not_stop_its_lane(caplog: pytest.LogCaptureFixture) -> None:
    done: list[Job] = []

    async def handle(work: Job) -> None:
        if work == job("1"):
            raise RuntimeError("broken")
        done.append(work)

    inbox = MemoryInbox(handle)
    await inbox.accept(job("1"))
    await inbox.accept(job("2"))
    assert await inbox.drain(1) == 0
    assert done == [job("2")]
    assert "a job failed" in caplog.text


async def test_what_was_seen_is_remembered_within_bounds() -> None:
    inbox = MemoryInbox(Recorder(), remember=3)
    for number in range(5):
        await inbox.accept(job(str(number)))
    assert not await inbox.accept(job("4"))
    assert await inbox.accept(job("0"))
    await inbox.drain(1)


async def test_commands_of_one_channel_do_not_wait_for_each_other() -> None:
    first = CommandJob(IncomingCommand("T1", "C1", "U1", "5", "", "t1"))
    second = CommandJob(IncomingCommand("T1", "C1", "U1", "5", "", "t2"))
    assert first.lane != second.lane
