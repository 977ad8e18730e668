"""Transactions: all or nothing, whatever a text holds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store.answer_table import StoredAnswer, find_answer, note_answer
from bot.store.database import Database, Transaction, Work, open_database
from bot.store.inbox_table import NewJob, add_jobs, count_jobs
from bot.store.urls import DatabaseUrl


async def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def half(tx: Transaction) -> None:
        add_jobs(tx, [NewJob("k", None, "l", "{}")], "me", 1.0)
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError):
        await database.run(half)
    assert await database.run(count_jobs) == {}
    with pytest.raises(StoreError):
        await database.run(lambda tx: tx.execute("SELECT nothing FROM nowhere"))
    assert not database.is_available
    assert await database.run(count_jobs) == {}
    assert database.is_available


async def test_who_shares_a_transaction_with_what_fails_is_not_hurt(database: Database) -> None:
    def add(key: str) -> Callable[[Transaction], object]:
        return lambda tx: add_jobs(tx, [NewJob(key, None, key, "{}")], "me", 1.0)

    def broken(tx: Transaction) -> None:
        add("lost")(tx)
        raise RuntimeError("broken")

    wrong = "SELECT nothing FROM nowhere"
    results = await asyncio.gather(
        database.run(add("a"), short=True),
        database.run(broken, short=True),
        database.run(add("b"), short=True),
        database.run(lambda tx: tx.execute(wrong), short=True),
        database.run(add("c")),
        database.run(add("d"), short=True),
        return_exceptions=True,
    )
    failed = {place for place, each in enumerate(results) if isinstance(each, Exception)}
    assert failed == {1, 3}
    assert isinstance(results[3], StoreError)
    keys = await database.read(lambda tx: tx.execute("SELECT key FROM inbox ORDER BY key"))
    assert [key for (key,) in keys] == ["a", "b", "c", "d"]


async def test_a_read_sees_what_is_committed_and_nothing_else(database: Database) -> None:
    seen: list[object] = []

    def add(tx: Transaction) -> None:
        add_jobs(tx, [NewJob("k", None, "l", "{}")], "me", 1.0)

    assert await database.read(count_jobs) == {}
    writing = asyncio.create_task(database.run(add, short=True))
    while not writing.done():
        seen.append(await database.read(count_jobs))
        await asyncio.sleep(0)
    await writing
    assert await database.read(count_jobs) == {"open": 1}
    assert all(each in ({}, {"open": 1}) for each in seen)


async def test_another_process_that_writes_is_waited_for_without_stopping_the_loop(
    tmp_path: Path,
) -> None:
    path = tmp_path / "winerr.db"
    database = await open_database(DatabaseUrl("sqlite", str(path)))
    await database.run(count_jobs)
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    turns = 0
    writing = asyncio.create_task(
        database.run(lambda tx: add_jobs(tx, [NewJob("k", None, "l", "{}")], "me", 1.0), short=True)
    )
    while turns < 20:
        await asyncio.sleep(0.01)
        turns += 1
        assert not writing.done()
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait_for(writing, 5)
    assert await database.read(count_jobs) == {"open": 1}
    await database.close()


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "💥", "'; DROP TABLE inbox; --", "x" * 2_000])
async def test_any_text_can_be_stored(text: str, database: Database) -> None:
    answer = StoredAnswer(text, text, text, text, text, True, (text,))
    await database.run(lambda tx: note_answer(tx, answer))
    assert await database.run(lambda tx: find_answer(tx, text, text, text))


async def test_a_store_that_hangs_is_not_available(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, real = asyncio.Event(), database._run

    async def hanging(work: Work[object], *, short: bool) -> object:
        await may_end.wait()
        return await real(work, short=short)

    monkeypatch.setattr(database, "_run", hanging)
    waiting = asyncio.create_task(database.run(count_jobs))
    await asyncio.sleep(0.01)
    assert database.is_available
    monkeypatch.setattr("bot.store.database.HANGING_SECONDS", 0.0)
    assert not database.is_available
    may_end.set()
    await waiting
    assert database.is_available
