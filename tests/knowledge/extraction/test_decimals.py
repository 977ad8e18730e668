"""Places that are not looked at hold no code: the short way finds what the long way would."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.extraction import numbers
from knowledge.extraction.decimals import DECIMAL
from knowledge.extraction.digits import Digits
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
    monkeypatch.setattr(
        numbers, "decimals_worth_judging", lambda around, *_: DECIMAL.finditer(around.text)
    )
    monkeypatch.setattr(numbers._Scanner, "_is_hopeless", lambda _, written: False)
    slow = [extract_numbers(Surroundings(text), CatalogueView(base)) for text in texts]
    assert quick == slow
    assert any(slow)


_BARE_HEX = re.compile(r"(?<![0-9A-Za-z_.\-])[0-9A-Fa-f]{8}(?![0-9A-Za-z_\-])")
_LONG = re.compile(
    r"(?<![0-9A-Za-z_.,])[0-9]{6,10}(?=[lL]?(?![0-9A-Za-z_]))"
    r"|(?<=-)[0-9]{5}(?=[lL]?(?![0-9A-Za-z_]))"
)


@pytest.mark.parametrize("alphabet", ["0a ", "01-., ", "8fG_-.,(é错\n", "9aL- "])
def test_numbers_of_a_length_are_found_as_by_a_pattern(alphabet: str) -> None:
    chance = random.Random(alphabet)  # noqa: S311 - the same texts in every run
    found = 0
    for _ in range(200):
        # Mostly digits, so that runs of every length up to twenty or so come up.
        text = "".join(chance.choice(alphabet[0] * 9 + alphabet) for _ in range(120))
        digits = Digits(text)
        spans = [match.span() for match in digits.bare_hex()]
        assert spans == [match.span() for match in _BARE_HEX.finditer(text)]
        places = sorted(digits.long_decimals(lambda value: True))
        assert places == [match.start() for match in _LONG.finditer(text)]
        found += len(spans) + len(places)
    assert found > 20
