"""Dart and Flutter stack traces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.lines import Line
from knowledge.traces.trace import ExceptionInfo, Frame, Trace

LANGUAGE = "dart"
_MAX_HEADER_LINES = 8

_FRAME = re.compile(
    r"\s{0,8}#(?P<number>\d{1,4})\s{2,8}(?P<function>[^\n(]{1,300}?) "
    r"\((?P<file>(?:package|dart|file|org-dartlang-sdk):[^\n()]{1,300}?)(?::(?P<line>\d{1,7}))?(?::\d{1,7})?\)\s*$"
)
_SUSPENSION = re.compile(r"\s{0,8}<asynchronous suspension>")
_OPENING = re.compile(r".{0,200}?Unhandled [Ee]xception:(?P<rest>.{0,600})$")
_TYPE = re.compile(
    r"\s{0,8}(?P<type>(?:_?[A-Z]\w{0,80}(?:Exception|Error)|Exception))(?: \(\w{1,60}\))?"
    r": (?P<message>.{1,1500})$"
)
_ELIDED = re.compile(r"\s{0,8}\(elided \d+ frames?|\s{0,8}\.\.\.\s")


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the Dart traces in these lines, in order."""
    traces: list[Trace] = []
    index = earliest = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        if "#" not in lines[index].bare or not _FRAME.match(lines[index].bare):
            index += 1
            continue
        begin, error = _read_header(lines, index, earliest)
        frames, index = _read_frames(lines, index)
        if error.type is not None or len(frames) > 1:
            last = lines[index - 1].end
            whole = ExceptionInfo(error.type, error.message, frames=frames)
            traces.append(Trace(LANGUAGE, lines[begin].start, last, (whole,), 0, frames[0], "en"))
        earliest = index
    return tuple(traces)


def _read_frames(lines: Sequence[Line], index: int) -> tuple[tuple[Frame, ...], int]:
    frames: list[Frame] = []
    while index < len(lines):
        text = lines[index].bare
        match = _FRAME.match(text)
        if match:
            line = int(match["line"]) if match["line"] else None
            in_app = not match["file"].startswith(("dart:", "package:flutter/", "org-dartlang"))
            frames.append(Frame(match["function"], match["file"], line, in_app, text.strip()))
        elif not (_SUSPENSION.match(text) or _ELIDED.match(text)):
            break
        index += 1
    return tuple(frames), index


def _read_header(lines: Sequence[Line], index: int, earliest: int) -> tuple[int, ExceptionInfo]:
    for at in range(index - 1, max(earliest, index - _MAX_HEADER_LINES) - 1, -1):
        text = lines[at].bare
        opening = _OPENING.match(text)
        named = _TYPE.match(opening["rest"] if opening else text)
        if named:
            above = at > earliest and _OPENING.match(lines[at - 1].bare) is not None
            return at - above, ExceptionInfo(named["type"], named["message"].strip())
        if opening:
            message = opening["rest"].strip() or lines[at + 1].bare.strip()
            return at, ExceptionInfo(None, message or None)
    return index, ExceptionInfo(None)
