"""Python tracebacks: chained, grouped, annotated, wrapped, without their header or indentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.traces.chain import MAX_EXCEPTIONS, MAX_TRACES, OpenException
from knowledge.traces.lines import Line
from knowledge.traces.python_boxed import read_box
from knowledge.traces.python_lines import (
    CHAIN,
    FATAL,
    HEADER,
    MEMBER,
    NOTEBOOK_SOURCE,
    SYNTAX_ERRORS,
    is_surely_exception,
    python_line,
    read_exception,
    read_frame,
)
from knowledge.traces.trace import Frame, Trace

LANGUAGE = "python"
_OPENING_SIGNS = (
    "(most recent call", "(innermost last", "File ", "Cell In", "Input In", ".py", "<ipython",
)  # fmt: skip
_MAX_SOURCE_LINES = 40
_MAX_UNINDENTED_LINES = 3
_MAX_LINES_TO_CHAIN = 40


@dataclass
class _Block:
    """One `Traceback` with its exception; `last` is the index of its last line."""

    exception: OpenException
    last: int
    most_recent_first: bool = False
    counted: int = 0
    skipped_file: bool = False
    unparsed: list[str] = field(default_factory=list)


@dataclass
class _Chain:
    """The blocks of one trace, outermost first, while they are joined."""

    exceptions: list[OpenException]
    anchor: int = 0
    root: int = 0

    def add_outer(self, exception: OpenException) -> None:
        """Add the exception that was raised because of, or after, the chain read last."""
        if len(self.exceptions) >= MAX_EXCEPTIONS:
            return
        self.exceptions.insert(self.anchor, exception)
        if self.root >= self.anchor:
            self.root += 1

    def add_member(self, exception: OpenException, number: int) -> None:
        """Add a member of an exception group; the first one is taken for the cause."""
        if len(self.exceptions) >= MAX_EXCEPTIONS:
            return
        if number == 1 and self.root == len(self.exceptions) - 1:
            self.root += 1
        self.exceptions.append(exception)
        self.anchor = len(self.exceptions) - 1


def find(lines: Sequence[Line]) -> tuple[Trace, ...]:
    """Return the Python traces in these lines, in order."""
    traces: list[Trace] = []
    earliest = index = 0
    while index < len(lines) and len(traces) < MAX_TRACES:
        bare = lines[index].bare
        if not any(sign in bare for sign in _OPENING_SIGNS):
            index += 1
            continue
        box = read_box(lines, index) if "recent call last) " in bare else None
        if box is not None:
            traces.append(box[0])
            earliest = index = box[1] + 1
            continue
        if HEADER.match(bare) is None and read_frame(lines, index) is None:
            index += 1
            continue
        read = _read_trace(lines, index, earliest)
        if read is None:
            index += 1
            continue
        traces.append(read[0])
        earliest = index = read[1] + 1
    return tuple(traces)


def _read_trace(lines: Sequence[Line], begin: int, earliest: int) -> tuple[Trace, int] | None:
    block = _read_block(lines, begin)
    if block is None:
        return None
    unparsed, chain, first = list(block.unparsed), _Chain([block.exception]), block
    while (link := _find_link(lines, block.last + 1)) is not None:
        position, number = link
        following = _read_block(lines, position)
        if following is None:
            break
        if number is None:
            chain.add_outer(following.exception)
        else:
            chain.add_member(following.exception, number)
        unparsed += following.unparsed
        block = following
    begin = _with_exception_above(lines, begin, earliest, chain)
    exceptions = tuple(exception.close() for exception in chain.exceptions)
    frames = exceptions[chain.root].frames
    top = (frames[0] if first.most_recent_first else frames[-1]) if frames else None
    start, end = lines[begin].start, lines[block.last].end
    trace = Trace(LANGUAGE, start, end, exceptions, chain.root, top, "en", tuple(unparsed))
    return trace, block.last


def _read_block(lines: Sequence[Line], begin: int) -> _Block | None:
    """Read one traceback from its header, or from its first frame where the header is missing."""
    header = HEADER.match(lines[begin].bare)
    index = begin + 1 if header else begin
    first = python_line(lines[begin])
    base = first.indent if header else max(0, first.indent - 2)
    block = _Block(OpenException(None), begin)
    block.most_recent_first = header is not None and "recent call first" in lines[begin].bare
    index = _read_frames(lines, index, base, block)
    _read_end(lines, index, block, has_header=header is not None)
    has_type = block.exception.type is not None
    if block.counted or (has_type and (header is not None or block.skipped_file)):
        is_enough = header is not None or has_type or block.counted >= 2
        return block if is_enough else None
    return block if has_type and MEMBER.match(lines[max(0, begin - 1)].bare) else None


def _read_frames(lines: Sequence[Line], index: int, base: int, block: _Block) -> int:
    """Collect frames with the source lines between them; return where they end."""
    since_frame = 0
    while index < len(lines):
        read = read_frame(lines, index)
        if read is not None:
            _add_frame(lines, index + read.count, read.frame, read.has_function, block)
            block.last = index + read.count - 1
            index, since_frame = index + read.count, 0
            continue
        line = python_line(lines[index])
        if CHAIN.match(line.text) or HEADER.match(line.text) or MEMBER.match(lines[index].bare):
            return index
        if _ends_block(lines, index, base, since_frame, block):
            return index
        since_frame += 1
        index += 1
    return index


def _add_frame(
    lines: Sequence[Line], following: int, frame: Frame, has_function: bool, block: _Block
) -> None:
    """Add a frame; the place that a SyntaxError points at is not a call and is not counted."""
    ahead = [python_line(line).text for line in lines[following : following + 4]]
    if not has_function and any(text.strip().startswith(SYNTAX_ERRORS) for text in ahead):
        block.skipped_file = True
        return
    block.exception.frames.append(frame)
    block.counted += 1


def _ends_block(
    lines: Sequence[Line], index: int, base: int, since_frame: int, block: _Block
) -> bool:
    """Whether the frames are over at this line, which stands `since_frame` lines below the last."""
    line = python_line(lines[index])
    if line.is_blank:
        return not _goes_on(lines, index, base, since_frame)
    if NOTEBOOK_SOURCE.match(lines[index].text):
        return False
    if is_surely_exception(line.text) and line.indent <= base:
        return not _frame_ahead(lines, index, 1) or ": " in line.text
    if line.indent > base:
        return since_frame > _MAX_SOURCE_LINES
    if _frame_ahead(lines, index, _MAX_UNINDENTED_LINES):
        return False
    if since_frame == 0 and not block.exception.frames:
        return True
    # A source line that lost its indentation stands directly below its frame.
    after = index + 1
    return not (
        since_frame == 0
        and after < len(lines)
        and read_exception(python_line(lines[after]).text) is not None
        and is_surely_exception(python_line(lines[after]).text)
    )


def _goes_on(lines: Sequence[Line], index: int, base: int, since_frame: int) -> bool:
    """Whether a frame or its source line comes after the blank line at `index`."""
    following = _next_block(lines, index)
    if following is None or following - index > 3:
        return False
    is_source = since_frame <= 2 and python_line(lines[following]).indent > base
    return is_source or read_frame(lines, following) is not None


def _frame_ahead(lines: Sequence[Line], index: int, distance: int) -> bool:
    ahead = range(index + 1, min(index + 1 + distance, len(lines)))
    return any(read_frame(lines, other) is not None for other in ahead)


def _read_end(lines: Sequence[Line], index: int, block: _Block, *, has_header: bool) -> None:
    """Read the line that names the exception, if the trace was not cut off before it."""
    while index < len(lines) and lines[index].is_blank and index - block.last <= 3:
        index += 1
    if index >= len(lines):
        return
    text = python_line(lines[index]).text
    if CHAIN.match(text) or HEADER.match(text):
        return
    exception = read_exception(text)
    if exception is None or not (block.counted or is_surely_exception(text)):
        return
    if not (has_header or is_surely_exception(text)):
        return
    exception.frames = block.exception.frames
    block.exception, block.last = exception, index


def _find_link(lines: Sequence[Line], index: int) -> tuple[int, int | None] | None:
    """Find the next block of the same trace: (its line, number in a group or None if chained)."""
    for position in range(index, min(index + _MAX_LINES_TO_CHAIN, len(lines))):
        bare = lines[position].bare
        text = python_line(lines[position]).text
        if CHAIN.match(text):
            begin = _next_block(lines, position + 1)
            return None if begin is None else (begin, None)
        member = MEMBER.match(bare)
        if member and member["number"]:
            begin = _next_block(lines, position + 1)
            return None if begin is None else (begin, int(member["number"]))
        if HEADER.match(text):
            return None
    return None


def _next_block(lines: Sequence[Line], index: int) -> int | None:
    while index < len(lines) and lines[index].is_blank:
        index += 1
    return index if index < len(lines) else None


def _with_exception_above(lines: Sequence[Line], begin: int, earliest: int, chain: _Chain) -> int:
    """Take the exception from the line above the header, where some loggers print it."""
    outermost = chain.exceptions[0]
    if outermost.type is not None or begin <= earliest or HEADER.match(lines[begin].bare) is None:
        return begin
    for index in range(begin - 1, max(earliest - 1, begin - 4), -1):
        fatal = FATAL.match(lines[index].bare)
        if fatal:
            chain.exceptions[0].type = fatal["type"]
            chain.exceptions[0].message = fatal["message"].strip()
            if fatal["code"]:
                chain.exceptions[0].code = int(fatal["code"], 16)
            return index
    above = python_line(lines[begin - 1]).text
    exception = read_exception(above) if is_surely_exception(above) else None
    if exception is None:
        return begin
    exception.frames = outermost.frames
    chain.exceptions[0] = exception
    return begin - 1
