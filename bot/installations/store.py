"""Installations in the database: slack_sdk's stores, over SQLAlchemy's asyncio.

Tokens stand there as they are: SECURITY.md says what that means.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import (
    AsyncSQLAlchemyInstallationStore,
    SQLAlchemyInstallationStore,
)
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import and_, delete, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StoreError
from bot.store.urls import DatabaseUrl

STATE_SECONDS = 600
"""How long somebody may take at Slack between our page and the redirect back to us."""

_SECONDS = 5.0
_CONNECTIONS = 2
_STATE = re.compile(r"[0-9a-f-]{36}", re.ASCII)


def open_engine(url: DatabaseUrl) -> AsyncEngine:
    """An engine beside the inbox's connection; nothing is opened before it is used."""
    if url.kind == "sqlite":
        # One connection: those of one process would only wait for each other's locks.
        return create_async_engine(
            f"sqlite+aiosqlite:///{url.address}",
            pool_size=1,
            max_overflow=0,
            pool_timeout=_SECONDS,
            connect_args={"timeout": _SECONDS},
        )
    return create_async_engine(
        url.address,
        pool_size=_CONNECTIONS,
        max_overflow=2,
        pool_timeout=_SECONDS,
        pool_pre_ping=True,
        connect_args={"timeout": _SECONDS, "command_timeout": _SECONDS},
    )


class InstallationStore(AsyncSQLAlchemyInstallationStore):
    """slack_sdk's store, whose failures are StoreErrors; of each installation only the newest."""

    def __init__(self, client_id: str, engine: AsyncEngine) -> None:
        super().__init__(client_id=client_id, engine=engine)

    async def async_save(self, installation: Installation) -> None:
        """Save an installation, and forget the tokens of earlier ones of the same place."""
        async with _store_errors():
            await super().async_save(installation)
            await self._forget_older(installation)

    async def find(self, enterprise: str | None, team: str | None) -> Bot | None:
        """The installation of a workspace, or of an organisation when `team` is None."""
        async with _store_errors():
            return await self.async_find_bot(enterprise_id=enterprise, team_id=team)

    async def save_rotated(self, bot: Bot) -> None:
        """Replace the token of an installation, in both tables."""
        values = {
            "bot_token": bot.bot_token,
            "bot_refresh_token": bot.bot_refresh_token,
            "bot_token_expires_at": _moment(bot.bot_token_expires_at),
        }
        async with _store_errors(), self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                place = self._place(table, bot.enterprise_id, bot.team_id)
                await connection.execute(table.update().where(place).values(**values))

    async def expiring(self, before: float) -> list[Bot]:
        """The installations whose tokens expire before a time, in seconds since 1970."""
        expires = self.bots.c.bot_token_expires_at
        query = self.bots.select().where(
            self.bots.c.client_id == self.client_id, expires < _moment(before)
        )
        return await self._bots(query.order_by(expires))

    async def newest(self, limit: int) -> list[Bot]:
        """The newest installations."""
        query = self.bots.select().where(self.bots.c.client_id == self.client_id)
        return await self._bots(query.order_by(self.bots.c.installed_at.desc()).limit(limit))

    async def count(self) -> int:
        """How many workspaces and organisations have installed the app."""
        query = select(func.count()).where(self.bots.c.client_id == self.client_id)
        async with _store_errors(), self.engine.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def _bots(self, query: Any) -> list[Bot]:
        async with _store_errors(), self.engine.connect() as connection:
            rows: Sequence[Any] = (await connection.execute(query)).mappings().all()
        build = SQLAlchemyInstallationStore.build_bot_entity
        return [build(row) for row in rows]

    async def _forget_older(self, newest: Installation) -> None:
        async with self.engine.begin() as connection:
            for table in (self.bots, self.installations):
                place = self._place(table, newest.enterprise_id, newest.team_id)
                older = table.c.installed_at < _moment(newest.installed_at)
                await connection.execute(delete(table).where(place, older))

    def _place(self, table: Any, enterprise: str | None, team: str | None) -> Any:
        return and_(
            table.c.client_id == self.client_id,
            table.c.enterprise_id == enterprise,
            table.c.team_id == team,
        )


class StateStore(AsyncSQLAlchemyOAuthStateStore):
    """slack_sdk's store of states: each is good once, for ten minutes, and then deleted."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(expiration_seconds=STATE_SECONDS, engine=engine)

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """A new state; those that expired are forgotten."""
        states, state = self.oauth_states, str(uuid4())
        expires = _moment(time.time() + STATE_SECONDS)
        async with _store_errors(), self.engine.begin() as connection:
            await connection.execute(delete(states).where(states.c.expire_at < _now()))
            await connection.execute(states.insert().values(state=state, expire_at=expires))
        return state

    async def async_consume(self, state: str) -> bool:
        """Whether the state was issued, has not expired and was never shown to us before."""
        if not _STATE.fullmatch(state):
            return False
        states = self.oauth_states
        # In one statement: of two requests with the same state, one gets it.
        used = delete(states).where(states.c.state == state).returning(states.c.expire_at)
        async with _store_errors(), self.engine.begin() as connection:
            rows = (await connection.execute(used)).all()
        return any(expires > _now() for (expires,) in rows)


@asynccontextmanager
async def _store_errors() -> AsyncIterator[None]:
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        # SQLAlchemy's own text repeats the statement with its parameters: tokens.
        cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
        reason = f"{type(cause).__name__}: {str(cause).partition(chr(10))[0][:200]}"
        raise StoreError(f"the store cannot be used: {reason}") from None


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _moment(seconds: float | None) -> datetime | None:
    """A time as slack_sdk writes it: naive, in UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
