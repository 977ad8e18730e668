"""SQLite: one file, one writer at a time.

The driver of the standard library, without SQLAlchemy in between. Short work is done on the event
loop, where a statement costs some microseconds, and only its commit, which waits for the disk, in a
thread: each statement in a thread would wait for the interpreter's lock instead, up to 5 ms while
the loop is busy. What waits meanwhile shares the next transaction, so a burst costs few commits.
See docs/decisions/0004-the-store.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import StoreError
from bot.store.database import Database, Row, Transaction, Work, storable

T = TypeVar("T")

_NOW = "((julianday('now') - 2440587.5) * 86400.0)"
# How long to wait for another process that writes into the same file.
_BUSY_SECONDS = 5.0
_PATIENTLY = f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}"
_AT_ONCE = "PRAGMA busy_timeout = 0"
_TOGETHER = 100
_PARAMETER = re.compile(r"\$(\d+)")


class _SqliteTransaction(Transaction):
    kind = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(_in_sqlite(sql), storable(parameters)).fetchall()


@lru_cache(256)
def _in_sqlite(sql: str) -> str:
    # There is one writer, so there is nothing to lock or to skip.
    plain = sql.replace("FOR UPDATE SKIP LOCKED", "").replace("FOR UPDATE", "")
    return _PARAMETER.sub(r"?\1", plain.replace("{now}", _NOW))


@dataclass(slots=True)
class _Waiting:
    """Work that is to be done, and who waits for it."""

    work: Work[Any]
    short: bool
    done: asyncio.Future[Any]


class SqliteDatabase(Database):
    """A file that `bring_up_to_date` has prepared. It belongs to the loop that uses it first."""

    kind = "sqlite"

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None

    async def _run(self, work: Work[T], *, short: bool) -> T:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        self._waiting.append(_Waiting(work, short, done))
        if self._working is None:
            self._working = loop.create_task(self._work_off(), name="store")
        return await done

    async def _read(self, work: Work[T]) -> T:
        try:
            if self._reader is None:
                reader = await self._in_thread(self._connect)
                self._reader = self._reader or reader
            reader = self._reader
            reader.execute("BEGIN")
            try:
                return work(_SqliteTransaction(reader))
            finally:
                reader.rollback()
        except sqlite3.Error as error:
            await self._disconnect()
            raise self._out(error) from error

    async def close(self) -> None:
        """Close the file; what runs is finished first."""
        while self._working is not None:
            await asyncio.wait({self._working})
        await self._disconnect()
        self._thread.shutdown(wait=False)

    async def _work_off(self) -> None:
        """Do what waits, as much as may be in one transaction, until nothing does."""
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                try:
                    results = await self._do(together)
                except _WorkError as failed:
                    # Of the others nothing was kept, through no fault of theirs.
                    culprit = together.pop(failed.place)
                    self._waiting = together + self._waiting
                    await self._fail([culprit], failed.error)
                except Exception as error:
                    await self._fail(together, error)
                else:
                    for each, result in zip(together, results, strict=True):
                        if not each.done.done():
                            each.done.set_result(result)
        finally:
            self._working = None

    async def _fail(self, failed: list[_Waiting], error: Exception) -> None:
        told = error
        if isinstance(error, sqlite3.Error):
            # A new connection next time: the file may have come back, or be another one.
            await self._disconnect()
            told = self._out(error)
            told.__cause__ = error
        for each in failed:
            if not each.done.done():
                each.done.set_exception(told)

    async def _do(self, together: list[_Waiting]) -> list[Any]:
        writer = self._writer
        if writer is None:
            writer = self._writer = await self._in_thread(self._connect)
        if not (all(each.short for each in together) and _begin_at_once(writer)):
            return await self._in_thread(lambda: _commit(writer, together))
        changes = writer.total_changes
        results = _results(writer, together)
        if writer.total_changes == changes:
            writer.rollback()
        else:
            await self._in_thread(writer.commit)
        return results

    def _connect(self) -> sqlite3.Connection:
        # "rw": a file that went missing is a fault, not a new and empty store.
        address = f"{Path(self._path).absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS,
            cached_statements=256, check_same_thread=False,
        )  # fmt: skip
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: what was acknowledged is on the disk, also when the power goes.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(_AT_ONCE)
        return connection

    async def _disconnect(self) -> None:
        writer, self._writer = self._writer, None
        reader, self._reader = self._reader, None
        for connection in (reader, writer):
            if connection is not None:
                # The last one to leave a file writes its log back into it.
                await self._in_thread(connection.close)

    async def _in_thread(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _out(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"the store {self._path} cannot be used: {error}")


class _WorkError(Exception):
    """What the work at this place raised; nothing of its transaction was kept."""

    def __init__(self, place: int, error: Exception) -> None:
        super().__init__(str(error))
        self.place = place
        self.error = error


def _results(writer: sqlite3.Connection, together: Sequence[_Waiting]) -> list[Any]:
    """What each work returns, within the transaction that was begun."""
    results: list[Any] = []
    transaction = _SqliteTransaction(writer)
    for each in together:
        try:
            results.append(each.work(transaction))
        except Exception as error:
            writer.rollback()
            raise _WorkError(len(results), error) from error
    return results


def _begin_at_once(writer: sqlite3.Connection) -> bool:
    """Begin a transaction; False when another process writes."""
    try:
        writer.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _commit(writer: sqlite3.Connection, together: Sequence[_Waiting]) -> list[Any]:
    """Do the whole transaction, and wait for another process that writes."""
    writer.execute(_PATIENTLY)
    try:
        writer.execute("BEGIN IMMEDIATE")
        results = _results(writer, together)
        writer.commit()
    finally:
        with contextlib.suppress(sqlite3.Error):
            writer.execute(_AT_ONCE)
    return results
