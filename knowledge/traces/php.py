"""PHP's uncaught exceptions with their numbered stack."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.chain import MAX_TRACES, OpenException
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "php"
_FIRST_LETTERS = ("#", "S", "P", "[")
_MAX_HEADER_LINES = 12

_TYPE = r"(?P<type>\\?[A-Za-z_]\w{0,80}(?:\\\w{1,80}){0,10})"
_HEADER = re.compile(
    rf".{{0,200}}?(?:Uncaught |Next |^\s{{0,4}})(?:exception ')?{_TYPE}(?:' with message '|: )"
    r"(?P<message>.{0,1500}?)(?:'? in (?P<file>(?:[A-Za-z]:)?[^:\n]{1,300}):(?P<line>\d{1,7}))?\s*$"
)
_STACK = re.compile(r"\s{0,8}(?:PHP )?Stack trace:\s*$|\s{0,8}\[stacktrace\]\s*$")
_FRAME = re.compile(
    r"\s{0,8}#(?P<number>\d{1,4}) (?P<file>(?:[A-Za-z]:)?[^:(\n]{1,300}|\[internal function\])"
    r"(?:\((?P<line>\d{1,7})\))?: (?P<function>[^\n(]{1,300})\("
)
_MAIN = re.compile(r"\s{0,8}#\d{1,4} \{main\}")
_THROWN = re.compile(r"\s{0,8}thrown in .{1,300} on line \d{1,7}")
_LIBRARY = re.compile(r"[\\/]vendor[\\/]|\[internal function\]")


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the PHP traces in these lines, in order."""
    traces: list[Trace] = []
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        text = lines[index].bare
        if not text.lstrip().startswith(_FIRST_LETTERS) or not (
            _STACK.match(text) or _FRAME.match(text)
        ):
            index += 1
            continue
        trace, index = _read_trace(lines, index, traces[-1].end if traces else 0)
        if trace is not None:
            traces.append(trace)
    return tuple(traces)


def _read_trace(lines: Sequence[Line], index: int, earliest: int) -> tuple[Trace | None, int]:
    chain: list[OpenException] = []
    begin = _read_header_above(lines, index, earliest, chain)
    last = index
    while index < len(lines):
        text = lines[index].bare
        header = _HEADER.match(text) if text.lstrip().startswith("Next ") else None
        if header:
            chain.append(OpenException(header["type"], header["message"] or None))
        elif not _read_line(text, chain):
            if not lines[index].is_blank:
                break
            index += 1
            continue
        last, index = index, index + 1
    frames = sum(len(exception.frames) for exception in chain)
    if frames == 0 or (frames < 2 and begin == index):
        return None, last + 1
    # The first exception printed is the innermost; each `Next` is one layer out.
    exceptions = tuple(exception.close() for exception in reversed(chain))
    root = len(exceptions) - 1
    printed = exceptions[root].frames
    top = printed[0] if printed else None
    return (
        Trace(LANGUAGE, lines[begin].start, lines[last].end, exceptions, root, top, "en"),
        last + 1,
    )


def _read_line(text: str, chain: list[OpenException]) -> bool:
    if _STACK.match(text) or _MAIN.match(text) or _THROWN.match(text):
        return True
    match = _FRAME.match(text)
    if match is None:
        return False
    file = match["file"] if match["line"] else None
    in_app = _LIBRARY.search(match["file"]) is None
    line = int(match["line"]) if match["line"] else None
    if not chain:
        chain.append(OpenException(None))
    chain[-1].frames.append(Frame(match["function"].strip(), file, line, in_app, text.strip()))
    return True


def _read_header_above(
    lines: Sequence[Line], index: int, earliest: int, chain: list[OpenException]
) -> int:
    for at in range(index - 1, max(-1, index - _MAX_HEADER_LINES), -1):
        if lines[at].start < earliest:
            break
        header = _HEADER.match(lines[at].text)
        if header:
            chain.append(OpenException(header["type"], header["message"].strip() or None))
            return at
    return index
