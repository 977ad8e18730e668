"""Reading a Message Compiler file (.mc), as mc.exe understands it.

Source: Microsoft's documentation of message text files: header section and message definitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from knowledge.importing.definition import Reading

_KEY = re.compile(r"\s*(\w{1,40})\s*=\s*(.*)")
_NAMED = re.compile(r"(\w{1,80})\s*=\s*(0[xX][0-9A-Fa-f]{1,8}|\d{1,10})\s*(?::\s*\w{1,120})?")
_NUMBER = re.compile(r"(\+?)\s*(0[xX][0-9A-Fa-f]{1,8}|\d{1,10})[lLuU]{0,2}")
_SYMBOL = re.compile(r"[A-Za-z_]\w{0,119}")
_LISTS = frozenset(("severitynames", "facilitynames", "languagenames"))
_IGNORED = frozenset(("messageidtypedef", "outputbase"))


@dataclass(slots=True)
class _State:
    """Where the file stands: severity and facility stay as they are until named again."""

    severities: dict[str, int] = field(
        default_factory=lambda: {"success": 0, "informational": 1, "warning": 2, "error": 3}
    )
    facilities: dict[str, int] = field(
        default_factory=lambda: {"system": 0xFF, "application": 0xFFF}
    )
    severity: int = 0
    facility: int = 0xFFF
    last: dict[int, int] = field(default_factory=dict)
    line: int = 0
    id: str | None = None
    name: str = ""
    taken: bool = False


def read_message_file(text: str) -> Reading:
    """Return the messages that bear a symbolic name, with the text of their first language."""
    reading = Reading()
    state = _State()
    lines = text.replace("\r\n", "\n").split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        found = _KEY.match(line)
        if line.lstrip().startswith(";") or not found:
            if line.strip() and not line.lstrip().startswith((";", "//")):
                reading.faults.append(
                    (number, f"cannot read {line.strip()[:60]!r}; want KEY=value")
                )
            continue
        key, value = found[1].lower(), found[2].strip()
        if key in _LISTS:
            number = _read_list(key, value, lines, number, state, reading)
        elif key == "language":
            number = _read_text(lines, number, state, reading)
        else:
            _read_key(key, value, number, state, reading)
    return reading


def _read_list(
    key: str, value: str, lines: list[str], number: int, state: _State, reading: Reading
) -> int:
    """Read `(Name=0x1:SYMBOL …)`, which may go on over several lines; return the next line."""
    start = number
    parts = [value]
    while ")" not in parts[-1] and number < len(lines):
        parts.append(lines[number])
        number += 1
    value = " ".join(parts)
    if not value.startswith("(") or ")" not in value:
        reading.faults.append((start, f"{key}: write the names in round brackets"))
    known = {"severitynames": state.severities, "facilitynames": state.facilities}.get(key)
    limit = 3 if key == "severitynames" else 0xFFF
    for name, written in _NAMED.findall(value) if known is not None else ():
        found = int(written, 0) if written[:2].lower() == "0x" else int(written)
        if found > limit:
            reading.faults.append((start, f"{key}: {name} is {found:#x}, at most {limit:#x}"))
        elif known is not None:
            known[name.lower()] = found
    return number


def _read_key(key: str, value: str, line: int, state: _State, reading: Reading) -> None:
    match key:
        case "messageid":
            state.line, state.id, state.name, state.taken = line, value, "", False
        case "symbolicname":
            if _SYMBOL.fullmatch(value):
                state.name = value
            else:
                reading.faults.append((line, f"SymbolicName: {value[:60]!r} is no name"))
        case "severity":
            state.severity = _named(key, value, state.severities, line, reading, state.severity)
        case "facility":
            state.facility = _named(key, value, state.facilities, line, reading, state.facility)
        case _ if key not in _IGNORED:
            reading.faults.append((line, f"the key {key!r} is not known; correct its spelling"))


def _named(
    key: str, value: str, known: dict[str, int], line: int, reading: Reading, default: int
) -> int:
    if value.lower() in known:
        return known[value.lower()]
    names = ", ".join(sorted(known))
    reading.faults.append((line, f"{key.title()}: {value[:40]!r} is not one of {names}"))
    return default


def _read_text(lines: list[str], number: int, state: _State, reading: Reading) -> int:
    """Read a message's text up to the line with a single dot; return the line after it."""
    text: list[str] = []
    start = number
    while number < len(lines) and lines[number].strip() != ".":
        text.append(lines[number].strip())
        number += 1
    if number == len(lines):
        reading.faults.append((start, "the text has no end: a line with a single dot is missing"))
    # Further languages repeat the message; the first one names it.
    if not state.taken:
        _take_message(" ".join(text).strip(), state, reading)
    return number + 1


def _take_message(text: str, state: _State, reading: Reading) -> None:
    state.taken = True
    if state.id is None:
        reading.faults.append((state.line or 1, "a text stands before the first MessageId"))
        return
    code = _message_id(state, reading)
    if code is None:
        return
    state.last[state.facility] = code
    if not state.name:
        reading.skipped.append((state.line, f"message {code} has no SymbolicName"))
        return
    value = state.severity << 30 | state.facility << 16 | code
    reading.add(state.line, state.name, value, text)


def _message_id(state: _State, reading: Reading) -> int | None:
    """Return the number: as written, `+n` from the facility's last, or the next when empty."""
    before = state.last.get(state.facility, 0)
    found = _NUMBER.fullmatch(state.id or "")
    if state.id and not found:
        reading.faults.append((state.line, f"MessageId: {state.id[:40]!r} is no number; nor +1"))
        return None
    if found is None:
        code = before + 1
    else:
        written = int(found[2], 16) if found[2][:2].lower() == "0x" else int(found[2])
        code = before + written if found[1] else written
    if code > 0xFFFF:
        reading.faults.append((state.line, f"MessageId: {code:#x} is over 0xFFFF; it has 16 bits"))
        return None
    return code
