"""Java (Kotlin, Scala, Groovy, Android) stack traces, with causes printed last or first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.traces.chain import MAX_EXCEPTIONS, MAX_TRACES, OpenException
from knowledge.traces.dotnet_frames import parse_frame
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "java"
_BEGINNINGS = ("at ", "at\t", "at\xa0", "Caused", "Suppressed", "Wrapped by", "Also: ")
_MAX_HEADER_LINES = 25
_MAX_NOISE_LINES = 2

_PLACE = (
    r"[\w$ .-]{1,120}\.(?:java|kt|kts|scala|groovy|clj|cljc|jsp|cs|xtend|rb|aj)(?::-?\d{1,7})?"
    r"|Native Method|Unknown Source(?::\d{1,7})?|SourceFile(?::\d{1,7})?|Source:\d{1,7}"
    r"|<generated>|<unknown>|Proguard:\d{1,7}|r8-map-id-[\w:]{1,80}|\w{0,60}:\d{1,7}|NO_SOURCE_FILE:\d+"
)
# One of these marks or words stands in each of them.
_PLACE_MARKS = frozenset(".:<")
_PLACE_WORDS = ("Native Method", "Unknown Source", "SourceFile")
_FRAME = re.compile(
    r"\s{0,60}at[ \t\xa0]{1,4}(?:[\w.@$-]{1,120}/{1,2}){0,3}"
    r"(?P<function>[^\W\d][\w$.<>/\[\]-]{1,400})[ ]?\((?P<place>" + _PLACE + r")\)?"
    r"(?P<after>\s*(?:~?\[[^\]\n]{0,200}\]|\+\d+.*|<---.*|['\"},\]].*|\(.*)?\s*)$"
)
_BEGINNING = re.compile(
    r"\s{0,60}at (?:[\w.@$-]{1,120}/{1,2}){0,3}[\w$.<>]{1,300}\.[\w$<>]{0,120}(?:\(|$)"
)
_MORE = re.compile(
    r"\s{0,60}\.\.\. \d{1,6} (?:more|common frames omitted|frames? (?:omitted|truncated|excluded))"
)
_TYPE = r"(?:[^\W\d][\w$]{0,100}\.){0,20}[^\W\d][\w$]{0,120}"
_CAUSE = re.compile(
    r"\s{0,60}(?P<kind>Caused by|Suppressed|Wrapped by|Caused|Also)\s?: {1,4}"
    rf"(?:\[CIRCULAR REFERENCE: ?)?(?P<type>{_TYPE})(?P<rest>:.*)?\]?$"
)
_THREAD = re.compile(r".{0,200}?Exception in thread \"[^\"\n]{0,200}\"[ \t]{1,4}")
_HEADER = re.compile(rf"(?<![\w.$/\\`'-])(?P<type>{_TYPE})(?P<rest>: .*|:)?$")
_ENDS = ("Exception", "Error", "Throwable", "Fault", "Failure", "ThreadDeath", "Warning")
_SHOWN = re.compile(r"\b(error=\d{1,10})\b")
_HRESULT = re.compile(
    r"(?:HRESULT|hr)[ :=]{1,3}(0x[0-9a-fA-F]{8})|\b(?:Invoke of|code)\b.{0,60}?(0x8[0-9a-fA-F]{7})"
)
_PLATFORM = (
    "java.", "javax.", "jakarta.", "jdk.", "sun.", "com.sun.", "kotlin.", "kotlinx.", "scala.",
    "groovy.", "org.codehaus.groovy.", "clojure.", "android.", "androidx.", "com.android.",
    "dalvik.", "org.springframework.", "org.apache.", "org.eclipse.", "org.junit.", "org.gradle.",
    "org.hibernate.", "io.netty.", "reactor.", "ch.qos.logback.", "org.slf4j.", "cli.System.",
)  # fmt: skip


@dataclass
class _Chain:
    """The exceptions read so far, outermost first; `current` takes the next frames."""

    exceptions: list[OpenException] = field(default_factory=list)
    current: OpenException | None = None
    root: OpenException | None = None
    unparsed: list[str] = field(default_factory=list)

    def add(self, exception: OpenException, kind: str | None) -> None:
        """Add what a header or a `Caused by` line names."""
        if len(self.exceptions) >= MAX_EXCEPTIONS:
            return
        if kind in ("Wrapped by", "Caused"):  # cause first: what comes later is further out
            self.exceptions.insert(0, exception)
            self.root = self.root or self.current
        else:
            # Jenkins prints what was suppressed above its owner.
            place = 0 if kind is None else len(self.exceptions)
            self.exceptions.insert(place, exception)
            if kind not in ("Suppressed", "Also"):
                self.root = exception
        self.current = exception

    def add_frame(self, frame: Frame) -> None:
        """Give a frame to the exception named last, or to one whose header was cut off."""
        if self.current is None:
            self.add(OpenException(None), None)
        if self.current is not None:
            self.current.frames.append(frame)


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the Java traces in these lines, in order."""
    traces: list[Trace] = []
    above = _Above()
    earliest = index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        text = lines[index].bare
        if not text.lstrip().startswith(_BEGINNINGS):
            index += 1
            continue
        if _read_frame(lines, index) is None and not (":" in text and _CAUSE.match(text)):
            index += 1
            continue
        begin = _find_header(lines, index, earliest, above)
        trace, after = _read_trace(lines, begin, index)
        if trace is not None:
            traces.append(trace)
            earliest = after
        index = max(after, index + 1)
    return tuple(traces)


