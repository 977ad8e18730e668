"""Rust panics with or without a backtrace, and the error chains that `main` prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.traces.chain import MAX_TRACES
from knowledge.traces.lines import Line
from knowledge.traces.trace import ExceptionInfo, Frame, Trace

LANGUAGE = "rust"
_MAX_MESSAGE_LINES = 30
_MAX_CAUSES = 20

_PANIC = re.compile(
    r".{0,200}?\bthread '[^'\n]{0,200}'(?: \(\d{1,12}\))? panicked at (?P<rest>.*)$"
)
_AT_FILE = re.compile(r"(?P<file>\S.{0,400}?):(?P<line>\d{1,7}):\d{1,7}:?\s*$")
_OLD = re.compile(r"'(?P<message>.*)', (?P<file>[^'\n]{1,400}?):(?P<line>\d{1,7})(?::\d{1,7})?\s*$")
_OLD_END = re.compile(
    r"(?P<text>.*)', (?P<file>[^'\n]{1,400}?\.rs):(?P<line>\d{1,7})(?::\d{1,7})?\s*$"
)
_BACKTRACE = re.compile(r"\s{0,8}stack backtrace:")
_FRAME = re.compile(
    r"\s{0,8}(?P<number>\d{1,4}):\s{1,8}(?:0x[0-9a-f]{1,16} - )?(?P<name>\S.{0,600}?)\s*$"
)
_PLACE = re.compile(r"\s{0,40}at (?P<file>\S.{0,400}?):(?P<line>\d{1,7})(?::\d{1,7})?\s*$")
_HASH = re.compile(r"::h[0-9a-f]{16}$")
_NOTE = re.compile(r"\s{0,8}note: ")
_OS = re.compile(r"\b(?:(os error \d{1,10})|Os \{ code: (\d{1,10}))")
_ERROR = re.compile(r"\s{0,8}(?P<lead>.{0,200}?)\b(?:Error|error): (?P<message>\S.*)$")
_INLINE_CAUSE = re.compile(r"\s{0,8}(?:\w{1,12}: )?caused by: (?P<message>\S.*)$", re.IGNORECASE)
_CAUSES = re.compile(r"\s{0,8}Caused by:\s*$")
_CAUSE = re.compile(r"(?P<indent>\s{1,12})(?:\d{1,3}: )?(?P<message>\S.*)$")
_STANDARD = re.compile(r"(?:<?(?:std|core|alloc|rust_|backtrace|__|<unknown>|_?start|main$|Base))")


@dataclass(frozen=True, slots=True)
class _Panic:
    """The head of a panic and the index of its last line."""

    message: str | None
    site: Frame | None
    last: int


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the Rust panics and error chains in these lines, in order."""
    traces: list[Trace] = []
    index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        read = _read_panic(lines, index) or _read_chain(lines, index)
        read = read or _read_bare_backtrace(lines, index)
        if read is None:
            index += 1
            continue
        traces.append(read[0])
        index = read[1] + 1
    return tuple(traces)


