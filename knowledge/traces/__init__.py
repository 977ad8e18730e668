"""Stack traces in a text: one parser per language, and `find_traces` that asks them all."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from typing import Protocol

from knowledge.traces import (
    dart,
    dotnet,
    eventlog,
    go,
    java,
    node,
    php,
    powershell,
    python,
    ruby,
    rust,
    sqlserver,
    vba,
    windbg,
)
from knowledge.traces.dotnet_frames import forget
from knowledge.traces.lines import Line, split_lines
from knowledge.traces.trace import Trace


class Parser(Protocol):
    """What a language's module offers: its traces in these lines, in order, not overlapping."""

    def __call__(self, lines: Sequence[Line], /) -> tuple[Trace, ...]:
        """Find this language's traces."""


# Formats that hold traces of another language (an event, an error record) stand first: of two
# readings of equal length the earlier is kept.
PARSERS: tuple[Parser, ...] = (
    eventlog.find,
    powershell.find,
    python.find,
    java.find,
    node.find,
    go.find,
    rust.find,
    windbg.find,
    sqlserver.find,
    vba.find,
    ruby.find,
    php.find,
    dart.find,
    dotnet.find,
)


def find_traces(text: str) -> tuple[Trace, ...]:
    """Return every stack trace in a text, in order, none overlapping another."""
    lines = split_lines(text)
    try:
        candidates = [
            (trace.start - trace.end, rank, trace)
            for rank, find in enumerate(PARSERS)
            for trace in find(lines)
        ]
    finally:
        forget()
    candidates.sort(key=lambda candidate: candidate[:2])
    return _without_overlaps([trace for _, _, trace in candidates])


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
