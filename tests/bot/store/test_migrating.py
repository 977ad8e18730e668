"""The schema: up, down and up again on both databases, and equal to what the code says it is."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from store_schema import migrated_schema

from bot.errors import StoreError
from bot.store.database import open_database
from bot.store.inbox_table import NewJob, add_jobs, count_jobs
from bot.store.migrating import HEAD, bring_up_to_date, migrate
from bot.store.schema import metadata
from bot.store.urls import DatabaseUrl

ROOT = Path(__file__).parents[3]
VERSIONS = ROOT / "bot" / "store" / "migrations" / "versions"


async def described(url: DatabaseUrl) -> dict[str, set[str]]:
    """The tables with their columns and indexes, without Alembic's own."""

    def look(connection: Connection) -> dict[str, set[str]]:
        inspector = inspect(connection)
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            | {f"index {index['name']}" for index in inspector.get_indexes(table)
               if not index.get("duplicates_constraint")}
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }  # fmt: skip

    if url.kind == "sqlite":
        with create_engine(url.for_migrations).connect() as connection:
            return look(connection)
    engine = create_async_engine(url.for_migrations)
    async with engine.connect() as opened:
        found = await opened.run_sync(look)
    await engine.dispose()
    return found


async def test_up_down_and_up_again(database_url: DatabaseUrl) -> None:
    await bring_up_to_date(database_url)
    up = await described(database_url)
    assert set(up) == set(metadata.tables)
    await migrate(database_url, "base")
    assert await described(database_url) == {}
    await bring_up_to_date(database_url)
    assert await described(database_url) == up


async def test_the_migrations_make_what_the_schema_says(database_url: DatabaseUrl) -> None:
    await bring_up_to_date(database_url)
    expected = {
        name: {column.name for column in table.columns} | {f"index {i.name}" for i in table.indexes}
        for name, table in metadata.tables.items()
    }
    assert await described(database_url) == expected


async def test_bringing_up_to_date_twice_keeps_what_is_there(database_url: DatabaseUrl) -> None:
    for _ in range(2):
        database = await open_database(database_url)
        await database.run(lambda tx: add_jobs(tx, [NewJob("k", None, "l", "{}")], "me", 5.0))
        assert await database.run(count_jobs) == {"open": 1}
        await database.close()


def test_the_newest_revision_is_the_one_that_the_code_expects() -> None:
    names = sorted(path.stem.split("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
    assert names[-1] == HEAD


def test_a_new_file_gets_what_the_migrations_would_make() -> None:
    assert (ROOT / "bot" / "store" / "schema.sql").read_text() == migrated_schema()


def test_a_new_file_needs_neither_alembic_nor_sqlalchemy(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.store.database import open_database\n"
        "from bot.store.urls import DatabaseUrl\n"
        f"asyncio.run(open_database(DatabaseUrl('sqlite', {str(tmp_path / 'new.db')!r})))\n"
        "assert not {'alembic', 'sqlalchemy'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


async def test_two_starts_at_the_same_moment_make_one_store(tmp_path: Path) -> None:
    url = DatabaseUrl("sqlite", str(tmp_path / "new.db"))
    for opened in await asyncio.gather(*(open_database(url) for _ in range(8))):
        await opened.close()


async def test_a_store_of_a_newer_version_is_left_alone(database_url: DatabaseUrl) -> None:
    database = await open_database(database_url)
    await database.run(lambda tx: tx.execute("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(StoreError, match="newer winerr"):
        await open_database(database_url)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, no database, and there are quite a few of them " * 50)
    with pytest.raises(StoreError, match=r"notes\.txt"):
        await open_database(DatabaseUrl("sqlite", str(path)))
    assert path.read_text().startswith("these are notes")


async def test_a_store_that_goes_missing_is_no_new_and_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "winerr.db"
    database = await open_database(DatabaseUrl("sqlite", str(path)))
    path.unlink()
    with pytest.raises(StoreError):
        await database.run(count_jobs)
    assert not database.is_available
    await database.close()


async def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "winerr.db"
    database = await open_database(DatabaseUrl("sqlite", str(path)))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    await database.close()
