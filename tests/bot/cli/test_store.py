"""winerr store: what stands in the store, and what is refused; on both databases."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

import pytest

from bot.cli import main
from bot.store.database import open_database
from bot.store.migrating import HEAD, current_revision, revisions
from bot.store.urls import DatabaseUrl

Winerr = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def winerr(
    database_url: DatabaseUrl,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Winerr:
    """Runs `winerr store …` on an empty database; its exit code and what it said."""
    address = database_url.address
    url = f"sqlite:///{address}" if database_url.kind == "sqlite" else address
    monkeypatch.setenv("DATABASE_URL", url)

    async def run(*words: str) -> tuple[int, str]:
        # In a thread: the command runs a loop of its own.
        code = await asyncio.to_thread(main, ["store", *words])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


async def test_an_empty_store_is_upgraded_once(winerr: Winerr, database_url: DatabaseUrl) -> None:
    assert await winerr("current") == (1, f"no tables; this winerr needs {HEAD}\n")
    assert await winerr("upgrade") == (0, f"no tables -> {HEAD}\n")
    assert await winerr("upgrade") == (0, f"{HEAD} already\n")
    assert await winerr("current") == (0, f"{HEAD}, the newest that this winerr knows\n")
    assert await current_revision(database_url) == HEAD


async def test_every_revision_can_be_gone_back_to(
    winerr: Winerr, database_url: DatabaseUrl
) -> None:
    for revision in revisions():
        await winerr("upgrade")
        code, _ = await winerr("downgrade", revision)
        assert code == 0
        assert await current_revision(database_url) == revision


async def test_everything_is_deleted_only_when_that_is_said(
    winerr: Winerr, database_url: DatabaseUrl
) -> None:
    await winerr("upgrade")
    code, said = await winerr("downgrade", "base")
    assert (code, await current_revision(database_url)) == (2, HEAD)
    assert "--delete-everything" in said
    code, said = await winerr("downgrade", "base", "--delete-everything")
    assert (code, said) == (0, f"{HEAD} -> base\n")
    assert await current_revision(database_url) is None


async def test_what_cannot_be_taken_back_is_told(winerr: Winerr) -> None:
    code, said = await winerr("downgrade", "4711")
    assert code == 2
    assert f"only base, {', '.join(revisions())}" in said
    assert (await winerr("downgrade", HEAD))[0] == 2  # there is nothing yet


async def test_a_newer_store_is_named_and_left_alone(
    winerr: Winerr, database_url: DatabaseUrl
) -> None:
    database = await open_database(database_url)
    await database.run(lambda tx: tx.execute("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    assert await winerr("current") == (1, f"9999; this winerr needs {HEAD}\n")
    for words in (("upgrade",), ("downgrade", HEAD)):
        code, said = await winerr(*words)
        assert code == 2
        assert "newer winerr" in said


async def test_looking_makes_no_file(winerr: Winerr, database_url: DatabaseUrl) -> None:
    await winerr("current")
    assert await current_revision(database_url) is None
    assert not os.path.exists(database_url.address)  # noqa: ASYNC240, PTH110 (one look)


async def test_a_store_that_cannot_be_reached_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:geheim@127.0.0.1:9/winerr")
    assert await asyncio.to_thread(main, ["store", "current"]) == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:9/winerr cannot be prepared" in said
    assert "geheim" not in said
