"""PowerShell error records: NormalView, ConciseView, ScriptStackTrace, Get-Error and lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.traces.chain import MAX_TRACES, OpenException
from knowledge.traces.dotnet_chain import read_frame as read_dotnet_frame
from knowledge.traces.dotnet_headers import parse_headers
from knowledge.traces.lines import Line
from knowledge.traces.powershell_lines import (
    CATEGORY,
    CONCISE,
    CONCISE_SOURCE,
    CONCISE_TEXT,
    IDENTIFIER,
    PROMPT,
    PROPERTY,
    SOURCE,
    UNDERLINE,
    ends_in_number,
    plain,
    read_category,
    read_code,
    read_position,
    read_script_frame,
)
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "powershell"
_MAX_MESSAGE_LINES = 14
_MAX_LIST_LINES = 150
_LIST_OPENINGS = ("Exception", "PSMessageDetails", "Type")
_COMMAND = re.compile(
    r"\s{0,4}(?P<command>[^\s:][^:\n]{0,120}?|(?:[A-Za-z]:)?[\\/.][^:\n]{1,300}) : (?P<message>.*)$"
)
_CONCISE_HEAD = re.compile(r"\s{0,4}(?P<command>[^\n:]{1,200}): ?(?P<place>.{0,500})$")
_LINE_SUFFIX = re.compile(r":(\d{1,7})(?::\d{1,5})?$")
_LOCALES = (
    ("Bei ", "de"), ("Zeichen:", "de"), ("Au caractère", "fr"), ("Carácter", "es"), ("riga:", "it"),
    ("caractere:", "pt"), ("знак:", "ru"), ("所在位置", "zh-Hans"), ("位於", "zh-Hant"),
    ("発生場所", "ja"), ("위치", "ko"), ("znak:", "pl"), ("karakter:", "tr"),
)  # fmt: skip


@dataclass
class _Record:
    """One error record while its lines are collected; `begin` and `last` are line indexes."""

    begin: int
    last: int
    message: str | None = None
    category: str = ""
    identifier: str = ""
    frames: list[Frame] = field(default_factory=list)
    exceptions: list[OpenException] = field(default_factory=list)


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the PowerShell error records in these lines, in order."""
    traces: list[Trace] = []
    index = earliest = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        record = _read_record(lines, index, earliest)
        if record is None:
            index += 1
            continue
        traces.append(_finish(lines, record))
        earliest = index = max(record.last, index) + 1
    return tuple(traces)


def _read_record(lines: Sequence[Line], index: int, earliest: int) -> _Record | None:
    text = lines[index].bare
    if "Line |" in text and CONCISE.match(text):
        return _read_concise(lines, index, earliest)
    if text.lstrip().startswith(_LIST_OPENINGS) and _opens_list(lines, index):
        return _read_list(lines, index)
    category = CATEGORY.match(plain(text)) if "CategoryInfo" in text or "<" in text else None
    if category and category["plus"]:
        return _read_normal(lines, index, earliest)
    if not ends_in_number(text):
        return None
    if _is_cut_record(lines, index) and read_position(text):
        return _read_cut(lines, index, earliest)
    if ", " in text and ": " in text and read_script_frame(text) is not None:
        return _read_script_stack(lines, index)
    return None


def _read_normal(lines: Sequence[Line], index: int, earliest: int) -> _Record:
    """Read a record around its `+ CategoryInfo` line."""
    record = _Record(index, index)
    record.category, after = _join_value(lines, index, CATEGORY)
    record.last = after - 1
    if after < len(lines) and IDENTIFIER.match(plain(lines[after].bare)):
        record.identifier, after = _join_value(lines, after, IDENTIFIER)
        record.last = after - 1
    while after < len(lines) and plain(lines[after].bare).lstrip().startswith("+ PSComputerName"):
        record.last, after = after, after + 1
    _read_above(lines, index, earliest, record)
    return record


def _join_value(lines: Sequence[Line], index: int, pattern: re.Pattern[str]) -> tuple[str, int]:
    """Return the value of a property, with the parts that the window's edge cut off."""
    match = pattern.match(plain(lines[index].bare))
    value = match["value"] if match else ""
    index += 1
    for following in lines[index : index + 3]:
        text = plain(following.bare)
        is_other = SOURCE.match(text) or CATEGORY.match(text) or IDENTIFIER.match(text)
        if not text.strip() or is_other or PROMPT.match(text) or not text.startswith(" "):
            break
        if PROPERTY.match(text) or read_position(text) or not _is_cut_short(value):
            break
        value, index = value + text.strip(), index + 1
    return value, index


def _is_cut_short(value: str) -> bool:
    """Whether a value ran to the edge of the window: no narrower window is in use than this."""
    return len(value) >= 40


