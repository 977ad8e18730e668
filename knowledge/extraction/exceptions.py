"""From a trace to its cause: the Windows error behind an exception that prints no code.

Only types whose error the runtime itself fixes are listed: .NET maps Win32 errors to exceptions in
`Win32Marshal`, Python in `errmap.h`, Java in `sun.nio.fs.WindowsException`. Where a type stands for
several errors, the one met most comes first, and it is said only to somebody who asks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import Mention
from knowledge.traces.trace import ExceptionInfo, Trace

# The type alone says it; the type stands for two or three errors.
SURE_OF_ONE = 0.6
SURE_OF_SEVERAL = 0.45
_BESIDE_TRACE_CHARS = 200


@dataclass(frozen=True, slots=True)
class _Cause:
    """What an exception type stands for; `needs` must be in its message."""

    value: int
    hint: str
    confidence: float = SURE_OF_ONE
    needs: re.Pattern[str] | None = None


# Thrown for other checks, too: only a message with a path tells of the file system.
_A_PATH = re.compile(r"path|[A-Za-z]:\\|\\\\|'[^']+'|\"[^\"]+\"|“[^”]+”|«[^»]+»|„[^“]+“")
_DOTNET = {
    "FileNotFoundException": _Cause(2, "win32"),
    "DirectoryNotFoundException": _Cause(3, "win32"),
    "UnauthorizedAccessException": _Cause(5, "win32", needs=_A_PATH),
    "PathTooLongException": _Cause(206, "win32"),
    "DllNotFoundException": _Cause(126, "win32"),
    "EntryPointNotFoundException": _Cause(127, "win32"),
    "BadImageFormatException": _Cause(193, "win32"),
    "AccessViolationException": _Cause(0xC000_0005, "ntstatus"),
    "StackOverflowException": _Cause(0xC000_00FD, "ntstatus"),
    "OutOfMemoryException": _Cause(0x8007_000E, "hresult"),
}
_JAVA = {
    "AccessDeniedException": _Cause(5, "win32", needs=_A_PATH),
    "DirectoryNotEmptyException": _Cause(145, "win32"),
    "NoSuchFileException": _Cause(2, "win32", SURE_OF_SEVERAL),
    "FileAlreadyExistsException": _Cause(183, "win32", SURE_OF_SEVERAL),
}
_PYTHON = {
    "NotADirectoryError": _Cause(267, "win32"),
    "ConnectionRefusedError": _Cause(10061, "winsock"),
    "ConnectionResetError": _Cause(10054, "winsock"),
    "PermissionError": _Cause(5, "win32", SURE_OF_SEVERAL),
    "FileNotFoundError": _Cause(2, "win32", SURE_OF_SEVERAL),
    "FileExistsError": _Cause(183, "win32", SURE_OF_SEVERAL),
    "TimeoutError": _Cause(10060, "winsock", SURE_OF_SEVERAL),
}
_CAUSES = {
    "dotnet": _DOTNET,
    "powershell": _DOTNET,
    "event-log": _DOTNET,
    "java": _JAVA,
    "python": _PYTHON,
}
# Envelopes around an error that is not printed with them.
_SAYS_NOTHING = frozenset({0x8000_4005, 0xE043_4352})


def exception_mentions(
    traces: Sequence[Trace], around: Surroundings, told: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield the causes of traces in which nothing else names a code.

    The root cause speaks for the trace; only where its type says nothing do the outer ones. On
    another system the same types stand for other errors: the text must speak of Windows.
    """
    if around.leaning <= 0:
        return
    telling = sorted(mention.start for mention in told if not tells_nothing(mention.value))
    for trace in traces:
        if not _is_told(trace, telling):
            mention = _mention(trace, around.text)
            if mention is not None:
                yield mention


def _is_told(trace: Trace, starts: Sequence[int]) -> bool:
    """Tell whether one of the places, in order, lies in the trace or beside it."""
    place = bisect_left(starts, trace.start - _BESIDE_TRACE_CHARS)
    return place < len(starts) and starts[place] < trace.end + _BESIDE_TRACE_CHARS


def tells_nothing(value: int | None) -> bool:
    """Tell whether a code is only the envelope of an error, so that a trace's cause goes first."""
    # COR_E_*: .NET's own codes for its own exceptions.
    return value in _SAYS_NOTHING or (value or 0) >> 16 == 0x8013


def _mention(trace: Trace, text: str) -> Mention | None:
    causes = _CAUSES.get(trace.language, {})
    inner = trace.exceptions[trace.root_cause :]
    outer = reversed(trace.exceptions[: trace.root_cause])
    for exception in (*inner, *outer):
        name = (exception.type or "").rsplit(".", 1)[-1]
        cause = causes.get(name)
        if cause is None or not _fits(cause, exception):
            continue
        start = text.find(name, trace.start, trace.end)
        if start >= 0:
            return Mention(
                start, start + len(name), name, "exception", cause.value, None, cause.hint,
                confidence=cause.confidence,
                why="what the runtime raises this exception for on Windows",
            )  # fmt: skip
    return None


def _fits(cause: _Cause, exception: ExceptionInfo) -> bool:
    if exception.code is not None and not tells_nothing(exception.code):
        return False
    if exception.shown_code is not None:
        return False
    return cause.needs is None or cause.needs.search(exception.message or "") is not None
