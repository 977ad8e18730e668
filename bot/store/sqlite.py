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
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from bot.errors import StoreError, UnfitError
from bot.store.database import Database, Row, Transaction, Work, storable

T = TypeVar("T")

_NOW = "((julianday('now') - 2440587.5) * 86400.0)"
# How long to wait for another process that writes into the same file.
_BUSY_SECONDS = 5.0
_PATIENTLY = f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}"
_AT_ONCE = "PRAGMA busy_timeout = 0"
_TOGETHER = 100
# What SQLite says of a statement or a value, and not of the file.
_UNFIT = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.ProgrammingError)
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
        self._is_busy = False

    async def _run(self, work: Work[T], *, short: bool) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(work, short, done))
        self._go_on()
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
            self._disconnect()
            raise self._out(error) from error

    async def close(self) -> None:
        """Close the file; what runs is finished first."""
        while self._is_busy:
            await self._in_thread(_nothing)
        self._disconnect()
        await self._in_thread(_nothing)
        self._thread.shutdown(wait=False)

    def _go_on(self) -> None:
        """Do what waits, as much as may be in one transaction; called whenever one is over.

        Functions that call each other, and no task: each turn of the loop would be one more to wait
        for before an acknowledgement.
        """
        while self._waiting and not self._is_busy:
            together, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            try:
                rest = self._at_once(together)
            except Exception as error:
                self._fail(together, error)
                continue
            self._is_busy = True
            self._in_thread(rest).add_done_callback(partial(self._over, together))

    def _at_once(self, together: list[_Waiting]) -> Callable[[], list[Any]]:
        """Do what need not wait; what is left to do in the thread, which returns the results."""
        writer = self._writer
        short = all(each.short for each in together)
        if writer is None or not short or not _begin_at_once(writer):
            return lambda: self._whole(together)
        results = _results(writer, together)

        def commit() -> list[Any]:
            writer.commit()
            return results

        return commit

    def _whole(self, together: Sequence[_Waiting]) -> list[Any]:
        """Do all of a transaction, and wait for another process that writes."""
        if self._writer is None:
            self._writer = self._connect()
        writer = self._writer
        writer.execute(_PATIENTLY)
        try:
            writer.execute("BEGIN IMMEDIATE")
            results = _results(writer, together)
            writer.commit()
        finally:
            with contextlib.suppress(sqlite3.Error):
                writer.execute(_AT_ONCE)
        return results

    def _over(self, together: list[_Waiting], ended: asyncio.Future[list[Any]]) -> None:
        self._is_busy = False
        if (error := ended.exception()) is not None:
            self._fail(together, error)
        else:
            for each, result in zip(together, ended.result(), strict=True):
                if not each.done.done():
                    each.done.set_result(result)
        self._go_on()

    def _fail(self, failed: list[_Waiting], error: BaseException) -> None:
        if isinstance(error, _WorkError):
            # Of the others nothing was kept, through no fault of theirs.
            culprit = failed.pop(error.place)
            self._waiting = failed + self._waiting
            failed, error = [culprit], error.error
        told = error
        if isinstance(error, _UNFIT):
            told = UnfitError(type(error).__name__)
            told.__cause__ = error
        elif isinstance(error, sqlite3.Error):
            # A new connection next time: the file may have come back, or be another one.
            self._disconnect()
            told = self._out(error)
            told.__cause__ = error
        for each in failed:
            if not each.done.done():
                each.done.set_exception(told)

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
        # The system keeps the file's pages; ours would be two megabytes more of them, twice.
        connection.execute("PRAGMA cache_size = -512")
        return connection

    def _disconnect(self) -> None:
        writer, self._writer = self._writer, None
        reader, self._reader = self._reader, None
        for connection in (reader, writer):
            if connection is not None:
                # The last one to leave a file writes its log back into it, which takes a moment.
                self._thread.submit(connection.close)

    def _in_thread(self, act: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._thread, act)

    def _out(self, error: sqlite3.Error) -> StoreError:
        return StoreError(f"the store {self._path} cannot be used: {error}")


def _nothing() -> None:
    """What is awaited when the thread has come to it."""


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
