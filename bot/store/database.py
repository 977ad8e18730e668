"""One transaction at a time, on either database, written once.

What is done in a transaction is a plain function of `execute`, so the same code runs on both:
SQLite in a thread of its own, PostgreSQL through SQLAlchemy's greenlets. See
docs/decisions/0004-the-store.md.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from bot.errors import StoreError
from bot.store.urls import DatabaseUrl, Kind

T = TypeVar("T")
HANGING_SECONDS = 10.0
"""A transaction that takes longer waits for a disk or a server that does not say anything."""
Row = tuple[Any, ...]


class Transaction(ABC):
    """Runs statements inside one transaction."""

    kind: Kind

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one statement with $1, $2… for its parameters; its rows, if it returns any.

        `{now}` stands for the database's clock, in seconds since 1970: replicas agree on it.
        """


Work = Callable[[Transaction], T]


def storable(parameters: Sequence[object]) -> tuple[object, ...]:
    """The parameters without what databases refuse in texts: NUL and lone surrogates.

    JSON can carry both, so a delivery can.
    """
    return tuple(_storable(each) for each in parameters)


def _storable(parameter: object) -> object:
    if isinstance(parameter, str):
        if parameter.isascii() and "\0" not in parameter:
            return parameter
        return parameter.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(parameter, list):
        return [_storable(each) for each in parameter]
    return parameter


class Database(ABC):
    """A database that is open. StoreError from `run` means that nothing of the work was kept."""

    kind: Kind

    def __init__(self) -> None:
        self.failing_since: float | None = None
        """When (monotonic) the first of the failures in a row was, None while all is well."""
        self._begun: dict[object, float] = {}

    async def run(self, work: Work[T], *, short: bool = False) -> T:
        """Run the work in a transaction and commit it.

        StoreError when the database is out, UnfitError when it does not take what is written.

        `short` is work of a few statements that an index answers: it may be done where others wait
        for it, and may share its transaction, in which case it can be run a second time.
        """
        return await self._noted(self._run(work, short=short))

    async def read(self, work: Work[T]) -> T:
        """Run short work that changes nothing and sees what was committed last."""
        return await self._noted(self._read(work))

    @property
    def is_available(self) -> bool:
        """Whether the last transaction was committed, and none hangs."""
        oldest = next(iter(self._begun.values()), None)
        hangs = oldest is not None and time.monotonic() - oldest > HANGING_SECONDS
        return self.failing_since is None and not hangs

    async def _noted(self, running: Awaitable[T]) -> T:
        this = object()
        self._begun[this] = time.monotonic()
        try:
            result = await running
        except StoreError:
            self.failing_since = self.failing_since or time.monotonic()
            raise
        finally:
            del self._begun[this]
        self.failing_since = None
        return result

    @abstractmethod
    async def _run(self, work: Work[T], *, short: bool) -> T: ...

    @abstractmethod
    async def _read(self, work: Work[T]) -> T: ...

    @abstractmethod
    async def close(self) -> None:
        """Let go of the database."""


async def open_database(url: DatabaseUrl) -> Database:
    """Bring the schema up to date and open it; StoreError says what to do when that fails."""
    from bot.store.migrating import bring_up_to_date

    await bring_up_to_date(url)
    if url.kind == "sqlite":
        from bot.store.sqlite import SqliteDatabase

        return SqliteDatabase(url.address)
    from bot.store.postgres import PostgresDatabase

    return PostgresDatabase(url.address)
