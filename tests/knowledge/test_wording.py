"""A word stands in a text by itself, or it does not stand there."""

from __future__ import annotations

import pytest

from knowledge.wording import stands_in

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
