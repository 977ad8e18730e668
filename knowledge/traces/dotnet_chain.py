"""A block of .NET lines -> one chain of exceptions.

The innermost exception's frames come first. `--- End of inner exception stack trace ---` closes the
innermost open one, and what follows belongs to the next outer. AggregateException prints its
members again below, each as `---> (Inner Exception #n) … <---`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from knowledge.codes.code import to_unsigned
from knowledge.traces.chain import MAX_EXCEPTIONS, OpenException
from knowledge.traces.dotnet_frames import (
    LOCALES,
    DotnetFrame,
    begins_frame,
    cut_frame,
    parse_frame,
)
from knowledge.traces.dotnet_headers import Header, begins_with_arrow, parse_headers
from knowledge.traces.lines import Line, is_last
from knowledge.traces.trace import Trace

_SEPARATOR = re.compile(
    r"\s*(?:[^\W\d_]{1,12}[ ])?-{2,3}[ ]?(?P<words>[^\n<>]{6,200}?)[ ]?-{3}\s*$"
)
# An asynchronous hop, not the end of an inner exception: `from previous location`, translated.
_PREVIOUS = re.compile(
    r"previous|vorherig|précédent|anterior|precedent|предыдущ|上一|前一|先前|直前|以前|이전|önceki|poprzedn|"
    r"předchoz|vorige|forrige|föregående|tidigare|előző|edellis|async",
    re.IGNORECASE,
)
_INNER_END_LOCALES = (
    ("unntak", "nb"), ("undtagelse", "da"), ("undantag", "sv"), ("spårning", "sv"),
    ("wyjątk", "pl"), ("výjim", "cs"), ("中的", "zh-Hans"), ("堆栈", "zh-Hans"),
    ("堆疊", "zh-Hant"),
)  # fmt: skip
# Visual Studio's exception report: `Type was unhandled`, then properties, then `StackTrace:`.
_PROPERTY = re.compile(
    r"\s{0,12}(?P<name>HResult|Message|Source|ErrorCode|ParamName|FileName|FusionLog|NativeErrorCode"
    r"|StackTrace|IsTransient|Data)(?:=|:\s*$)(?P<value>.{0,2000})$"
)
# The same in reports that print the parts of an exception one by one, above the frames.
_MESSAGE_ABOVE = re.compile(
    r"\s{0,12}<?(?:[Ee]xception )?[Mm]essage(?:: ?|>)(?P<value>[^\n<]{1,2000})(?:</Message>)?$"
)
# `[Type: message]`: an error page prints the innermost exception first.
_PAGE_HEADER = re.compile(r"\s{0,12}\[[\w.]{1,160}(?: \([^)]{1,20}\))?: [^\n]{0,4000}\]?$")
_INNER_LINE = re.compile(r"\s{0,12}Inner ?Exception(?: \d{1,3})?: {0,4}(?P<rest>\S.*)$")
_MAX_HEADER_LINES = 40
_MAX_WRAPPED_LINES = 3
_MAX_NOISE_LINES = 2


@dataclass
class DotnetChain:
    """What has been read of one trace so far."""

    exceptions: list[OpenException] = field(default_factory=list)
    open: list[OpenException] = field(default_factory=list)
    members: list[OpenException] | None = None
    root: OpenException | None = None
    words: Counter[str] = field(default_factory=Counter)
    locale: str | None = None
    unparsed: list[str] = field(default_factory=list)
    certain: int = 0
    has_frames: bool = False

    def add_header(self, header: Header) -> None:
        """Open the exception that a header names, unless it is one printed a second time."""
        if len(self.exceptions) >= MAX_EXCEPTIONS:
            return
        entry = OpenException(header.type, header.message, header.code, header.shown_code)
        if header.number is not None:
            self._begin_member(header)
        known = self._printed_before(entry) if self.members is not None else None
        if known is None:
            self.exceptions.append(entry)
            if header.number in (None, 0) and self.members is None:
                self.root = entry
        self.open.append(known or entry)

    def begin_outer(self, header: Header) -> None:
        """Open the exception that wraps those read so far, as error pages print them."""
        entry = OpenException(header.type, header.message, header.code, header.shown_code)
        if len(self.exceptions) < MAX_EXCEPTIONS:
            self.exceptions.insert(0, entry)
            self.open = [entry]

    def add_frame(self, frame: DotnetFrame) -> None:
        """Give a frame to the innermost open exception."""
        if not self.open:
            self._open_unnamed()
        self.open[-1].frames.append(frame.frame)
        self.words[frame.words] += 1
        self.has_frames = True
        self.certain += frame.certain and frame.is_known_word
        if frame.closings:
            self.end_member()

    def end_inner(self) -> None:
        """Close the innermost exception; without an outer one, the outer's header was cut off."""
        if self.open:
            self.open.pop()
        if not self.open:
            self._open_unnamed(outermost=True)

    def end_member(self) -> None:
        """Close a repeated member of an AggregateException."""
        self.members = None
        if len(self.exceptions) > 0:
            self.open = [self.exceptions[0]]

    def _begin_member(self, header: Header) -> None:
        if not self.exceptions:
            return
        self.open = [self.exceptions[0]]
        self.members = self.exceptions[1:] if self.has_frames or header.number else None

    def _printed_before(self, entry: OpenException) -> OpenException | None:
        return next((known for known in self.members or () if known.same_as(entry)), None)

    def _open_unnamed(self, *, outermost: bool = False) -> None:
        entry = OpenException(None)
        if outermost:
            self.exceptions.insert(0, entry)
        else:
            self.exceptions.append(entry)
            self.root = entry
        self.open = [entry]


