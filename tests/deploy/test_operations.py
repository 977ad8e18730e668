"""What docs/operations.md tells people to type does what it says."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from bot.store.answer_table import StoredAnswer, find_answer, note_answer
from bot.store.database import open_database
from bot.store.migrating import HEAD
from bot.store.urls import DatabaseUrl
from tests.deploy.conftest import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
STORE = "/var/lib/winerr/winerr.db"
BACKUP = "/var/backups/winerr.db"


def command(marker: str) -> list[str]:
    """The words of the block that holds the marker, with this Python in the place of python3."""
    (block,) = [block for block in re.findall(r"```\n(.*?)```", TEXT, re.S) if marker in block]
    words = shlex.split(block.replace("\\\n", " "))
    assert words[0] == "python3"
    return [sys.executable, *words[1:]]


async def test_a_backup_is_whole_while_the_store_is_in_use(tmp_path: Path) -> None:
    store, copy = tmp_path / "winerr.db", tmp_path / "copy.db"
    database = await open_database(DatabaseUrl("sqlite", str(store)))
    try:
        # Committed, and still in the write-ahead log: what copying the file would miss.
        answer = StoredAnswer("T", "C", "1.0", "1.0", "2.0", automatic=True, codes=[])
        await database.run(lambda tx: note_answer(tx, answer))
        places = {STORE: str(store), BACKUP: str(copy)}
        words = [places.get(word, word) for word in command(".backup(")]
        assert set(places.values()) <= set(words)
        await asyncio.to_thread(subprocess.run, words, check=True)
    finally:
        await database.close()
    with contextlib.closing(sqlite3.connect(copy)) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    reopened = await open_database(DatabaseUrl("sqlite", str(copy)))
    assert await reopened.run(lambda tx: find_answer(tx, "T", "C", "1.0"))
    await reopened.close()


async def test_migrations_are_taken_back_as_described(
    database_url: DatabaseUrl,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    address = database_url.address
    url = f"sqlite:///{address}" if database_url.kind == "sqlite" else address
    monkeypatch.setenv("DATABASE_URL", url)
    await (await open_database(database_url)).close()
    typed = re.findall(r"(?m)^winerr (store \S+(?: \d+)?)", TEXT)
    assert typed == ["store current", "store downgrade 0001", "store upgrade"]
    for words in typed:
        assert await asyncio.to_thread(main, words.split()) == 0, words
    assert f"{HEAD} -> 0001\n0001 -> {HEAD}\n" in capsys.readouterr().out


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_every_link_leads_somewhere(link: str) -> None:
    path, _, anchor = link.partition("#")
    assert (ROOT / "docs" / path).exists()
    if not path:
        headings = re.findall(r"(?m)^#+ (.+)$", TEXT)
        anchors = {re.sub(r"[^\w -]", "", name).lower().replace(" ", "-") for name in headings}
        assert anchor in anchors


def test_every_setting_that_it_names_exists() -> None:
    from bot.settings import variable_names

    named = set(re.findall(r"\b(?:SLACK|WINERR)_[A-Z_]+\b", TEXT)) | {"DATABASE_URL"}
    assert named <= set(variable_names())
