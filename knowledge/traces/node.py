"""Stack traces of Node, Deno and browsers, with the fields of Node's system errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.traces.chain import MAX_EXCEPTIONS, MAX_TRACES, OpenException
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "node"
_MAX_HEADER_LINES = 12
_MAX_FIELDS = 14

_PATH = (
    r"(?:node:|file:|webpack[\w-]*:|https?:|[A-Za-z]:[\\/]|[\\/.~@]|internal/|<|\w)[^\n()]{0,500}?"
)
_NAMED = re.compile(
    r"\s{0,60}at (?P<function>[^\n(]{1,300}?|[^\n]{1,200}?\[as [^\]\n]{1,80}\]) "
    rf"\((?P<place>{_PATH}:\d{{1,7}}(?::\d{{1,7}})?|<anonymous>|native|unknown location|index \d+"
    rf"|eval at [^\n]{{1,600}})\)?(?P<after>\s?\{{?['\",\]}}]{{0,4}})\s*$"
)
_PLAIN = re.compile(
    rf"\s{{0,60}}at (?:async )?(?P<place>{_PATH}:\d{{1,7}}:\d{{1,7}})"
    r"(?P<after>\s?\{?['\",\]}]{0,4})\s*$"
)
_NAMELESS = re.compile(r"\s{0,60}at (?:async )?<anonymous>(?P<after>\s?\{?)\s*$")
# What a frame has inside its brackets: a place, or one of these.
_COLON_NUMBER = re.compile(r":\d")
_NO_PLACE = re.compile(r"\((?:<anonymous>|native|unknown location|index |eval at )")
_JAVA_PLACE = re.compile(r"\w+\.(?:java|kt|scala|groovy|cs|rb|py|go):\d+$")
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<line>\d{1,7}))(?::\d{1,7})?$")
_ALIAS = re.compile(r" \[as [^\]\n]{1,80}\]")
_TYPE = (
    r"(?:[A-Za-z_$][\w$]{0,80}\.){0,4}[A-Za-z_$]{0,80}(?:Error|Exception|Warning|Rejection|Fault)"
)
_ENDS = ("Error", "Exception", "Warning", "Rejection", "Fault")
_HEADER = re.compile(
    rf"(?P<lead>.{{0,300}}?)(?<![\w.$/\\'-])(?P<type>{_TYPE})(?: \[(?P<code>[A-Z][\w-]{{1,60}})\])?"
    r"(?P<rest>: .*|:)?$"
)
_OBJECT = re.compile(
    rf"(?P<lead>.{{0,300}}?)\[(?P<type>{_TYPE}): (?P<message>.{{1,2000}}?)\] ?\{{\s*$"
)
_CAUSE = re.compile(r"\s{0,60}(?:\[cause\]: \[?|cause: (?=\[)|(?:Caused by|Cause): )")
_FIELD = re.compile(
    r"\s{0,60}['\"]?(?P<name>errno|code|syscall|path|dest|address|port|hostname|cmd|stdout|stderr"
    r"|status|killed|signal|[A-Za-z]\w{1,40})['\"]?:\s?(?P<value>.{0,600}?),?\s*\}?,?\s*$"
)
_SYSTEM_CODE = re.compile(r"(?:^|: |\b)(?P<code>E[A-Z0-9]{2,14})\b(?=[:,]|$| -?\d)")
_CODES_ONLY = re.compile(r"E[A-Z0-9]{2,14}$|ERR_[A-Z_]{2,60}$|MODULE_NOT_FOUND$")
_HIDDEN = re.compile(r"\s{0,60}at ignore-listed frames|\s{0,60}\.\.\. \d+ (?:lines|more) ")
_INSIDE = re.compile(r"node:|internal/|node_modules|<anonymous>|^native$|^\w+\.js$")
_GECKO = re.compile(
    r"(?P<function>[\w$.<>/\[\]]{0,120})@"
    r"(?P<place>(?:https?|file|resource|chrome|moz-extension)://?\S{1,400}:\d{1,7}:\d{1,7})\s*$"
)


@dataclass
class _Chain:
    """The errors read so far, outermost first."""

    errors: list[OpenException] = field(default_factory=list)
    fields: list[dict[str, str]] = field(default_factory=list)
    is_system: bool = False

    def add(self, error: OpenException) -> None:
        """Add an error; the next frames and fields are its own."""
        if len(self.errors) >= MAX_EXCEPTIONS:
            return
        self.errors.append(error)
        self.fields.append({})


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the JavaScript traces in these lines, in order."""
    traces: list[Trace] = []
    earliest = index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        text = lines[index].bare
        is_frame = _read_frame(text) is not None
        if not is_frame and not (_opens_fields(text) and _OBJECT.match(text)):
            index += 1
            continue
        begin = _find_header(lines, index, earliest) if is_frame else index
        trace, after = _read_trace(lines, begin, index)
        if trace is not None:
            traces.append(trace)
            earliest = after
        index = max(after, index + 1)
    return tuple(traces)


def _read_trace(lines: Sequence[Line], begin: int, index: int) -> tuple[Trace | None, int]:
    chain, last = _Chain(), index
    error = _read_error(lines[begin].bare)
    if error is not None:
        chain.add(error)
        index = index if begin < index else index + 1
    in_fields = error is not None and _opens_fields(lines[begin].bare)
    while index < len(lines):
        text = lines[index].bare
        used, in_fields = _read_line(text, chain, in_fields=in_fields)
        if used:
            last = index
        elif not _goes_on(lines, index, in_fields=in_fields):
            break
        index += 1
    if not _is_believable(chain):
        return None, last + 1
    return _finish(chain, lines[begin].start, lines[last].end), last + 1


