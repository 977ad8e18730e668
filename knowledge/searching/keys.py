"""What stands beside single words in the search's table: keys that begin as no word does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge.searching.words import NOT, words_of_text

MIN_NAME_WORDS = 2
MAX_NAME_WORDS = 6
# How names begin: ERROR_, STATUS_, E_, RPC_S_, WU_E_, WBEM_E_…
_BEGINNING = re.compile(r"(?:[A-Z]{1,8}_)?(?:ERROR|STATUS|E|S|NT|X)_(?=[A-Z])")


def pair_key(first: str, second: str) -> str:
    """Two words side by side."""
    return f"+{first} {second}"


def name_key(words: Iterable[str]) -> str:
    """The words of a code's name, as people say it: "sharing violation"."""
    return f"={' '.join(words)}"


def part_key(value: int) -> str:
    """The hash of a part of a system message (knowledge.messages.parts)."""
    return f"#{value:08x}"


def name_keys(name: str) -> set[str]:
    """Return how a code's name can be said; empty when it is one word."""
    said = {name.upper(), _BEGINNING.sub("", name.upper())}
    spoken = (tuple(words_of_text(each.replace("_", " "))) for each in said)
    return {
        name_key(words)
        for words in spoken
        if MIN_NAME_WORDS <= len(words) <= MAX_NAME_WORDS and set(words) != {NOT}
    }