def _read_trace(lines: Sequence[Line], begin: int, index: int) -> tuple[Trace | None, int]:
    chain, last = _Chain(), index
    header = _read_header(lines[begin].bare, is_adjacent=True) if begin < index else None
    if header is not None:
        chain.add(header, None)
    while index < len(lines):
        used = _read_line(lines, index, chain)
        if used:
            last, index = index + used - 1, index + used
            continue
        used = _skip_noise(lines, index, chain)
        if not used:
            break
        index += used
    frames = [frame for exception in chain.exceptions for frame in exception.frames]
    if not frames or (len(frames) == 1 and not any(e.type for e in chain.exceptions)):
        return None, last + 1
    return _finish(chain, lines[begin].start, lines[last].end), last + 1


def _read_line(lines: Sequence[Line], index: int, chain: _Chain) -> int:
    """Take one line into the chain; return how many lines it filled, 0 for none."""
    frame = _read_frame(lines, index)
    if frame is not None:
        chain.add_frame(frame[0])
        return frame[1]
    text = lines[index].bare
    # Android prints the frames of .NET code among Java's.
    dotnet = parse_frame(text) if chain.current is not None else None
    if dotnet is not None and dotnet.certain and dotnet.words == "at":
        chain.add_frame(dotnet.frame)
        return 1
    cause = _CAUSE.match(text)
    if cause:
        chain.add(_make_exception(cause["type"], cause["rest"]), cause["kind"])
        return 1
    if chain.root is None and chain.exceptions:
        owner = _read_header(text, is_adjacent=False)
        if owner is not None:
            chain.add(owner, None)
            return 1
    return 1 if _MORE.match(text) else 0


def _read_frame(lines: Sequence[Line], index: int) -> tuple[Frame, int] | None:
    text = lines[index].bare
    if "at" not in text:
        return None
    if not text.lstrip().startswith("at"):
        return None
    match = _FRAME.match(text) if _may_hold_place(text) else None
    if match:
        return _make_frame(match), 1
    if ")" not in text and _BEGINNING.match(text):
        for count in (1, 2):
            if index + count >= len(lines):
                return None
            text += lines[index + count].bare.strip()
            match = _FRAME.match(text)
            if match:
                return _make_frame(match), count + 1
    return None


def _may_hold_place(text: str) -> bool:
    """A look at what stands in the parentheses, which costs less than the pattern does."""
    opening = text.find("(")
    if opening < 0:
        return False
    closing = text.find(")", opening)
    inside = text[opening + 1 : closing if closing >= 0 else None]
    return not _PLACE_MARKS.isdisjoint(inside) or inside.startswith(_PLACE_WORDS)


def _make_frame(match: re.Match[str]) -> Frame:
    function = (
        match["function"].rsplit("/", 1)[-1]
        if "$$Lambda" not in match["function"]
        else match["function"]
    )
    file, _, line = match["place"].rpartition(":")
    if not line.lstrip("-").isdigit():
        file, line = match["place"], ""
    has_file = "." in file
    number = int(line) if line and int(line) > 0 else None
    is_ours = not function.startswith(_PLATFORM)
    return Frame(function, file if has_file else None, number if has_file else None, is_ours,
                 match[0].strip())  # fmt: skip


@dataclass
class _Above:
    """What the lines above frames turned out to be: frames apart look at the same ones."""

    marks: dict[int, str] = field(default_factory=dict)
    barren: int = 0  # the line above which the last search found nothing


