"""Whether a word or phrase stands in a text by itself, and what is no text at all."""

from __future__ import annotations

import re
import string
from functools import cached_property, lru_cache

# In a text of this length, one look at its words costs less than searching for many phrases.
_LONG_CHARS = 10_000
_LETTERS_AND_DIGITS = frozenset((string.ascii_letters + string.digits).encode())
_ONLY_WORDS = bytes(code if code in _LETTERS_AND_DIGITS else 0x20 for code in range(256))
_SURROGATE = re.compile("[\ud800-\udfff]")


def stands_in(word: str, text: str) -> bool:
    """Tell whether `word` stands in `text` on its own; both must be folded to one case."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if begins_word(word, text, start) and ends_word(word, text, end):
            return True
        start = text.find(word, start + 1)
    return False


class FoldedText:
    """A text without regard to case, which is asked for many words and phrases."""

    def __init__(self, text: str) -> None:
        self._folded = text.casefold()
        self._is_long = len(self._folded) >= _LONG_CHARS

    @cached_property
    def _parts(self) -> frozenset[bytes]:
        return _parts_of(self._folded)

    def holds(self, word: str) -> bool:
        """Tell whether a word or phrase stands in the text on its own."""
        word = word.casefold()
        if self._is_long:
            if not self._parts.issuperset(_parts_of_word(word)):
                return False  # some word of the phrase stands nowhere
        elif word not in self._folded:
            return False  # said at once: most words are asked for in vain
        return stands_in(word, self._folded)


def _parts_of(text: str) -> frozenset[bytes]:
    """The runs of plain letters and digits; what is not ASCII parts them, in every text alike."""
    return frozenset(text.encode("ascii", "replace").translate(_ONLY_WORDS).split())


@lru_cache(4096)
def _parts_of_word(word: str) -> frozenset[bytes]:
    return _parts_of(word)


def begins_word(word: str, text: str, start: int) -> bool:
    """Tell whether nothing is glued before: `rpc` in `grpc` is, and `.net` in `example.net`."""
    return not ((word[0].isalnum() or word[0] == ".") and is_glued(text[start - 1 : start]))


def ends_word(word: str, text: str, end: int) -> bool:
    """Tell whether nothing is glued behind: `rpc` in `rpcss` goes on."""
    return not (word[-1].isalnum() and is_glued(text[end : end + 1]))


def is_glued(neighbour: str) -> bool:
    """Tell whether a neighbour belongs to the word: Chinese, Japanese and Korean put no blank."""
    return neighbour.isalnum() and not (neighbour >= "\u2e80" and neighbour <= "\uffef")


def well_formed(text: str) -> str:
    """The text with U+FFFD for each lone surrogate, which JSON can carry and UTF-8 cannot.

    No place in the text moves.
    """
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
