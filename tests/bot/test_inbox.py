"""The inbox: on disk before it says yes, once, in order, and taken up by others when we die."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import InboxFullError, StoreError
from bot.inbox import Inbox, seconds_until_next
from bot.incoming import IncomingCommand, IncomingMessage
from bot.jobs import CommandJob, Job, MessageJob
from bot.leases import holds_lease
from bot.metrics import Metrics
from bot.outcomes import Attempt, Done, GivenUp, Later, Outcome
from bot.store.answer_table import StoredAnswer, find_answer, note_answer
from bot.store.database import Database, Transaction, open_database
from bot.store.inbox_table import MOST_FORGOTTEN, count_jobs, forget_finished, list_jobs, retry_jobs
from bot.store.urls import DatabaseUrl


def job(ts: str, channel: str = "C1", event_id: str | None = None) -> MessageJob:
    message = IncomingMessage("T1", channel, ts, "mention", "0x5", event_id=event_id)
    return MessageJob(message, "mention")


class Recorder:
    """Handles jobs by noting them; waits for `gate` first, and gives the outcomes in turn."""

    def __init__(self, *outcomes: Outcome, open_gate: bool = True) -> None:
        self.attempts: list[Attempt] = []
        self.outcomes = list(outcomes)
        self.gate = asyncio.Event()
        if open_gate:
            self.gate.set()

    @property
    def done(self) -> list[Job]:
        return [attempt.job for attempt in self.attempts]

    async def __call__(self, attempt: Attempt) -> Outcome:
        await self.gate.wait()
        self.attempts.append(attempt)
        return self.outcomes.pop(0) if self.outcomes else Done()


@contextlib.asynccontextmanager
async def opened(database: Database, handle: Any, **values: Any) -> AsyncIterator[Inbox]:
    inbox = Inbox(database, handle, Metrics(), **values)
    await inbox.start()
    try:
        yield inbox
    finally:
        await inbox.drain(2)


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (nothing tells when it is so)
            await asyncio.sleep(0.01)


async def counts(database: Database) -> dict[str, int]:
    return await database.run(count_jobs)


async def test_the_same_message_is_taken_once_whatever_its_name(database: Database) -> None:
    recorder = Recorder()
    async with opened(database, recorder) as inbox:
        assert await inbox.accept(job("1", event_id="E1"))
        assert not await inbox.accept(job("1", event_id="E2"))
        assert not await inbox.accept(job("2", event_id="E1"))
    assert recorder.done == [job("1", event_id="E1")]


async def test_deliveries_at_the_same_moment_are_taken_once(database: Database) -> None:
    recorder = Recorder()
    async with opened(database, recorder) as inbox:
        taken = await asyncio.gather(*(inbox.accept(job("1", event_id="E1")) for _ in range(50)))
    assert sum(taken) == 1
    assert len(recorder.done) == 1


async def test_a_restart_forgets_no_delivery(database: Database) -> None:
    for expected in (True, False):
        async with opened(database, Recorder()) as inbox:
            assert await inbox.accept(job("1", event_id="E1")) is expected


async def test_an_edited_message_is_another_job(database: Database) -> None:
    original = job("1")
    edited = replace(original, message=replace(original.message, kind="edited", revision="7"))
    async with opened(database, Recorder()) as inbox:
        assert await inbox.accept(original)
        assert await inbox.accept(edited)
        assert not await inbox.accept(edited)


async def test_a_job_is_handed_out_as_it_came(database: Database) -> None:
    message = replace(
        job("1", event_id="E1").message, mentioned=frozenset({"U1", "U2"}), text="ä\0\ud800 0x5"
    )
    command = CommandJob(IncomingCommand("T1", "C1", "U1", "0x5", "https://x/", "t1", "7.7"))
    recorder = Recorder()
    async with opened(database, recorder) as inbox:
        for each in (MessageJob(message, "automatic"), command):
            await inbox.accept(each)
        await until(lambda: len(recorder.done) == 2)
    assert set(recorder.done) == {MessageJob(message, "automatic"), command}


async def test_a_lane_keeps_its_order(database: Database) -> None:
    recorder = Recorder()
    jobs = [job(str(number)) for number in range(30)]
    async with opened(database, recorder) as inbox:
        for work in jobs[:10]:
            await inbox.accept(work)
        await asyncio.gather(*(inbox.accept(work) for work in jobs[10:]))
        await until(lambda: len(recorder.done) == 30)
    assert recorder.done == jobs


async def test_a_busy_channel_does_not_hold_up_another(database: Database) -> None:
    gate = asyncio.Event()
    done: list[str] = []

    async def handle(attempt: Attempt) -> Outcome:
        assert isinstance(attempt.job, MessageJob)
        if attempt.job.message.channel == "C1":
            await gate.wait()
        done.append(attempt.job.message.channel)
        return Done()

    async with opened(database, handle) as inbox:
        for channel in ("C1", "C2"):
            await inbox.accept(job("1", channel))
        await until(lambda: done)
        assert done == ["C2"]
        gate.set()
        await until(lambda: len(done) == 2)
    assert done == ["C2", "C1"]


async def test_a_full_inbox_says_so_and_forgets_nothing(database: Database) -> None:
    recorder = Recorder(open_gate=False)
    async with opened(database, recorder, capacity=2) as inbox:
        await inbox.accept(job("1"))
        await inbox.accept(job("2"))
        with pytest.raises(InboxFullError):
            await inbox.accept(job("3"))
        recorder.gate.set()
        await until(lambda: inbox.waiting == 0)
        assert await inbox.accept(job("3"))
        await until(lambda: len(recorder.done) == 3)


async def test_a_flooded_channel_leaves_room_for_the_others(database: Database) -> None:
    recorder = Recorder(open_gate=False)
    async with opened(database, recorder, lane_capacity=2) as inbox:
        for ts in ("1", "2"):
            await inbox.accept(job(ts))
        with pytest.raises(InboxFullError):
            await inbox.accept(job("3"))
        assert await inbox.accept(job("3", "C2"))
        recorder.gate.set()
        await until(lambda: inbox.waiting == 0)


async def test_what_is_not_finished_in_time_is_done_by_the_next_one(database: Database) -> None:
    stuck = Inbox(database, Recorder(open_gate=False), Metrics())
    await stuck.start()
    for ts in ("1", "2"):
        await stuck.accept(job(ts))
    assert await stuck.drain(0.05) == 2
    assert not stuck.is_open
    with pytest.raises(InboxFullError):
        await stuck.accept(job("3"))
    recorder = Recorder()
    async with opened(database, recorder):
        await until(lambda: len(recorder.done) == 2)
    assert recorder.done == [job("1"), job("2")]
    assert [attempt.origin for attempt in recorder.attempts] == ["recovered", "recovered"]


async def test_the_work_of_one_that_died_is_taken_up_when_its_lease_ends(
    database: Database,
) -> None:
    died = Inbox(database, Recorder(open_gate=False), Metrics(), lease_seconds=0.6)
    await died.start()
    await died.accept(job("1"))
    await _kill(died)
    recorder = Recorder()
    async with opened(database, recorder, lease_seconds=0.3):
        await asyncio.sleep(0.2)
        assert recorder.done == []
        await until(lambda: recorder.done == [job("1")])
    assert recorder.attempts[0].origin == "recovered"


async def test_two_replicas_share_the_work_and_keep_the_order(
    postgres_url: DatabaseUrl,
) -> None:
    databases = [await open_database(postgres_url) for _ in range(2)]
    done: list[tuple[str, str]] = []

    async def handle(attempt: Attempt) -> Outcome:
        assert isinstance(attempt.job, MessageJob)
        await asyncio.sleep(0.001)
        done.append((attempt.job.message.channel, attempt.job.message.ts))
        return Done()

    inboxes = [Inbox(each, handle, Metrics(), lease_seconds=1.0) for each in databases]
    for inbox in inboxes:
        await inbox.start()
    for number in range(60):
        # Each delivery reaches both replicas, as when Slack repeats it.
        work = job(f"{number:03}", f"C{number % 3}", f"E{number}")
        taken = await asyncio.gather(*(inbox.accept(work) for inbox in inboxes))
        assert sum(taken) == 1
    await until(lambda: len(done) == 60, 10)
    for inbox in inboxes:
        await inbox.drain(1)
    for each in databases:
        await each.close()
    assert len(set(done)) == 60
    for channel in ("C0", "C1", "C2"):
        order = [ts for place, ts in done if place == channel]
        assert order == sorted(order)


async def test_replicas_that_write_and_prolong_at_once_never_wait_for_each_other_in_a_circle(
    postgres_url: DatabaseUrl,
) -> None:
    databases = [await open_database(postgres_url) for _ in range(2)]
    done = 0

    async def handle(_: Attempt) -> Outcome:
        nonlocal done
        done += 1
        return Done()

    async def prolong(inbox: Inbox) -> None:
        while True:
            await inbox._keep_once()

    inboxes = [Inbox(each, handle, Metrics()) for each in databases]
    for inbox in inboxes:
        await inbox.start()
    # All the time, and in whatever order the table has its rows by then.
    prolonging = [asyncio.create_task(prolong(inbox)) for inbox in inboxes]
    refused = 0
    for start in range(0, 600, 40):
        numbers = range(start, start + 40)
        works = [job(f"{n:04}", f"C{n * 7 % 19}", f"E{n}") for n in numbers]
        taken = await asyncio.gather(
            *(inboxes[place % 2].accept(work) for place, work in enumerate(works)),
            return_exceptions=True,
        )
        refused += sum(isinstance(each, StoreError) for each in taken)
    await until(lambda: done >= 600 - refused, 20)
    for task in prolonging:
        task.cancel()
    ended = await asyncio.gather(*prolonging, return_exceptions=True)
    deadlocks = await databases[0].run(
        lambda tx: tx.execute("SELECT deadlocks FROM pg_stat_database"
                              " WHERE datname = current_database()")
    )  # fmt: skip
    for inbox in inboxes:
        await inbox.drain(1)
    for each in databases:
        await each.close()
    assert (deadlocks, refused) == ([(0,)], 0)
    assert not [each for each in ended if isinstance(each, StoreError)]


async def test_a_job_that_fails_for_now_is_tried_again_before_what_follows(
    database: Database,
) -> None:
    recorder = Recorder(Later("slack is away", 0.01), Later("slack is away", 0.01))
    async with opened(database, recorder) as inbox:
        for ts in ("1", "2"):
            await inbox.accept(job(ts))
        await until(lambda: len(recorder.done) == 4)
    assert recorder.done == [job("1"), job("1"), job("1"), job("2")]
    assert [attempt.origin for attempt in recorder.attempts] == ["new", "retry", "retry", "new"]
    assert await counts(database) == {"done": 2}


async def test_a_job_that_never_works_is_given_up_and_can_be_tried_again(
    database: Database,
) -> None:
    recorder = Recorder(*(Later("slack is away", 0.01) for _ in range(3)))
    async with opened(database, recorder, max_attempts=3, lease_seconds=0.3) as inbox:
        await inbox.accept(job("1"))
        await until(lambda: inbox.waiting == 0)
        (dead,) = await database.run(lambda tx: list_jobs(tx, "dead", 10))
        assert dead.error == "tried 3 times: slack is away"
        assert await database.run(lambda tx: retry_jobs(tx, [dead.id])) == [dead.id]
        await until(lambda: len(recorder.done) == 4)
    assert await counts(database) == {"done": 1}


async def test_a_failing_job_does_not_stop_its_lane(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[Job] = []

    async def handle(attempt: Attempt) -> Outcome:
        if attempt.job == job("1"):
            raise RuntimeError("broken")
        done.append(attempt.job)
        return Done()

    async with opened(database, handle) as inbox:
        await inbox.accept(job("1"))
        await inbox.accept(job("2"))
        await until(lambda: done == [job("2")])
    assert "job 1 failed" in caplog.text
    assert await counts(database) == {"dead": 1, "done": 1}


async def test_a_given_up_job_keeps_what_it_said_and_a_done_one_does_not(
    database: Database,
) -> None:
    recorder = Recorder(GivenUp("no use"), Done())
    async with opened(database, recorder) as inbox:
        await inbox.accept(job("1"))
        await inbox.accept(job("2"))
        await until(lambda: inbox.waiting == 0)
    rows = await database.run(lambda tx: tx.execute("SELECT state, payload FROM inbox ORDER BY id"))
    assert [(state, payload is None) for state, payload in rows] == [
        ("dead", False),
        ("done", True),
    ]


async def test_an_answer_is_remembered_with_the_end_of_its_job(database: Database) -> None:
    answer = StoredAnswer("T1", "C1", "1", "1", "9", False, ("win32:0x00000005",))
    async with opened(
        database, Recorder(Done((lambda tx: note_answer(tx, answer),), answered=True))
    ) as inbox:
        await inbox.accept(job("1"))
        await until(lambda: inbox.waiting == 0)
    assert await database.run(lambda tx: find_answer(tx, "T1", "C1", "1")) == answer
    assert await database.run(lambda tx: find_answer(tx, "T1", "C1", "2")) is None


async def test_what_is_too_old_is_forgotten(database: Database) -> None:
    async with opened(database, Recorder()) as inbox:
        await inbox.accept(job("1"))
        await until(lambda: inbox.waiting == 0)
    assert await database.run(lambda tx: forget_finished(tx, 1.0)) == 0
    assert await database.run(lambda tx: forget_finished(tx, 0.0)) == 1
    assert await counts(database) == {}


async def test_what_is_too_old_is_forgotten_to_the_last_of_it_and_not_a_part_each_ten_minutes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [MOST_FORGOTTEN, MOST_FORGOTTEN, 3, 0]
    monkeypatch.setattr("bot.inbox.forget_old", lambda *_: parts.pop(0))
    async with opened(database, Recorder(), lease_seconds=0.06):
        await until(lambda: parts == [0])
        await asyncio.sleep(0.2)
    assert parts == [0]


@pytest.mark.parametrize("asked", [None, 0.0, 1.0])
def test_the_attempts_last_longer_than_any_limit_of_slacks(asked: float | None) -> None:
    waits = [seconds_until_next(attempts, asked) for attempts in range(40)]
    assert sum(waits) > 600
    assert max(waits) < 61
    assert all(wait >= (asked or 0.0) for wait in waits)


class Outage:
    """A database that can be switched off."""

    def __init__(self, real: Database) -> None:
        self._real = real
        self.kind = real.kind
        self.off = False

    @property
    def is_available(self) -> bool:
        return not self.off

    async def run(self, work: Any, *, short: bool = False) -> Any:
        if self.off:
            raise StoreError("the disk is gone")
        return await self._real.run(work, short=short)


async def test_what_cannot_be_stored_is_not_taken_and_what_is_done_is_written_later(
    database: Database,
) -> None:
    outage = Outage(database)
    recorder = Recorder(open_gate=False)
    async with opened(outage, recorder) as inbox:  # type: ignore[arg-type]
        assert await inbox.accept(job("1"))
        outage.off = True
        with pytest.raises(StoreError):
            await inbox.accept(job("2"))
        assert not inbox.is_stored
        recorder.gate.set()
        await asyncio.sleep(0.1)
        assert inbox.waiting == 1
        outage.off = False
        await until(lambda: inbox.waiting == 0)
        # Slack delivers it again, and now it is taken.
        assert await inbox.accept(job("2"))
        await until(lambda: len(recorder.done) == 2)
    assert await counts(database) == {"done": 2}


def _overflows(tx: Transaction) -> None:
    raise OverflowError("too large")


def _does_not_fit(tx: Transaction) -> None:
    tx.execute("INSERT INTO inbox (key) VALUES (NULL)")


@pytest.mark.parametrize("write", [_overflows, _does_not_fit])
async def test_what_cannot_be_written_is_buried_and_costs_nobody_else_anything(
    database: Database, write: Callable[[Transaction], None]
) -> None:
    async def handle(attempt: Attempt) -> Outcome:
        return Done((write,) if attempt.job == job("0", "C0") else ())

    async with opened(database, handle) as inbox:
        assert await inbox.accept(job("0", "C0"))
        for number in range(1, 60):
            # None of them may hear of another's fault: it would be acknowledged, and be lost.
            assert await inbox.accept(job(str(number), f"C{number % 7}"))
            await asyncio.sleep(0.001)
        await until(lambda: inbox.waiting == 0)
        assert inbox.is_stored
    assert await counts(database) == {"dead": 1, "done": 59}
    (dead,) = await database.run(lambda tx: list_jobs(tx, "dead", 10))
    assert (dead.error or "").startswith("what it leads to cannot be stored")


async def test_a_commit_under_way_is_finished_before_the_inbox_closes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, run = Recorder(), database.run
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def slow(work: Any, *, short: bool = False) -> Any:
        result = await run(work, short=short)
        begun.set()
        await may_end.wait()
        return result

    async with opened(database, recorder) as inbox:
        await asyncio.sleep(0.1)  # the keeper's first round
        monkeypatch.setattr(database, "run", slow)
        accepting = asyncio.create_task(inbox.accept(job("1")))
        await begun.wait()
        draining = asyncio.create_task(inbox.drain(5))
        await asyncio.sleep(0.05)
        may_end.set()
        assert await draining == 0
        assert await accepting
    assert await counts(database) == {"done": 1}


async def test_who_waits_for_a_commit_that_hangs_is_told_when_the_inbox_closes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = database.run

    async def hanging(work: Any, *, short: bool = False) -> Any:
        if short:
            await asyncio.sleep(60)
        return await run(work, short=short)

    async with opened(database, Recorder()) as inbox:
        await asyncio.sleep(0.1)
        monkeypatch.setattr(database, "run", hanging)
        accepting = asyncio.create_task(inbox.accept(job("1")))
        await asyncio.sleep(0.05)
        await inbox.drain(0.1)
        with pytest.raises(InboxFullError):
            await asyncio.wait_for(accepting, 1)


async def test_leases_are_prolonged_whatever_went_wrong_before(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, failed = database.run, asyncio.Event()

    async def broken(work: Any, *, short: bool = False) -> Any:
        failed.set()
        raise RuntimeError("broken")

    async with opened(database, Recorder(open_gate=False), lease_seconds=1.0) as inbox:
        assert await inbox.accept(job("1"))
        monkeypatch.setattr(database, "run", broken)
        await failed.wait()
        monkeypatch.setattr(database, "run", run)
        lease = "SELECT leased_until FROM lane"
        ((before,),) = await database.run(lambda tx: tx.execute(lease))
        await asyncio.sleep(0.8)
        ((after,),) = await database.run(lambda tx: tx.execute(lease))
        assert after > before
        await inbox.drain(0)


async def test_what_was_committed_without_our_knowledge_is_worked_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that hangs or dies between the commit and its confirmation."""
    recorder, run = Recorder(), database.run

    async def unconfirmed(work: Any, *, short: bool = False) -> Any:
        await run(work, short=short)
        raise StoreError("no confirmation")

    async with opened(database, recorder, lease_seconds=1.0) as inbox:
        await asyncio.sleep(0.1)  # the keeper's first round
        monkeypatch.setattr(database, "run", unconfirmed)
        with pytest.raises(StoreError):
            await inbox.accept(job("1", event_id="E1"))
        monkeypatch.setattr(database, "run", run)
        # Slack repeats what was not acknowledged: known, and nobody in this process works it off.
        assert not await inbox.accept(job("1", event_id="E1"))
        await until(lambda: recorder.done == [job("1", event_id="E1")])
        await until(lambda: not inbox.waiting)
        lanes = await database.run(lambda tx: tx.execute("SELECT lane FROM lane"))
        assert lanes == []
    assert recorder.attempts[0].origin == "recovered"


