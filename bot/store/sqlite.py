"""SQLite: one file, one thread that writes.

The driver of the standard library, without SQLAlchemy in between: a transaction is one hop to
the thread, and an event's write costs some 0.05 ms of CPU (docs/performance.md).
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from bot.errors import StoreError
from bot.store.database import Database, Row, Transaction, Work, storable

T = TypeVar("T")

_NOW = "((julianday('now') - 2440587.5) * 86400.0)"
# How long to wait for another process that writes into the same file.
_BUSY_SECONDS = 5.0
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


class SqliteDatabase(Database):
    """A file that `bring_up_to_date` has prepared."""

    kind = "sqlite"

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def _run(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, work)

    async def close(self) -> None:
        """Close the file; what runs is finished first."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

    def _commit(self, work: Work[T]) -> T:
        try:
            connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            try:
                result = work(_SqliteTransaction(connection))
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        except sqlite3.Error as error:
            # A new connection next time: the file may have come back, or be another one.
            self._disconnect()
            raise StoreError(f"the store {self._path} cannot be used: {error}") from error
        return result

    def _connect(self) -> sqlite3.Connection:
        if self._connection is None:
            # "rw": a file that went missing is a fault, not a new and empty store.
            address = f"{Path(self._path).absolute().as_uri()}?mode=rw"
            self._connection = sqlite3.connect(
                address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS,
                cached_statements=256,
            )  # fmt: skip
            self._connection.execute("PRAGMA journal_mode = WAL")
            # FULL: what was acknowledged is on the disk, also when the power goes.
            self._connection.execute("PRAGMA synchronous = FULL")
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