class Block(NamedTuple):
    """A trace and the index of the first line after it; no trace where nobody would believe it."""

    trace: Trace | None
    next_line: int


def read_block(
    lines: Sequence[Line],
    begin: int,
    first_frame: int,
    language: str,
    *,
    is_anchored: bool = False,
) -> Block:
    """Read the trace whose header stands at `begin` and whose first frame at `first_frame`.

    `is_anchored` says that something around the frames proves that they are .NET's.
    """
    chain = DotnetChain()
    last = _read_headers(lines, begin, first_frame, chain)
    index = first_frame
    while index < len(lines):
        used = _read_line(lines, index, chain)
        if used == 0:
            used = _skip_noise(lines, index, chain)
            if used == 0:
                break
            index += used
            continue
        last = index + used - 1
        index += used
    if not chain.exceptions or not (is_anchored or _is_believable(chain)):
        return Block(None, last + 1)
    return Block(_finish(chain, lines[begin].start, lines[last].end, language), last + 1)


def read_frame(lines: Sequence[Line], index: int) -> tuple[DotnetFrame, int] | None:
    """Read the frame at a line, joined with the next lines when it was wrapped; (frame, lines)."""
    bare = lines[index].bare
    frame = parse_frame(bare)
    if frame is not None and frame.certain:
        return frame, 1
    if (frame is None or frame.is_known_word) and begins_frame(bare):
        joined = _read_wrapped(lines, index)
        if joined is not None:
            return joined
    return (frame, 1) if frame is not None else None


def is_separator(text: str) -> bool:
    """Whether a line is `--- words ---`, which only separates."""
    separator = _SEPARATOR.match(text) if "--" in text else None
    return separator is not None and separator["words"].strip("- ") != ""


def _read_wrapped(lines: Sequence[Line], index: int) -> tuple[DotnetFrame, int] | None:
    glued = spaced = lines[index].bare
    for count in range(1, _MAX_WRAPPED_LINES + 1):
        if index + count >= len(lines):
            return None
        following = lines[index + count]
        if following.is_blank or parse_frame(following.bare) or is_separator(following.bare):
            return None
        glued += following.bare.strip()
        spaced += " " + following.bare.strip()
        # Without a closing parenthesis only `<unknown>` is a frame.
        for joined in (spaced, glued) if ")" in spaced or "<unknown>" in spaced else ():
            frame = parse_frame(joined)
            if frame is not None and frame.certain:
                return frame, count + 1
    return None


def _read_headers(lines: Sequence[Line], begin: int, first_frame: int, chain: DotnetChain) -> int:
    for index in range(begin, first_frame):
        bare = lines[index].bare
        if is_separator(bare):
            _read_separator(bare, chain)
            continue
        if index > begin and (_read_property(bare, chain) or _read_message(bare, chain)):
            continue
        is_first = index == begin
        if is_first or "--->" in bare:
            for header in parse_headers(bare, lenient=is_first):
                chain.add_header(header)
    return max(begin, first_frame - 1)


def _read_line(lines: Sequence[Line], index: int, chain: DotnetChain) -> int:
    """Take the line at `index` into the chain and return how many lines it filled, 0 for none."""
    bare = lines[index].bare
    if "--" not in bare:
        plain = parse_frame(bare)
        if plain is not None and plain.words == "at" and plain.certain:
            chain.add_frame(plain)  # as nearly all are
            return 1
    elif is_separator(bare):
        _read_separator(bare, chain)
        return 1
    frame = read_frame(lines, index)
    if frame is not None and _belongs(frame[0], chain) and (frame[0].certain or chain.words):
        chain.add_frame(frame[0])
        return frame[1]
    if "" in chain.words and _PAGE_HEADER.match(bare):
        outer = parse_headers(bare, lenient=True)
        if outer:
            chain.begin_outer(outer[0])
            return 1
    inner = _INNER_LINE.match(bare)
    if inner and (headers := parse_headers(inner["rest"], lenient=True)):
        chain.add_header(headers[0])
        return 1
    if begins_with_arrow(bare):
        headers = parse_headers(bare)
        for header in headers:
            chain.add_header(header)
        if "<---" in bare:
            chain.end_member()
        return 1 if headers else 0
    if bare.strip() == "<---":
        chain.end_member()
        return 1
    if _read_property(bare, chain):
        return 1
    cut = cut_frame(bare) if chain.has_frames and is_last(lines, index) else None
    if cut is not None and cut.certain:
        chain.add_frame(cut)
        return 1
    return 0


