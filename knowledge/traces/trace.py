"""The shape of a stack trace, the same for every language.

The words mean what `docs/glossary.md` says: exceptions run outermost first (what the caller sees),
frames run as printed, the top frame is the one nearest the throw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Frame(NamedTuple):
    """One printed call. `function` has no parameters, offsets or module prefix."""

    function: str | None
    file: str | None = None
    line: int | None = None
    in_app: bool = True
    text: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionInfo:
    """One exception of a chain.

    `message` is its first line, None when none is printed. `code` is the HRESULT or NTSTATUS that
    the text shows for it (unsigned 32-bit), None when it shows none; `shown_code` any other native
    code as printed (`WinError 5`, `errno -4048`).
    """

    type: str | None
    message: str | None = None
    code: int | None = None
    shown_code: str | None = None
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One stack trace with its chain of exceptions, outermost first.

    `start` and `end` are character offsets into the text that was parsed. `root_cause` is an index
    into `exceptions`. `unparsed` keeps the lines inside the span that no rule understood.
    """

    language: str
    start: int
    end: int
    exceptions: tuple[ExceptionInfo, ...]
    root_cause: int
    top_frame: Frame | None
    locale: str | None = None
    unparsed: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """How many frames are printed, over all exceptions."""
        return sum(len(exception.frames) for exception in self.exceptions)

    @property
    def root(self) -> ExceptionInfo:
        """The exception that started it."""
        return self.exceptions[self.root_cause]
