"""A sentence as a sequence of words that survives quoting, wrapping, case and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import filterfalse, islice

# Words that people leave out when they retype a message ("disk full" for "the disk is full"). They
# are skipped on both sides; how many stood there tells a quotation from a paraphrase.
FUNCTION_WORDS = frozenset(
    ("the", "a", "an", "is", "are", "was", "were", "be", "been", "has", "have")
)
_IS_FUNCTION_WORD = frozenset(map(str.encode, FUNCTION_WORDS)).__contains__

# Scripts without blanks between words: each character is a word of its own.
_UNSPACED = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
_WORD = re.compile(
    r"[0-9A-Za-z]++(?![^\x00-\x7f])"  # the common case, decided quickly
    rf"|[{_UNSPACED}]"
    rf"|(?:(?![{_UNSPACED}])[^\W_][\u0300-\u036f\u00ad\u200b-\u200d]*)+"
)
# Letters in lower case, digits as they are, blanks for everything else.
_ASCII_FORMS = bytes(
    ord(character.lower()) if character.isalnum() and character.isascii() else ord(" ")
    for character in map(chr, range(256))
)
_PLAIN_WORD = re.compile(rb"[^ ]++")
_BLOCK_WORDS = 32
_BLOCK = re.compile(rb"(?: *+[^ ]++){%d}" % _BLOCK_WORDS)
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Soft hyphens and zero-width characters that mail and chat programs put into words.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


class Words:
    """The words of a text.

    `encoded` are the normal forms, in UTF-8, of the words that carry content, and `positions` their
    places among all words, function words included (both in order).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._plain = text.encode("ascii").translate(_ASCII_FORMS) if text.isascii() else None
        if self._plain is not None:
            # A table and a split: several times faster than a pattern.
            found = self._plain.split()
        else:
            written = _WORD.findall(text)
            forms = {word: normal_form(word).encode() for word in set(written)}
            found = [forms[word] for word in written]
        self._found = found
        self.encoded = list(filterfalse(_IS_FUNCTION_WORD, found))
        self._blocks = [0]

    def __len__(self) -> int:
        """How many words there are, function words included."""
        return len(self._found)

    @property
    def forms(self) -> list[str]:
        """The normal forms of the words that carry content, in order."""
        return [form.decode() for form in self.encoded]

    @cached_property
    def positions(self) -> Sequence[int]:
        """The places of the forms; like the offsets, most texts are never asked for them."""
        if len(self.encoded) == len(self._found):
            return range(len(self._found))
        return [at for at, form in enumerate(self._found) if not _IS_FUNCTION_WORD(form)]

    def span(self, position: int) -> tuple[int, int]:
        """Return the offsets of the word at a position, as in `positions`."""
        if self._plain is None:
            return self._spans[position]
        # Few words are asked for: the others are passed over, a block at a time.
        block, place = divmod(position, _BLOCK_WORDS)
        while len(self._blocks) <= block:
            passed = _BLOCK.match(self._plain, self._blocks[-1])
            self._blocks.append(passed.end() if passed else len(self._plain))
        words = _PLAIN_WORD.finditer(self._plain, self._blocks[block])
        return next(islice(words, place, None)).span()

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self._text)]


def normal_form(word: str) -> str:
    """Return the word as it is compared: compatibility forms joined, case folded."""
    if word.isascii():
        return word.lower()
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", word)).casefold()


def weight(forms: Iterable[str]) -> int:
    """Return how much a run of words says, in words; two ideographs or kana count as one word."""
    return sum(1 if _IS_UNSPACED.match(form) else 2 for form in forms) // 2
