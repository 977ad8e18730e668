"""A sentence as a sequence of words that survives quoting, wrapping, case and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Words that people leave out when they retype a message ("disk full" for "the disk is full"). They
# are skipped on both sides; how many stood there tells a quotation from a paraphrase.
FUNCTION_WORDS = frozenset(
    ("the", "a", "an", "is", "are", "was", "were", "be", "been", "has", "have")
)

# Scripts without blanks between words: each character is a word of its own.
_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_WORD = re.compile(
    rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_][\u0300-\u036f\u00ad\u200b-\u200d]*)+"
)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Soft hyphens and zero-width characters that mail and chat programs put into words.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of content in its normal form; `position` is its place in `Words.spans`."""

    form: str
    position: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text: `content` without function words, `spans` the offsets of all words."""

    content: list[Word]
    spans: list[tuple[int, int]]


def words_of(text: str) -> Words:
    """Return the words of the text in order; one pass."""
    content: list[Word] = []
    spans: list[tuple[int, int]] = []
    for match in _WORD.finditer(text):
        form = normal_form(match[0])
        if form not in FUNCTION_WORDS:
            content.append(Word(form, len(spans)))
        spans.append(match.span())
    return Words(content, spans)


def normal_form(word: str) -> str:
    """Return the word as it is compared: compatibility forms joined, case folded."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()


def weight(forms: Iterable[str]) -> int:
    """Return how much a run of words says, in words; two ideographs or kana count as one word."""
    return sum(1 if _IS_UNSPACED.match(form) else 2 for form in forms) // 2
