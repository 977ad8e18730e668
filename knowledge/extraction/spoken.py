"""Names of stop codes as the screen shows them, without underscores: `DPC WATCHDOG VIOLATION`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from knowledge.extraction.surroundings import Surroundings
from knowledge.extraction.symbols import KnownNames
from knowledge.findings import Mention

CONFIDENCE = 0.65
"""Below the alert threshold: words, even in capitals, are spoken of only to somebody who asks."""
_NEAR_CHARS = 160
_MAX_PLACES = 20
_MAX_WORDS = 8
_RUN = re.compile(r"\b[A-Z][A-Z0-9]{1,20}(?:[ \t][A-Z][A-Z0-9]{0,20}){1,7}\b")
_WORD = re.compile(r"[A-Z0-9]+")


def extract_spoken(around: Surroundings, known: KnownNames) -> Iterator[Mention]:
    """Yield the names of stop codes in capitals that stand near words for a stop."""
    text = around.text
    read_to = 0
    for place in around.places_of("bugcheck")[:_MAX_PLACES]:
        first = max(read_to, place - _NEAR_CHARS)
        read_to = place + _NEAR_CHARS
        for run in islice(_RUN.finditer(text, first, read_to), _MAX_PLACES):
            mention = _named(text, run, known)
            if mention is not None:
                yield mention


def _named(text: str, run: re.Match[str], known: KnownNames) -> Mention | None:
    """The longest name in the run: `STOP CODE DPC WATCHDOG VIOLATION` holds one."""
    words = [word.span() for word in _WORD.finditer(text, *run.span())]
    for count in range(min(_MAX_WORDS, len(words)), 1, -1):
        for first in range(len(words) - count + 1):
            chosen = words[first : first + count]
            name = "_".join(text[start:end] for start, end in chosen)
            if any(code.family == "bugcheck" for code in known.codes_named(name)):
                start, end = chosen[0][0], chosen[-1][1]
                return Mention(start, end, text[start:end], "symbol", cue="bugcheck",
                               names=(name,), confidence=CONFIDENCE,
                               why="the name of a stop code, in words")  # fmt: skip
    return None