def _read_above(lines: Sequence[Line], index: int, earliest: int, record: _Record) -> None:
    """Read the message and the position from the lines above the category."""
    position = _find_position(lines, index, earliest)
    if position is None:
        record.begin, record.message = _find_message(lines, index, earliest)
        return
    frame, at, after = position
    record.begin = at
    record.frames.append(frame)
    between = [
        line
        for line in lines[after:index]
        if not line.is_blank and not SOURCE.match(line.bare) and not UNDERLINE.match(line.bare)
    ]
    for other, place in _positions_above(lines, at, earliest):
        record.frames.insert(0, other)
        between = [*lines[place + 1 : at], *between]
        at = place
    between = [line for line in between if not SOURCE.match(line.bare)]
    begin, message = _find_message(lines, at, earliest)
    if message is None and between:
        message = plain(between[0].text).strip()
    record.begin, record.message = begin, message


def _find_position(
    lines: Sequence[Line], index: int, earliest: int
) -> tuple[Frame, int, int] | None:
    """Find the position line above: (frame, its line, the line after it)."""
    for at in range(index - 1, max(earliest, index - 30) - 1, -1):
        frame = read_position(lines[at].bare)
        if frame is not None:
            whole = _unwrapped_position(lines, at, earliest) if frame.file is None else None
            return (whole, at - 1, at + 1) if whole else (frame, at, at + 1)
        if at + 1 < index and not SOURCE.match(lines[at].bare):
            frame = read_position(lines[at].bare + lines[at + 1].bare.strip())
            if frame is not None and SOURCE.match(lines[at + 2].bare):
                return frame, at, at + 2
    return None


def _unwrapped_position(lines: Sequence[Line], at: int, earliest: int) -> Frame | None:
    """Join a position line with the beginning of its path in the line above it."""
    if at <= earliest or not re.match(r"\s{0,3}[^\s:]{1,120}\.ps", lines[at].bare):
        return None
    frame = read_position(lines[at - 1].bare + lines[at].bare.strip())
    return frame if frame is not None and frame.file else None


def _positions_above(lines: Sequence[Line], index: int, earliest: int) -> list[tuple[Frame, int]]:
    """Return the further positions of a record that lists several faults of a script."""
    found: list[tuple[Frame, int]] = []
    for at in range(index - 1, max(earliest, index - 60) - 1, -1):
        text = lines[at].bare
        if lines[at].is_blank or PROMPT.match(text) or CATEGORY.match(text):
            break
        if IDENTIFIER.match(text):
            break
        frame = read_position(text)
        if frame is not None and SOURCE.match(lines[at + 1].bare):
            found.append((frame, at))
    return found


def _find_message(lines: Sequence[Line], index: int, earliest: int) -> tuple[int, str | None]:
    """Return where the record begins and the first line of its message, found above `index`."""
    first = index
    for at in range(index - 1, max(earliest, index - _MAX_MESSAGE_LINES) - 1, -1):
        text = plain(lines[at].bare)
        if not text.strip() or PROMPT.match(text) or SOURCE.match(text):
            break
        first = at
        command = _COMMAND.match(text)
        if command and _is_command(command["command"]):
            return at, command["message"].strip() or None
    if first == index:
        return index, None
    text = plain(lines[first].bare)
    command = _COMMAND.match(text)
    return first, (command["message"] if command else text).strip() or None


def _is_command(name: str) -> bool:
    return " " not in name.strip() or name.endswith((".ps1", ".psm1")) or "\\" in name


def _is_cut_record(lines: Sequence[Line], index: int) -> bool:
    """Whether a position line has its source and its underline, but no category below it."""
    if index + 1 >= len(lines) or "+" not in lines[index + 1].bare:
        return False
    below = lines[index + 1 : index + 4]
    if not SOURCE.match(below[0].bare):
        return False
    marked = "<<<<" in below[0].bare or (
        len(below) > 1 and UNDERLINE.match(below[1].bare) is not None
    )
    following = lines[index + 1 : index + 30]
    return marked and not any(CATEGORY.match(plain(line.bare)) for line in following)


def _read_cut(lines: Sequence[Line], index: int, earliest: int) -> _Record:
    begin, message = _find_message(lines, index, earliest)
    last = index
    while last + 1 < len(lines) and SOURCE.match(lines[last + 1].bare):
        last += 1
    frame = read_position(lines[index].bare)
    return _Record(begin, last, message, frames=[frame] if frame else [])


