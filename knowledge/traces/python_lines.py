"""The lines of a Python traceback: frames, exceptions and the sentences that chain them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.codes.code import to_unsigned
from knowledge.traces.chain import OpenException
from knowledge.traces.lines import Line
from knowledge.traces.trace import Frame

HEADER = re.compile(
    r".{0,200}?\b(?:Traceback|Stack) "
    r"\((?:most recent call (?:last|first)|innermost last)\)"
    r"|\s{0,8}(?:Current thread|Thread) 0x[0-9a-f]{4,16} [^\n]{0,60}\(most recent call first\)"
)
FATAL = re.compile(
    r"\s{0,8}(?P<type>Windows fatal exception|Fatal Python error): "
    r"(?P<message>(?:code (?P<code>0x[0-9a-fA-F]{8})\b)?.*)"
)
NOTEBOOK_SOURCE = re.compile(r"\s{0,8}-{1,8}> ?\d+")
CHAIN = re.compile(
    r"\s*(?:During handling of the above exception, another exception occurred"
    r"|The above exception was the direct cause of the following exception)"
)
MEMBER = re.compile(r"\s*\+(?:-\+)?-{4,40}(?: (?P<number>\d{1,4}) -{4,40}|-*\s*$)")
SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")

_GROUP_PREFIX = re.compile(r"\s{0,40}(?:\| ?)+|\s{0,40}\+ (?=Exception Group)")
_QUOTES = "\"“”„«»'‘’"
_FRAME = re.compile(
    rf"\s*(?:-+>)?\s*File [{_QUOTES}](?P<file>[^\n{_QUOTES}]{{1,500}})[{_QUOTES}],?"
    r" line (?P<line>\d{1,7})"
    r"(?P<in>,? in\b[ ]?(?P<function><[\w .:]{1,60}>|[\w.<>]{1,200})?)?"
)
_FRAME_BEGINNING = re.compile(rf"\s*File [{_QUOTES}]")
# IPython: `File ~\x.py:12, in f(a)`, `Cell In[3], line 2, in f()`, `C:\x.py in f(a, b)`.
_NOTEBOOK = re.compile(
    r"\s*(?:File (?P<file>[^\"\n]{1,300}?):(?P<line>\d{1,7})"
    r"|(?P<cell>(?:Cell|Input) In ?\[\d{1,5}\])(?:, line (?P<cell_line>\d{1,7}))?"
    r"|(?P<old><ipython-input-[\w-]{1,80}>|(?:[A-Za-z]:|~|/)[^\n:]{1,300}\.pyx?)(?= in ))"
    r",?(?: in (?P<function><[\w :]{1,60}>|[\w.]{1,200})[ ]?\(?)?"
)
_WRAPPED_NAME = re.compile(r"(?:<[\w ]{1,40}>|[A-Za-z_]\w{0,100})$")
_EXCEPTION = re.compile(r"(?P<type>[^\W\d]\w{0,100}(?:\.\w{1,100}){0,12})(?P<rest>:(?:\s.*)?)?$")
_STRICT_ENDS = (
    "Error", "Exception", "Warning", "Interrupt", "Exit", "Iteration", "ExceptionGroup", "Timeout",
    "timeout", "error", "Failure", "Fault", "Failed", "NotFound", "DoesNotExist",
)  # fmt: skip
_SHOWN = re.compile(r"\[((?:WinError|Errno|Error) -?\d{1,10})\]")
_COM_CODE = re.compile(r"\((-2\d{9}),")
_LIBRARY = re.compile(
    r"site-packages|dist-packages|[\\/]lib[\\/]python\d|[\\/]python[\d.-]*[\\/]lib[\\/]|<frozen "
    r"|[\\/]Python3?\d*[\\/]Lib[\\/]|^[\w.]+[\\/]lib[\\/]|PythonSoftwareFoundation.{0,80}[\\/]lib[\\/]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PythonLine:
    """A line without the bars of an exception group, and its indentation after them."""

    text: str
    indent: int

    @property
    def is_blank(self) -> bool:
        """True when nothing stands in the line."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A frame, how many lines it filled, and whether it says in which function it is."""

    frame: Frame
    count: int
    has_function: bool


def python_line(line: Line) -> PythonLine:
    """Take the bars of an exception group off a line."""
    prefix = _GROUP_PREFIX.match(line.bare)
    text = line.bare[prefix.end() :] if prefix else line.bare
    return PythonLine(text, len(text) - len(text.lstrip()))


def read_frame(lines: Sequence[Line], index: int) -> FrameLine | None:
    """Read the frame at a line, with the name or path that was wrapped to the next ones."""
    text = python_line(lines[index]).text
    if "File" not in text and "In" not in text and " in " not in text:
        return None
    match, count = _FRAME.match(text), 1
    if match is None and _FRAME_BEGINNING.match(text):
        match, count = _read_wrapped(lines, index, text)
    if match is None:
        return _read_notebook(text)
    function = match["function"]
    if match["in"] and function is None and index + count < len(lines):
        following = python_line(lines[index + count]).text
        if _WRAPPED_NAME.match(following):
            function, count = following, count + 1
    frame = _make_frame(function, match["file"], int(match["line"]), text)
    return FrameLine(frame, count, has_function=match["in"] is not None)


def read_exception(text: str) -> OpenException | None:
    """Read `Type: message` or a bare `Type`; None when the line has not this shape."""
    match = _EXCEPTION.match(text.strip()[:4000])
    if match is None:
        return None
    message = (match["rest"] or "")[1:].strip() or None
    shown = _SHOWN.search(message or "")
    com = _COM_CODE.search(message or "")
    code = to_unsigned(int(com[1])) if com and int(com[1]) >= -0x8000_0000 else None
    return OpenException(match["type"], message, code, shown[1] if shown else None)


def is_surely_exception(text: str) -> bool:
    """Whether a line names an exception even where the indentation is lost."""
    match = _EXCEPTION.match(text.strip()[:4000])
    return (
        match is not None
        and match["type"].endswith(_STRICT_ENDS)
        and (match["rest"] is not None or match["type"][0].isupper())
    )


def _read_wrapped(lines: Sequence[Line], index: int, text: str) -> tuple[re.Match[str] | None, int]:
    for count in range(1, 4):
        if index + count >= len(lines):
            break
        following = python_line(lines[index + count]).text
        if _FRAME_BEGINNING.match(following):
            break
        for glue in ("", " "):
            match = _FRAME.match(text + glue + following.strip())
            if match:
                return match, count + 1
        text += following.strip()
    return None, 1


def _read_notebook(text: str) -> FrameLine | None:
    match = _NOTEBOOK.match(text)
    if match is None or not (match["function"] or match["line"] or match["cell_line"]):
        return None
    line = match["line"] or match["cell_line"]
    file = match["file"] or match["cell"] or match["old"]
    frame = _make_frame(match["function"], file, int(line) if line else None, text)
    return FrameLine(frame, 1, has_function=True)


def _make_frame(function: str | None, file: str, line: int | None, text: str) -> Frame:
    in_app = _LIBRARY.search(file[:500]) is None
    return Frame(function, file, line, in_app, text.strip())
