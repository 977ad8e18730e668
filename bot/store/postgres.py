"""PostgreSQL through SQLAlchemy and asyncpg: for several replicas of the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import StoreError, UnfitError
from bot.store.database import Database, Row, Transaction, Work, storable

T = TypeVar("T")

_NOW = "extract(epoch FROM clock_timestamp())::float8"
_CONNECTIONS = 4
_SECONDS = 5.0


class _PostgresTransaction(Transaction):
    kind = "postgresql"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[Row]:
        result = self._connection.exec_driver_sql(_in_postgres(sql), storable(parameters))
        return [tuple(row) for row in result] if result.returns_rows else []


@lru_cache(256)
def _in_postgres(sql: str) -> str:
    return sql.replace("{now}", _NOW)


class PostgresDatabase(Database):
    """A database that `bring_up_to_date` has prepared; `address` names its driver, asyncpg."""

    kind = "postgresql"

    def __init__(self, address: str) -> None:
        super().__init__()
        self._engine = create_async_engine(
            address,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            pool_timeout=_SECONDS,
            # A connection that a restart of the server broke is found before it is used.
            pool_pre_ping=True,
            connect_args={"timeout": _SECONDS, "command_timeout": _SECONDS},
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    async def _read(self, work: Work[T]) -> T:
        # Each statement by itself: a transaction would cost two more ways to the server and back.
        return await self._work(self._reading.connect(), work)

    async def _run(self, work: Work[T], *, short: bool) -> T:
        return await self._work(self._engine.begin(), work)

    async def _work(
        self, opening: AbstractAsyncContextManager[AsyncConnection], work: Work[T]
    ) -> T:
        try:
            async with opening as connection:
                return await connection.run_sync(lambda sync: work(_PostgresTransaction(sync)))
        except (DataError, IntegrityError) as error:
            # Without their text: it quotes what was to be written.
            raise UnfitError(type(error.orig).__name__) from None
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise StoreError(f"the store cannot be used: {_reason(error)}") from error

    async def close(self) -> None:
        """Close the connections; those of a server that hangs are left to the system."""
        try:
            await asyncio.wait_for(self._engine.dispose(), _SECONDS)
        except TimeoutError:
            await self._engine.dispose(close=False)


def _reason(error: Exception) -> str:
    # SQLAlchemy's own text repeats the statement with its parameters: what people wrote.
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return f"{type(cause).__name__}: {str(cause).partition(chr(10))[0][:200]}"