def _read_property(text: str, chain: DotnetChain) -> bool:
    """Take `Message=` or `HResult=` of Visual Studio's report into the exception named last."""
    match = _PROPERTY.match(text)
    if match is None or not chain.open:
        return False
    value = match["value"].strip()
    if match["name"] == "Message":
        chain.open[-1].message = chain.open[-1].message or value or None
    elif match["name"] in ("HResult", "ErrorCode") and chain.open[-1].code is None:
        chain.open[-1].code = _read_hresult(value)
    return True


def _read_message(text: str, chain: DotnetChain) -> bool:
    match = _MESSAGE_ABOVE.match(text)
    if match is None or not chain.open or chain.open[-1].message is not None:
        return False
    chain.open[-1].message = match["value"].strip()
    return True


def _read_hresult(value: str) -> int | None:
    if re.fullmatch(r"0x[0-9A-Fa-f]{8}", value):
        return int(value, 16)
    is_number = re.fullmatch(r"-\d{1,10}", value) is not None
    return to_unsigned(int(value)) if is_number and int(value) >= -0x8000_0000 else None


def _belongs(frame: DotnetFrame, chain: DotnetChain) -> bool:
    return frame.is_known_word or frame.words in chain.words or not chain.words


def _read_separator(text: str, chain: DotnetChain) -> None:
    match = _SEPARATOR.match(text)
    words = match["words"] if match else ""
    if _PREVIOUS.search(words):
        return
    for part, locale in _INNER_END_LOCALES:
        if part in words:
            chain.locale = locale
    chain.end_inner()


def _skip_noise(lines: Sequence[Line], index: int, chain: DotnetChain) -> int:
    """Step over blank or foreign lines when the trace goes on right after them."""
    noise: list[str] = []
    for ahead in range(index, min(index + _MAX_NOISE_LINES + 2, len(lines))):
        line = lines[ahead]
        if ahead > index and _goes_on(lines, ahead, chain):
            chain.unparsed.extend(noise)
            return ahead - index
        if not line.is_blank:
            if parse_headers(line.bare) and not begins_with_arrow(line.bare):
                return 0
            noise.append(line.text)
            if len(noise) > _MAX_NOISE_LINES:
                return 0
    return 0


def _goes_on(lines: Sequence[Line], index: int, chain: DotnetChain) -> bool:
    bare = lines[index].bare
    if is_separator(bare) or (begins_with_arrow(bare) and parse_headers(bare)):
        return True
    if "" in chain.words and _PAGE_HEADER.match(bare):
        return True
    frame = parse_frame(bare)
    return frame is not None and frame.certain and _belongs(frame, chain)


def _is_believable(chain: DotnetChain) -> bool:
    """A named exception needs one frame; frames alone must look like .NET beyond doubt.

    A word that no resource has begins two frames, or one with its place.
    """
    frames = [frame for exception in chain.exceptions for frame in exception.frames]
    placed = any(frame.file for frame in frames)
    if any(exception.type for exception in chain.exceptions):
        known = any(word in LOCALES or word == "" for word in chain.words)
        return bool(frames) and (known or placed or len(frames) > 1)
    return chain.certain >= 2 or (chain.certain >= 1 and placed)


def _finish(chain: DotnetChain, start: int, end: int, language: str) -> Trace:
    exceptions = tuple(exception.close() for exception in chain.exceptions)
    root = next((n for n, exception in enumerate(chain.exceptions) if exception is chain.root), 0)
    frames = exceptions[root].frames
    locale = chain.locale or _guess_locale(chain.words)
    top = frames[0] if frames else None
    return Trace(language, start, end, exceptions, root, top, locale, tuple(chain.unparsed))


def _guess_locale(words: Counter[str]) -> str | None:
    """The language of the word that most frames begin with, of equals the first."""
    known = [word for word in words if word in LOCALES]
    return LOCALES[max(known, key=words.__getitem__)] if known else None


def find_header(lines: Sequence[Line], first_frame: int, earliest: int) -> int | None:
    """Look upwards from the first frame for the line that opens the chain."""
    nearest: int | None = None
    lowest = max(earliest, first_frame - _MAX_HEADER_LINES)
    for index in range(first_frame - 1, lowest - 1, -1):
        bare = lines[index].bare
        if is_separator(bare):
            continue
        headers = parse_headers(bare, lenient=index == first_frame - 1)
        if not headers:
            if nearest is not None and not lines[index].is_blank and _too_far(nearest, index):
                break
            continue
        nearest = index
        if not (begins_with_arrow(bare) or headers[0].is_inner):
            return index
    return nearest


def _too_far(nearest: int, index: int) -> bool:
    return nearest - index > _MAX_NOISE_LINES + 6