def _read_concise(lines: Sequence[Line], index: int, earliest: int) -> _Record | None:
    """Read `Command: place`, `Line |`, the source and the message of PowerShell 7."""
    if index + 1 >= len(lines):
        return None
    source = CONCISE_SOURCE.match(lines[index + 1].bare)
    if source is None:
        return None
    head = _CONCISE_HEAD.match(lines[index - 1].bare) if index > earliest else None
    place = _LINE_SUFFIX.sub("", head["place"].strip()) if head else ""
    function = head["command"].strip() if head else None
    frame = Frame(function, place or None, int(source["line"]), True, lines[index + 1].bare)
    record = _Record(index - 1 if head else index, index + 1, frames=[frame])
    for at in range(index + 2, len(lines)):
        below = CONCISE_TEXT.match(lines[at].bare)
        if below is None:
            break
        record.last = at
        text = below["text"].strip()
        if text and not text.startswith("~") and record.message is None:
            record.message = text
    record.exceptions.append(OpenException(None, record.message))
    return record


def _read_script_stack(lines: Sequence[Line], index: int) -> _Record | None:
    record = _Record(index, index)
    while index < len(lines) and (frame := read_script_frame(lines[index].bare)):
        record.frames.append(frame)
        record.last, index = index, index + 1
    text = lines[record.begin].bare
    return record if len(record.frames) > 1 or "ScriptBlock" in text or ".ps" in text else None


def _opens_list(lines: Sequence[Line], index: int) -> bool:
    """Whether the properties of an error record begin here (`Get-Error`, `Format-List -Force`)."""
    opening = PROPERTY.match(lines[index].bare)
    if opening is None or opening["name"] not in _LIST_OPENINGS:
        return False
    if lines[index].indent > 4:
        return False
    following = lines[index + 1 : index + _MAX_LIST_LINES]
    return any("CategoryInfo" in line.bare for line in following)


def _read_list(lines: Sequence[Line], index: int) -> _Record:
    record = _Record(index, index)
    last = min(len(lines), index + _MAX_LIST_LINES)
    blanks = 0
    while index < last and blanks < 2:
        line = lines[index]
        blanks = blanks + 1 if line.is_blank else 0
        used = _read_list_line(lines, index, record)
        if used:
            record.last = index + used - 1
        index += max(1, used)
    _name_exceptions(record)
    return record


def _read_list_line(lines: Sequence[Line], index: int, record: _Record) -> int:
    """Take one line of a list into the record; return how many lines it filled, 0 for none."""
    text = lines[index].bare
    frame = read_position(text) or read_script_frame(text)
    if frame is not None:
        record.frames.append(frame)
        return 1
    dotnet = read_dotnet_frame(lines, index)
    if dotnet is not None and dotnet[0].certain:
        record.frames.append(dotnet[0].frame)
        return dotnet[1]
    prop = PROPERTY.match(text)
    if prop is None:
        return 0
    _read_property(prop["name"], (prop["value"] or "").strip(), record)
    return 1


def _read_property(name: str, value: str, record: _Record) -> None:
    if name == "Type" and "." in value:
        record.exceptions.append(OpenException(value))
    elif name == "Exception" and value:
        for header in parse_headers(value, lenient=True):
            record.exceptions.append(
                OpenException(header.type, header.message, header.code, header.shown_code)
            )
    elif name == "Message" and value:
        _read_message(value, record)
    elif name == "CategoryInfo":
        record.category = value
        category = read_category(value)
        if category and not any(_short(e.type) == category.reason for e in record.exceptions):
            record.exceptions.insert(0, OpenException(category.reason, record.message))
    elif name == "FullyQualifiedErrorId":
        record.identifier = value


def _read_message(value: str, record: _Record) -> None:
    record.message = record.message or value
    if record.exceptions and record.exceptions[-1].message is None:
        record.exceptions[-1].message = value


def _short(name: str | None) -> str:
    return (name or "").rsplit(".", 1)[-1]


def _name_exceptions(record: _Record) -> None:
    """Give every exception a message; the record's own is what the reader was shown."""
    for exception in record.exceptions:
        exception.message = exception.message or record.message


def _finish(lines: Sequence[Line], record: _Record) -> Trace:
    category = read_category(record.category)
    reason = category.reason if category else None
    chain = record.exceptions or [OpenException(reason, record.message)]
    chain[0].frames = record.frames
    chain[0].code = chain[0].code or read_code(record.message, record.identifier)
    top = record.frames[0] if record.frames else None
    exceptions = tuple(exception.close() for exception in chain)
    start, end = lines[record.begin].start, lines[record.last].end
    locale = _guess_locale(lines[record.begin : record.last + 1])
    return Trace(LANGUAGE, start, end, exceptions, 0, top, locale)


def _guess_locale(lines: Sequence[Line]) -> str:
    for line in lines:
        if read_position(line.bare):
            return next((locale for mark, locale in _LOCALES if mark in line.bare), "en")
    return "en"
