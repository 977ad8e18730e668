"""Tracebacks as the library rich draws them: a box of `file:line in function` lines.

Typer's command lines and many others print these. The exception stands below the box; in the box
stand source lines and, on request, boxes of local variables, too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.traces.lines import Line
from knowledge.traces.python_lines import read_exception
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "python"
_TOP = re.compile(r"\s{0,8}[╭┌+][─━ -]{2,400}Traceback \(most recent call last\)")
_BOTTOM = re.compile(r"\s{0,8}[╰└+][─━-]{4,400}")
_FRAME = re.compile(
    r"\s{0,8}[│|] {1,4}(?P<file>(?:[A-Za-z]:)?[^:│|\n]{1,300}):(?P<line>\d{1,7}) in "
    r"(?P<function>[\w.<>]{1,200})\s{0,400}[│|]?\s*$"
)
_MAX_LINES = 400
_MAX_GAP_LINES = 2


def read_box(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    """Read the traceback whose box opens at `index`: (trace, its last line)."""
    if _TOP.match(lines[index].bare) is None:
        return None
    frames: list[Frame] = []
    for at in range(index + 1, min(index + _MAX_LINES, len(lines))):
        text = lines[at].bare
        frame = _FRAME.match(text)
        if frame:
            is_ours = "site-packages" not in frame["file"] and not frame["file"].startswith("<")
            frames.append(
                Frame(frame["function"], frame["file"], int(frame["line"]), is_ours, text.strip())
            )
        elif _BOTTOM.match(text):
            return _finish(lines, index, at, frames)
    return None


def _finish(
    lines: Sequence[Line], begin: int, bottom: int, frames: list[Frame]
) -> tuple[Trace, int] | None:
    for at in range(bottom + 1, min(bottom + 2 + _MAX_GAP_LINES, len(lines))):
        exception = read_exception(lines[at].bare)
        if exception is not None:
            exception.frames.extend(frames)
            end = lines[at].end
            top = frames[-1] if frames else None
            trace = Trace(LANGUAGE, lines[begin].start, end, (exception.close(),), 0, top, "en")
            return trace, at
        if not lines[at].is_blank:
            break
    return None
