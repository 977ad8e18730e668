"""Bringing a database to the schema of this version, and back, with Alembic.

Alembic and SQLAlchemy are imported only when there is something to migrate: on SQLite a new file is
made from `schema.sql`, which a script writes from the migrations, and a look at the version of an
old one costs a start nothing. Importing them would cost it half a second and 15 MB.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import StoreError
from bot.store.urls import DatabaseUrl

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

HEAD = "0003"
"""The newest revision in `migrations/versions`; a test compares the two."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_FOLDER = Path(__file__).with_name("migrations")
_VERSIONS = _FOLDER / "versions"
# Replicas that start together migrate one after the other; any number of our own will do.
_ADVISORY_LOCK = 7_597_604
_SECONDS = 10.0


async def bring_up_to_date(url: DatabaseUrl) -> None:
    """Create or upgrade the tables; StoreError with what to do when that is not possible."""
    if url.kind == "sqlite":
        current = await asyncio.to_thread(_sqlite_revision, Path(url.address))
        if current == HEAD:
            return
    await migrate(url, HEAD)


def revisions() -> tuple[str, ...]:
    """Every revision that this version knows, oldest first."""
    return tuple(sorted(path.stem.split("_")[0] for path in _VERSIONS.glob("[0-9]*.py")))


async def current_revision(url: DatabaseUrl) -> str | None:
    """The revision of a database, None when it has no tables; nothing is made or changed."""
    if url.kind == "sqlite" and not await asyncio.to_thread(Path(url.address).exists):
        return None
    found: list[str | None] = []
    await _on_database(url, lambda config: found.append(_current(config.attributes["connection"])))
    return found[0]


async def migrate(url: DatabaseUrl, revision: str) -> None:
    """Bring the database to a revision, `base` for none, upwards or downwards."""
    from alembic import command

    def work(config: Config) -> None:
        connection: Connection = config.attributes["connection"]
        current = _current(connection)
        if current is not None and current > HEAD:
            raise StoreError(
                f"the store {url.shown} was made by a newer winerr (revision {current}, this one"
                f" knows {HEAD}): upgrade winerr, or name another DATABASE_URL."
            )
        if revision == "base" or (current or "") > revision:
            command.downgrade(config, revision)
        elif current != revision:
            command.upgrade(config, revision)

    await _on_database(url, work)


async def _on_database(url: DatabaseUrl, work: Callable[[Config], None]) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        if url.kind == "sqlite":
            await asyncio.to_thread(_on_sqlite, url, work)
        else:
            await _on_postgres(url, work)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        reason = str(error.__cause__ or error).partition("\n")[0][:200]
        raise StoreError(
            f"the store {url.shown} cannot be prepared ({type(error).__name__}: {reason}):"
            " check DATABASE_URL, that the server runs and that its user may create tables."
        ) from error


def _sqlite_revision(path: Path) -> str | None:
    """The revision of a file; a new one is made here, with its folder, and has the newest."""
    try:
        # Message text waits in it until it is answered: nobody else may read it.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with contextlib.closing(
            sqlite3.connect(path, isolation_level=None, timeout=_SECONDS)
        ) as connection:
            # Processes that start together do this one after the other.
            connection.execute("BEGIN IMMEDIATE")
            revision = _revision_or_new(connection)
            connection.execute("COMMIT")
            return revision
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"the store {path} cannot be opened ({error}): make its folder writable for the user"
            " that runs winerr, or name another file in DATABASE_URL."
        ) from error


def _revision_or_new(connection: sqlite3.Connection) -> str | None:
    """The revision of the tables, which are made where there are none; None without a revision."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if not tables:
        for statement in _SCHEMA.read_text(encoding="utf-8").split(";\n"):
            connection.execute(statement)
    elif "alembic_version" not in tables:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _current(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _on_sqlite(url: DatabaseUrl, work: Callable[[Config], None]) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(url.for_migrations)
    try:
        with engine.begin() as connection:
            config = _config()
            config.attributes["connection"] = connection
            work(config)
    finally:
        engine.dispose()


async def _on_postgres(url: DatabaseUrl, work: Callable[[Config], None]) -> None:
    try:
        import asyncpg  # noqa: F401 (the driver that SQLAlchemy is about to load)
    except ImportError as error:
        raise StoreError(
            "DATABASE_URL names PostgreSQL, but its driver is missing: install winerr[postgres]."
        ) from error
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    engine = create_async_engine(
        url.for_migrations, poolclass=NullPool, connect_args={"timeout": _SECONDS}
    )

    def locked(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock($1)", (_ADVISORY_LOCK,))
        config = _config()
        config.attributes["connection"] = connection
        work(config)

    async with engine.begin() as connection:
        await connection.run_sync(locked)
