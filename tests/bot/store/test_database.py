"""Transactions: all or nothing, whatever a text holds."""

from __future__ import annotations

import pytest

from bot.errors import StoreError
from bot.store.answer_table import StoredAnswer, find_answer, note_answer
from bot.store.database import Database, Transaction
from bot.store.inbox_table import NewJob, add_jobs, count_jobs


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


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "💥", "'; DROP TABLE inbox; --", "x" * 2_000])
async def test_any_text_can_be_stored(text: str, database: Database) -> None:
    answer = StoredAnswer(text, text, text, text, text, True, (text,))
    await database.run(lambda tx: note_answer(tx, answer))
    assert await database.run(lambda tx: find_answer(tx, text, text, text))