def _find_header(lines: Sequence[Line], index: int, earliest: int, above: _Above) -> int:
    """Look upwards for the line that names the outermost exception."""
    if _CAUSE.match(lines[index].bare) and _read_frame(lines, index) is None:
        return index
    lowest = max(earliest, index - _MAX_HEADER_LINES, above.barren)
    for at in range(index - 1, lowest - 1, -1):
        mark = above.marks.get(at)
        if mark is None:
            mark = above.marks[at] = _mark(lines, at)
        if mark == "cause":
            return at + 1
        is_adjacent = at == index - 1 and mark == ""
        if mark == "header" or (is_adjacent and _read_header(lines[at].bare, is_adjacent=True)):
            return at
    above.barren = index
    return index


def _mark(lines: Sequence[Line], at: int) -> str:
    """Tell what a line is to the frames below it; empty where it is nothing."""
    text = lines[at].bare
    if _CAUSE.match(text):
        return "cause"
    if _is_nested(lines, at):
        return "nested"
    return "" if _read_header(text, is_adjacent=False) is None else "header"


def _is_nested(lines: Sequence[Line], at: int) -> bool:
    """Mail and RMI go on a line below: `SendFailedException: Invalid; nested exception is:`."""
    return at > 0 and lines[at - 1].bare.rstrip().endswith("nested exception is:")


def _read_header(text: str, *, is_adjacent: bool) -> OpenException | None:
    """Read `Exception in thread "main" Type: message` or `prefix Type: message`."""
    if not is_adjacent and not _may_name_type(text):
        return None
    thread = _THREAD.match(text) if "Exception in" in text else None
    body = text[thread.end() :] if thread else text
    indent = len(body) - len(body.lstrip(" \t\"'{["))
    match = _HEADER.match(body, indent)
    if match and (_is_type(match["type"]) or (thread and match["rest"])):
        return _make_exception(match["type"], match["rest"])
    found = next((m for m in _HEADERS_INSIDE.finditer(body[:3000]) if _is_type(m["type"])), None)
    if found is not None:
        return _make_exception(found["type"], found["rest"])
    is_plain = match is not None and is_adjacent and "." in match["type"] and match["rest"]
    return _make_exception(match["type"], match["rest"]) if match and is_plain else None


_HEADERS_INSIDE = re.compile(
    r"(?<![\w.$/\\`'])(?P<type>(?:[^\W\d][\w$]{0,100}\.){1,20}[^\W\d][\w$]{0,120})"
    r"(?P<rest>: .*|:?\s*$)"
)


def _may_name_type(text: str) -> bool:
    """Whether one of _ENDS stands in a line; asked of most lines, so without a loop."""
    return (
        "Exception" in text
        or "Error" in text
        or "Throwable" in text
        or "Fault" in text
        or "Failure" in text
        or "ThreadDeath" in text
        or "Warning" in text
    )


def _is_type(name: str) -> bool:
    last = name.rsplit(".", 1)[-1].rsplit("$", 1)[-1]
    return last.endswith(_ENDS) and (name != "Error" and name != "Exception")


def _make_exception(kind: str, rest: str | None) -> OpenException:
    message = (rest or "")[1:].strip() or None
    shown = _SHOWN.search(message or "")
    code = _HRESULT.search(message or "")
    number = int(code[1] or code[2], 16) if code else None
    return OpenException(kind, message, number, shown[1] if shown else None)


def _skip_noise(lines: Sequence[Line], index: int, chain: _Chain) -> int:
    """Step over a cause's further message lines, blank lines and foreign ones inside the trace."""
    fresh = chain.current is not None and not chain.current.frames
    limit = _MAX_HEADER_LINES if fresh else _MAX_NOISE_LINES
    noise: list[str] = []
    for ahead in range(index, min(index + limit + 2, len(lines))):
        text = lines[ahead].bare
        if _read_frame(lines, ahead) or _CAUSE.match(text) or _MORE.match(text):
            if not fresh:
                chain.unparsed.extend(noise)
            return ahead - index
        if not lines[ahead].is_blank:
            if _read_header(text, is_adjacent=False) is not None and not _is_nested(lines, ahead):
                return 0
            noise.append(lines[ahead].text)
            if len(noise) > limit:
                return 0
    return 0


def _finish(chain: _Chain, start: int, end: int) -> Trace:
    exceptions = tuple(exception.close() for exception in chain.exceptions)
    root = next((n for n, e in enumerate(chain.exceptions) if e is chain.root), 0)
    frames = exceptions[root].frames
    top = frames[0] if frames else None
    return Trace(LANGUAGE, start, end, exceptions, root, top, "en", tuple(chain.unparsed))
