"""Stack traces in a text: one parser per language, and `find_traces` that asks them all."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from ahocorasick_rs import AhoCorasick

from knowledge.traces.dotnet_frames import forget as forget_frames
from knowledge.traces.dotnet_headers import forget as forget_headers
from knowledge.traces.lines import Line, split_lines
from knowledge.traces.signs import SIGNS
from knowledge.traces.trace import Trace
from knowledge.wording import well_formed


class Parser(Protocol):
    """What a language's module offers."""

    def find(self, lines: Sequence[Line]) -> tuple[Trace, ...]:
        """Find this language's traces in these lines, in order, not overlapping."""


PARSERS = tuple(SIGNS)
"""The modules of the languages; of two readings of equal length the earlier one's is kept."""


@cache
def parser(module: str) -> Parser:
    """Return the parser of a language, imported when it is first asked for."""
    return cast(Parser, import_module(f"{__name__}.{module}"))


_OWNERS: dict[str, set[int]] = {}
for _rank, _signs in enumerate(SIGNS.values()):
    for _sign in _signs:
        _OWNERS.setdefault(_sign, set()).add(_rank)
# A single character stands everywhere: looking for the first is cheaper than finding all.
_CHARACTERS = {sign: owners for sign, owners in _OWNERS.items() if len(sign) == 1}
# Splitting takes these off or joins what stands around them, which may make a sign.
_CHANGED_BY_SPLITTING = ("\\", "&", "\x1b", "```", "at\n", "at\r")


@cache
def _words() -> tuple[AhoCorasick, tuple[set[int], ...]]:
    words = [sign for sign in _OWNERS if len(sign) > 1]
    return AhoCorasick(words), tuple(_OWNERS[word] for word in words)


def find_traces(text: str) -> tuple[Trace, ...]:
    """Return every stack trace in a text, in order, none overlapping another."""
    text = well_formed(text)
    is_changed = any(mark in text for mark in _CHANGED_BY_SPLITTING)
    ranks = None if is_changed else _ranks_with_signs(text)
    if ranks is not None and not ranks:
        return ()
    lines = split_lines(text)
    if ranks is None:
        ranks = _ranks_with_signs("\n".join(line.text for line in lines))
    candidates: list[tuple[int, int, Trace]] = []
    try:
        for rank in ranks:
            found = parser(PARSERS[rank]).find(lines)
            candidates += [(trace.start - trace.end, rank, trace) for trace in found]
    finally:
        forget_frames()
        forget_headers()
    candidates.sort(key=lambda candidate: candidate[:2])
    return _without_overlaps([trace for _, _, trace in candidates])


def _ranks_with_signs(text: str) -> list[int]:
    """The places in PARSERS of those that could find something, in order."""
    lowered = text.lower()
    ranks: set[int] = set()
    for sign, owners in _CHARACTERS.items():
        if sign in lowered:
            ranks |= owners
    automaton, owners_of = _words()
    matches = automaton.find_matches_as_indexes(lowered, overlapping=True)
    for index in {match[0] for match in matches}:
        ranks |= owners_of[index]
    return sorted(ranks)


def _without_overlaps(by_length: Sequence[Trace]) -> tuple[Trace, ...]:
    """Keep the longest reading of each place."""
    kept: list[Trace] = []
    starts: list[int] = []
    for trace in by_length:
        place = bisect(starts, trace.start)
        before = place > 0 and kept[place - 1].end > trace.start
        after = place < len(kept) and kept[place].start < trace.end
        if not before and not after:
            kept.insert(place, trace)
            starts.insert(place, trace.start)
    return tuple(kept)
