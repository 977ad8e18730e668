"""Whether a word or phrase stands in a text by itself, and what is no text at all."""

from __future__ import annotations

import re

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