async def test_who_lost_a_lane_knows_it_before_it_speaks(database: Database) -> None:
    """A process that stalled while it worked: meanwhile another one answers."""
    spoke: list[bool] = []
    stalled = asyncio.Event()

    async def slow(attempt: Attempt) -> Outcome:
        before = holds_lease.get()()
        await stalled.wait()
        spoke.extend((before, holds_lease.get()()))
        return Done()

    first = Inbox(database, slow, Metrics(), lease_seconds=0.6)
    await first.start()
    await first.accept(job("1"))
    for task in asyncio.all_tasks():
        if task.get_name() == "inbox keeper":
            task.cancel()
    recorder = Recorder()
    async with opened(database, recorder, lease_seconds=0.6):
        await until(lambda: recorder.done == [job("1")])
        stalled.set()
        await until(lambda: not first.waiting)
    await first.drain(2)
    assert spoke == [True, False]


@pytest.mark.parametrize("taken_anew", ["before it is known", "after it is known", "never"])
async def test_a_lane_that_was_given_back_while_leases_were_prolonged_is_not_lost(
    taken_anew: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates = {"1": asyncio.Event(), "2": asyncio.Event()}
    held: list[bool] = []

    async def handle(attempt: Attempt) -> Outcome:
        assert isinstance(attempt.job, MessageJob)
        await gates[attempt.job.message.ts].wait()
        held.append(holds_lease.get()())
        return Done()

    prolong, told = asyncio.Event(), asyncio.Event()
    run = database.run

    async def late(*arguments: Any, **options: Any) -> Any:
        await prolong.wait()
        found = await run(*arguments, **options)
        await told.wait()
        return found

    async with opened(database, handle) as inbox:
        await inbox.accept(job("1"))
        monkeypatch.setattr(database, "run", late)
        prolonging = asyncio.create_task(inbox._keep_once())
        await asyncio.sleep(0)
        monkeypatch.setattr(database, "run", run)
        gates["1"].set()
        if taken_anew != "never":
            await until(lambda: not inbox.waiting)
        prolong.set()
        await asyncio.sleep(0.1)
        if taken_anew == "before it is known":
            await inbox.accept(job("2"))
        told.set()
        await prolonging
        if taken_anew == "after it is known":
            await inbox.accept(job("2"))
        gates["2"].set()
        await until(lambda: not inbox.waiting)
    assert held == [True] * (1 if taken_anew == "never" else 2)


async def test_commands_of_one_channel_do_not_wait_for_each_other() -> None:
    first = CommandJob(IncomingCommand("T1", "C1", "U1", "5", "", "t1"))
    second = CommandJob(IncomingCommand("T1", "C1", "U1", "5", "", "t2"))
    assert first.lane != second.lane


async def _kill(inbox: Inbox) -> None:
    """End it as a SIGKILL does: nothing is written, nothing is given back."""
    tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith(("inbox", "lane"))]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert inbox.waiting
