"""DATABASE_URL: what is understood, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.urls import default_database_url, parse_database_url


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("sqlite:///winerr.db", "winerr.db"),
        ("sqlite:////var/lib/winerr/winerr.db", "/var/lib/winerr/winerr.db"),
        ("sqlite+aiosqlite:///a%20b.db", "a b.db"),
    ],
)
def test_a_sqlite_url_names_a_file(url: str, address: str) -> None:
    parsed = parse_database_url(url)
    assert (parsed.kind, parsed.address) == ("sqlite", address)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_a_postgresql_url_gets_its_driver_and_hides_its_password(scheme: str) -> None:
    parsed = parse_database_url(f"{scheme}://me:geheim@db.example:5433/winerr")
    assert parsed.address == "postgresql+asyncpg://me:geheim@db.example:5433/winerr"
    assert parsed.shown == "db.example:5433/winerr"


@pytest.mark.parametrize(
    "url",
    ["", "winerr.db", "mysql://x/y", "sqlite://", "sqlite:///", "sqlite:///:memory:",
     "sqlite://host/x", "postgresql://host", "postgresql://host:port/x", "postgresql://[x/y"],
)  # fmt: skip
def test_anything_else_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match="write sqlite:///"):
        parse_database_url(url)


def test_the_default_is_a_file_in_the_state_folder(tmp_path: Path) -> None:
    url = default_database_url({"XDG_STATE_HOME": str(tmp_path)})
    assert parse_database_url(url).address == str(tmp_path / "winerr" / "winerr.db")
    elsewhere = parse_database_url(default_database_url({"XDG_STATE_HOME": "relative"}))
    assert elsewhere.address.endswith("/.local/state/winerr/winerr.db")