def _read_line(text: str, chain: _Chain, *, in_fields: bool) -> tuple[bool, bool]:
    """Take a line into the chain: (was it understood, do the error's fields follow)."""
    frame = _read_frame(text)
    if frame is not None:
        if not chain.errors:
            chain.add(OpenException(None))
        chain.errors[-1].frames.append(frame)
        return True, in_fields or _opens_fields(text)
    if _HIDDEN.match(text):
        return True, in_fields
    cause = _CAUSE.match(text)
    if cause and (error := _read_error(text[cause.end() :])):
        chain.add(error)
        return True, _opens_fields(text)
    if not chain.errors:
        return False, False
    if text.strip().startswith("}"):
        return True, in_fields and len(chain.errors) > 1
    found = _FIELD.match(text) if in_fields else None
    if found:
        chain.fields[-1].setdefault(found["name"], found["value"].strip("'\""))
        return True, "}" not in text
    return False, in_fields


def _goes_on(lines: Sequence[Line], index: int, *, in_fields: bool) -> bool:
    """Whether a blank or foreign line stands inside the trace."""
    ahead = lines[index + 1 : index + (6 if in_fields else 2)]
    texts = [line.bare for line in ahead]
    if any(_read_frame(text) or _CAUSE.match(text) for text in texts):
        return all(_read_error(text) is None for text in [lines[index].bare, *texts[:1]])
    return in_fields and any(text.strip().startswith("}") for text in texts)


def _opens_fields(text: str) -> bool:
    # Before Node 12 the brace stood before the error: `{ Error: connect …`.
    return text.rstrip().endswith("{") or text.lstrip().startswith("{ ")


def _read_frame(text: str) -> Frame | None:
    if "at " in text:
        if not text.lstrip().startswith("at "):
            return None
        if "<anonymous>" in text and _NAMELESS.match(text):
            return Frame(None, None, None, False, text.strip().rstrip("{ "))
        is_placed = _COLON_NUMBER.search(text) is not None
        if not is_placed and _NO_PLACE.search(text) is None:
            return None
        match = _NAMED.match(text) or (_PLAIN.match(text) if is_placed else None)
        if match is None:
            return None
        return _make_frame(match.groupdict().get("function"), match["place"], text)
    gecko = _GECKO.match(text.strip()[:600]) if "@" in text and "://" in text else None
    return _make_frame(gecko["function"] or None, gecko["place"], text) if gecko else None


def _make_frame(function: str | None, place: str, text: str) -> Frame | None:
    if _JAVA_PLACE.search(place):
        return None
    name = _ALIAS.sub("", function).strip() if function else None
    if name and name.startswith("async "):
        name = name[len("async ") :]
    if place.startswith("eval at "):
        place = place.rsplit(", ", 1)[-1] if ", <anonymous>" not in place else "<anonymous>"
    located = _PLACE.match(place)
    file = located["file"] if located else None
    line = int(located["line"]) if located else None
    if file is not None and file.startswith("<"):
        file, line = None, None
    in_app = _INSIDE.search(place[:400]) is None
    return Frame(name, file, line, in_app, text.strip().rstrip("{ "))


def _find_header(lines: Sequence[Line], index: int, earliest: int) -> int:
    for at in range(index - 1, max(earliest, index - _MAX_HEADER_LINES) - 1, -1):
        if _read_error(lines[at].bare) is not None:
            return at
    return index


def _read_error(text: str) -> OpenException | None:
    """Read `Type [CODE]: message` after whatever a logger puts before it."""
    if not any(ending in text for ending in _ENDS):
        return None
    whole = _OBJECT.match(text)
    if whole:
        return OpenException(whole["type"], whole["message"])
    match = _HEADER.match(text.rstrip("{ ")[:4000])
    if match is None:
        return None
    lead = match["lead"].strip()
    if lead and not lead.endswith(
        (":", ")", "]", "[", '"', "-", ">", "|", "Uncaught", ",", "!", "{")
    ):
        return None
    if match["rest"] is None and lead:
        return None
    message = (match["rest"] or "")[1:].strip() or None
    return OpenException(match["type"], message, None, match["code"])


def _is_believable(chain: _Chain) -> bool:
    frames = sum(len(error.frames) for error in chain.errors)
    if any(error.type for error in chain.errors):
        return frames > 0 or any("errno" in f or "code" in f for f in chain.fields)
    return frames >= 2


def _finish(chain: _Chain, start: int, end: int) -> Trace:
    for error, fields in zip(chain.errors, chain.fields, strict=True):
        error.shown_code = _shown_code(error, fields)
    exceptions = tuple(error.close() for error in chain.errors)
    root = len(exceptions) - 1
    frames = exceptions[root].frames
    return Trace(LANGUAGE, start, end, exceptions, root, frames[0] if frames else None, "en")


def _shown_code(error: OpenException, fields: dict[str, str]) -> str | None:
    """Return the system's name for the error, and libuv's number where it is printed."""
    named = _SYSTEM_CODE.search(error.message or "")
    given = fields.get("code", "")
    code = named["code"] if named else error.shown_code
    code = code or (given if _CODES_ONLY.match(given) else None)
    number = fields.get("errno", "")
    if number.lstrip("-").isdigit():
        return f"{code} / errno {number}" if code else f"errno {number}"
    return code
