"""winerr import-codes: an organisation's own codes become known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main

HEADER = """\
#pragma once
#define CONTOSO_E_NO_LEASE   ((HRESULT)0xA0420001L)  // customer bit set
#define CONTOSO_E_STALE      0xA0420002
"""


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WINERR_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "overlay"


def test_imported_codes_are_found_by_number_and_name(
    overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    header = tmp_path / "contoso.h"
    header.write_text(HEADER, encoding="utf-8")
    arguments = ["import-codes", str(header), "--family", "contoso", "--into", str(overlay)]
    assert main(arguments) == 0
    assert "2 codes" in capsys.readouterr().out
    monkeypatch.setenv("WINERR_KNOWLEDGE_DIRS", str(overlay))
    for asked in ("0xA0420001", "CONTOSO_E_NO_LEASE"):
        assert main(["lookup", "--json", asked]) == 0
        best = json.loads(capsys.readouterr().out)["findings"][0]["readings"][0]
        assert (best["family"], best["name"]) == ("contoso", "CONTOSO_E_NO_LEASE")


def test_a_faulty_file_writes_nothing_and_lists_every_fault(
    overlay: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "codes.csv"
    table.write_text("name,value\nA_ONE,0x1\nA_ONE,0x2\nA_TWO,zwei\n", encoding="utf-8")
    arguments = ["import-codes", str(table), "--family", "contoso", "--into", str(overlay)]
    assert main(arguments) == 1
    out = capsys.readouterr().out
    assert "line 3" in out
    assert "line 4" in out
    assert not overlay.exists()


def test_a_missing_file_is_said(overlay: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["import-codes", "missing.h", "--family", "contoso", "--into", str(overlay)]
    assert main(arguments) == 1
    assert "cannot be read" in capsys.readouterr().out
