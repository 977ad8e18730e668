"""Crash groups as HockeyApp and App Center file them: frames first, the exception below.

`### Stacktrace ###`, then `Type.Method(parameters);Assembly` lines with blank ones between, then
`### Reason ###` and the exception's own line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.chain import OpenException
from knowledge.traces.dotnet_frames import PLATFORM
from knowledge.traces.dotnet_headers import parse_headers
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "dotnet"
_FRAMES = re.compile(r"\s{0,4}(?:#{1,4} )?Stacktrace(?: #{1,4})?\s*$")
_REASON = re.compile(r"\s{0,4}(?:#{1,4} )?Reason(?: #{1,4})?\s*$")
_FRAME = re.compile(
    r"\s{0,8}(?:[^\W\d_]{1,12}:? )?(?P<name>[\w<$][\w$<>.`+|]{2,300})\([^\n;]{0,1500}\)"
    r"(?: [^\W\d_]{1,12} (?P<file>[^\n;]{1,300}):[^\W\d_]{1,12}\.? ?(?P<line>\d{1,7}))?;"
    r"[\w. -]{1,200}$"
)
_MAX_LINES = 60


def read_crash_group(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    """Read the group whose `Stacktrace` heading stands at `index`: (trace, its last line)."""
    if _FRAMES.match(lines[index].bare) is None:
        return None
    error = OpenException(None)
    last = index
    for at in range(index + 1, min(index + _MAX_LINES, len(lines))):
        text = lines[at].bare
        frame = _FRAME.match(text)
        if frame:
            name = frame["name"]
            in_app = not name.startswith(PLATFORM)
            number = int(frame["line"]) if frame["line"] else None
            error.frames.append(Frame(name, frame["file"], number, in_app, text.strip()))
            last = at
        elif _REASON.match(text):
            last = _read_reason(lines, at + 1, error) or last
            break
        elif not lines[at].is_blank:
            break
    if not error.frames:
        return None
    start, end = lines[index].start, lines[last].end
    return Trace(LANGUAGE, start, end, (error.close(),), 0, error.frames[0], "en"), last


def _read_reason(lines: Sequence[Line], index: int, error: OpenException) -> int | None:
    for at in range(index, min(index + 4, len(lines))):
        headers = parse_headers(lines[at].bare, lenient=True)
        if headers:
            error.type, error.message = headers[0].type, headers[0].message
            error.code, error.shown_code = headers[0].code, headers[0].shown_code
            return at
    return None
