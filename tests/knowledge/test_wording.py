"""A word stands in a text by itself, or it does not stand there."""

from __future__ import annotations

import pytest

from knowledge.wording import FoldedText, stands_in

CASES = {
    "alone": ("rpc", "the rpc server", True),
    "at the ends": ("rpc", "rpc", True),
    "inside another word": ("rpc", "grpc status", False),
    "later by itself": ("rpc", "grpc and rpc", True),
    "between signs": ("hr=", "(hr=5)", True),
    "a leading dot": (".net", "a .net program", True),
    "a domain": (".net", "grafana.example.net", False),
    "with a longer tail": ("mapi", "mapiexception", False),
}


@pytest.mark.parametrize(("word", "text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_word_counts_only_by_itself(word: str, text: str, expected: bool) -> None:
    assert stands_in(word, text) is expected


@pytest.mark.parametrize("around", ["", ". " * 6_000, "é " * 6_000], ids=["short", "long", "words"])
@pytest.mark.parametrize(("word", "text", "expected"), CASES.values(), ids=CASES.keys())
def test_a_text_that_is_asked_often_answers_the_same(
    word: str, text: str, expected: bool, around: str
) -> None:
    assert FoldedText(f"{around} {text.upper()} {around}").holds(word) is expected


@pytest.mark.parametrize("word", ["café bar", "ошибка 5", "c$"])
def test_a_phrase_of_other_letters_is_found_in_a_long_text(word: str) -> None:
    assert FoldedText(f"{'x ' * 6_000}({word.upper()})").holds(word)
