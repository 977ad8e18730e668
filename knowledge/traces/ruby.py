"""Ruby backtraces, in both orders, and the ones that Rails writes to its log."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.chain import MAX_TRACES, OpenException
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "ruby"

_PLACE = (
    r"(?P<file>(?:[A-Za-z]:)?[^:\n`']{1,400}):(?P<line>\d{1,7}):in [`'](?P<function>[^'\n]{1,200})'"
)
_HEAD = re.compile(rf"\s{{0,8}}{_PLACE}: (?P<message>.*)$")
_FRAME = re.compile(rf"\s{{0,20}}(?:\d{{1,5}}: )?(?:from )?{_PLACE}\s*$")
_TYPE = re.compile(r"(?P<message>.*?) ?\((?P<type>[A-Z]\w{0,80}(?:::\w{1,80}){0,8})\)\s*$")
_RAILS = re.compile(
    r"\s{0,8}(?P<type>[A-Z]\w{0,80}(?:::\w{1,80}){0,8}) \((?P<message>.{0,600})\):\s*$"
)
_PLAIN = re.compile(r"\s{0,8}(?P<type>[A-Z]\w{0,80}(?:::\w{1,80}){0,8}): (?P<message>.{1,600})$")
_OLDEST_FIRST = re.compile(r"\s{0,8}Traceback \(most recent call last\):")
_LIBRARY = re.compile(r"[\\/]gems[\\/]|[\\/]lib[\\/]ruby[\\/]|<internal:")


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the Ruby traces in these lines, in order."""
    traces: list[Trace] = []
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        text = lines[index].bare
        if ":in " not in text or not (_FRAME.match(text) or _HEAD.match(text)):
            index += 1
            continue
        trace, index = _read_trace(lines, index)
        if trace is not None:
            traces.append(trace)
    return tuple(traces)


def _read_trace(lines: Sequence[Line], index: int) -> tuple[Trace | None, int]:
    begin, chain = index, [OpenException(None)]
    opening = index - 2 if index > 1 and lines[index - 1].is_blank else index - 1
    above = lines[opening].bare if opening >= 0 else ""
    oldest_first = _OLDEST_FIRST.match(above) is not None
    named = _RAILS.match(above) or _PLAIN.match(above)
    if named:
        chain[0].type, chain[0].message = named["type"], named["message"]
    while index < len(lines):
        text = lines[index].bare
        frame, head = _FRAME.match(text), _HEAD.match(text)
        if head:
            if chain[-1].type is not None and not oldest_first:
                chain.append(OpenException(None))
            _read_head(head, chain[-1])
        match = head or frame
        if match is None:
            break
        chain[-1].frames.append(_make_frame(match))
        index += 1
        if head and oldest_first:
            break
    frames = chain[-1].frames
    if not frames or (chain[0].type is None and len(frames) < 2):
        return None, index
    top = frames[-1] if oldest_first else frames[0]
    start = lines[opening if named or oldest_first else begin].start
    exceptions = tuple(exception.close() for exception in chain)
    root = len(exceptions) - 1
    return Trace(LANGUAGE, start, lines[index - 1].end, exceptions, root, top, "en"), index


def _read_head(head: re.Match[str], exception: OpenException) -> None:
    kind = _TYPE.match(head["message"])
    exception.message = (kind["message"] if kind else head["message"]).strip() or None
    exception.type = kind["type"] if kind else "RuntimeError"


def _make_frame(match: re.Match[str]) -> Frame:
    file = match["file"].strip()
    in_app = _LIBRARY.search(file) is None
    return Frame(match["function"], file, int(match["line"]), in_app, match[0].strip())
