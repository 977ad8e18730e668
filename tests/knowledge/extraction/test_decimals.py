"""Places that are not looked at hold no code: the short way finds what the long way would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.extraction import numbers
from knowledge.extraction.decimals import DECIMAL
from knowledge.extraction.known import CatalogueView
from knowledge.extraction.numbers import extract_numbers
from knowledge.extraction.surroundings import Surroundings

_TEXTS = Path(__file__).parents[2] / "data" / "texts"
_LABELLED = [
    json.loads(line)["text"]
    for name in ("positive.jsonl", "negative.jsonl")
    for line in (_TEXTS / name).read_text(encoding="utf-8").splitlines()
]
_FORMS = [
    "error 0n1053", "error (win32): 5", "error -5", "exit code -1073741819", "failed: -4092",
    "(1722)", "could not start C:\\x.exe (1053)", "a 1053 error", "1603 (0x643)", "5 (0x5)",
    "rc=2147942405", "-2147024891", "2026-11-24 error 5", "1-5", "Fehler 1.234", "5L error",
    "error 12345678901", "stop code 7e", "bug check 10", "error\n\n\n1053", "0n-5 error", "-1011",
]  # fmt: skip


@pytest.mark.parametrize("texts", [_LABELLED, _FORMS], ids=["labelled texts", "forms"])
def test_nothing_is_missed(
    texts: list[str], base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = [extract_numbers(Surroundings(text), CatalogueView(base)) for text in texts]
    monkeypatch.setattr(numbers, "decimals_worth_judging", lambda text, _: DECIMAL.finditer(text))
    monkeypatch.setattr(numbers._Scanner, "_is_hopeless", lambda _, written: False)
    slow = [extract_numbers(Surroundings(text), CatalogueView(base)) for text in texts]
    assert quick == slow
    assert any(slow)
