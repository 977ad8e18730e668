"""What stands in a text, and what it can mean: the shapes that extraction and resolution exchange.

text -> Mention (extraction) -> Finding with Readings (resolution) -> Answer (answers).
All of it is immutable and knows nothing of Slack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from knowledge.codes.code import Code, format_hex, to_signed

MentionKind = Literal["number", "symbol", "message", "exception"]
NumberForm = Literal["hex", "bare_hex", "decimal", "signed"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text that may be about a Windows error.

    `start` and `end` are character offsets into the text as it was given, so that
    `text[start:end] == as_written`. `value` is unsigned 32-bit, None for a symbol or message whose
    number is the catalogue's to say. `cue` is the family or form that the words directly around it
    announce ("hresult", "win32", "bugcheck", "exit", "errno", …), None when nothing does.
    `confidence` (0 to 1) is how sure extraction is that this is an error at all.
    """

    start: int
    end: int
    as_written: str
    kind: MentionKind
    value: int | None = None
    form: NumberForm | None = None
    cue: str | None = None
    names: tuple[str, ...] = ()
    confidence: float = 0.5
    why: str = ""


class Reading(NamedTuple):
    """One way to understand a mention, with its confidence (0 to 1) and the reason for it.

    `name` is the canonical name, `names` every name of this value in this family. `inner` is the
    code that this one wraps: the Win32 error in 0x8007xxxx, the NTSTATUS in 0xDxxxxxxx.
    """

    family: str
    value: int
    name: str | None
    names: tuple[str, ...]
    confidence: float
    why: str
    inner: Code | None = None

    @property
    def hex(self) -> str:
        """The value as `0x` and eight digits."""
        return format_hex(self.value)

    @property
    def signed(self) -> int:
        """The value as a signed 32-bit number."""
        return to_signed(self.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """A mention with every plausible reading, best first; never empty."""

    mention: Mention
    readings: tuple[Reading, ...]

    @property
    def best(self) -> Reading:
        """The most plausible reading."""
        return self.readings[0]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A near miss: what was typed is not known, this is (`did you mean`)."""

    code: Code
    why: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """All findings of a text in reading order, and near misses where nothing was found."""

    findings: tuple[Finding, ...] = ()
    suggestions: tuple[Suggestion, ...] = field(default=())