def _read_panic(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    text = lines[index].bare
    match = _PANIC.match(text) if "panicked at" in text else None
    if match is None:
        return None
    panic = _read_head(lines, index, match["rest"].strip())
    frames, last = _read_backtrace(lines, panic.last + 1, panic.last)
    error = ExceptionInfo("panic", panic.message, None, _shown(panic.message), frames)
    top = frames[0] if frames else panic.site
    start, end = lines[index].start, lines[last].end
    return Trace(LANGUAGE, start, end, (error,), 0, top, "en"), last


def _read_head(lines: Sequence[Line], index: int, rest: str) -> _Panic:
    """Read place and message: the old form quotes the message first, the new one puts it below."""
    old = _OLD.match(rest)
    if old:
        return _Panic(old["message"], _site(old, rest), index)
    if rest.startswith("'"):
        for ahead in range(index + 1, min(index + _MAX_MESSAGE_LINES, len(lines))):
            end = _OLD_END.match(lines[ahead].bare)
            if end:
                return _Panic(rest[1:], _site(end, lines[ahead].bare), ahead)
        return _Panic(rest.strip("'"), None, index)
    new = _AT_FILE.match(rest)
    below = lines[index + 1].bare.strip() if index + 1 < len(lines) else ""
    if _NOTE.match(below) or _BACKTRACE.match(below):
        below = ""
    return _Panic(below or None, _site(new, rest), index + bool(below))


def _site(match: re.Match[str] | None, text: str) -> Frame | None:
    if match is None:
        return None
    return Frame(None, match["file"].strip(), int(match["line"]), True, text.strip())


def _read_backtrace(lines: Sequence[Line], index: int, last: int) -> tuple[tuple[Frame, ...], int]:
    """Read the numbered frames, if there are any, and return them with their last line."""
    for ahead in range(index, min(index + _MAX_MESSAGE_LINES, len(lines))):
        text = lines[ahead].bare
        if _BACKTRACE.match(text):
            return _read_frames(lines, ahead + 1, ahead)
        if _NOTE.match(text):
            last = ahead
        if _PANIC.match(text):
            break
    return (), last


def _read_frames(lines: Sequence[Line], index: int, last: int) -> tuple[tuple[Frame, ...], int]:
    frames: list[Frame] = []
    while index < len(lines):
        text = lines[index].bare
        match, place = _FRAME.match(text), _PLACE.match(text)
        if place and frames:
            name = frames[-1].function
            if frames[-1].file is None:
                frames[-1] = _frame(name or "", place, frames[-1].text)
        elif match:
            frames.append(_frame(match["name"], None, text))
        elif not (frames and _NOTE.match(text)):
            break
        last, index = index, index + 1
    return tuple(frames), last


def _frame(name: str, place: re.Match[str] | None, text: str) -> Frame:
    name = _HASH.sub("", name)
    in_app = _STANDARD.match(name) is None
    file = place["file"] if place else None
    return Frame(name, file, int(place["line"]) if place else None, in_app, text.strip())


def _read_bare_backtrace(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    """Read `stack backtrace:` whose panic was cut off."""
    if "backtrace" not in lines[index].bare or not _BACKTRACE.match(lines[index].bare):
        return None
    frames, last = _read_frames(lines, index + 1, index)
    if len(frames) < 2 or not any("::" in (frame.function or "") for frame in frames):
        return None
    error = ExceptionInfo(None, frames=frames)
    return Trace(LANGUAGE, lines[index].start, lines[last].end, (error,), 0, frames[0], "en"), last


def _read_chain(lines: Sequence[Line], index: int) -> tuple[Trace, int] | None:
    """Read `Error: …` with its `Caused by:` list, or with `caused by:` lines."""
    text = lines[index].bare
    error = _ERROR.match(text) if "rror: " in text else None
    if error is None or index + 1 >= len(lines):
        return None
    messages, last = [error["message"].strip()], index
    at = index + 1
    while at < len(lines) and (cause := _INLINE_CAUSE.match(lines[at].bare)):
        messages.append(cause["message"].strip())
        last, at = at, at + 1
    if last == index:
        last = _read_causes(lines, at, messages, last)
    if len(messages) < 2:
        return None
    chain = tuple(ExceptionInfo(None, text, None, _shown(text)) for text in messages)
    start, end = lines[index].start, lines[last].end
    return Trace(LANGUAGE, start, end, chain, len(chain) - 1, None, "en"), last


def _read_causes(lines: Sequence[Line], at: int, messages: list[str], last: int) -> int:
    """Read the list below `Caused by:`; cargo writes one such heading for each cause."""
    while at < len(lines) and len(messages) < _MAX_CAUSES:
        if lines[at].is_blank and at - last <= 2:
            at += 1
            continue
        if not _CAUSES.match(lines[at].bare):
            break
        at += 1
        while at < len(lines) and (cause := _CAUSE.match(lines[at].bare)):
            if not lines[at].bare.lstrip().startswith(("at ", "--")):
                messages.append(cause["message"].strip())
            last, at = at, at + 1
    return last


def _shown(message: str | None) -> str | None:
    match = _OS.search(message or "")
    if match is None:
        return None
    return match[1] or f"Os code {match[2]}"
