"""text -> mentions: every place in a text that may be about a Windows error."""

from __future__ import annotations

from typing import Protocol

from knowledge.extraction.judging import KnownCodes
from knowledge.extraction.lists import extract_listed
from knowledge.extraction.numbers import extract_numbers
from knowledge.extraction.shapes import extract_shapes
from knowledge.extraction.spoken import extract_spoken
from knowledge.extraction.surroundings import Surroundings
from knowledge.extraction.symbols import KnownNames, extract_symbols
from knowledge.findings import Mention


class Known(KnownCodes, KnownNames, Protocol):
    """What extraction asks of the knowledge base."""


def extract_mentions(
    text: str, known: Known, around: Surroundings | None = None
) -> tuple[Mention, ...]:
    """Return the mentions of a text in reading order, none inside another.

    `around` is the text's surroundings where the caller has them already.
    """
    around = around or Surroundings(text)
    numbers = extract_numbers(around, known)
    candidates = [
        *extract_shapes(around, known),
        *numbers,
        *extract_listed(text, numbers, known),
        *extract_symbols(around, known),
        *extract_spoken(around, known),
    ]
    return without_overlaps(candidates)


def without_overlaps(candidates: list[Mention]) -> tuple[Mention, ...]:
    """Keep, of mentions that overlap, the first, then the surer; return them in order."""
    candidates.sort(key=lambda mention: (mention.start, -mention.confidence, -mention.end))
    kept: list[Mention] = []
    for mention in candidates:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return tuple(kept)
