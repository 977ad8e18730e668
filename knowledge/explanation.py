"""explain(): a text in, everything winerr knows about it out."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.answers import Answer
from knowledge.findings import Finding, Suggestion
from knowledge.traces.trace import Trace


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text holds and what there is to say about it.

    `answers` are ordered by worth for the reader: the innermost error of a chain first.
    `auto_reply` says whether an alert channel should get this answer unasked.
    `is_lookup` is True when the text was nothing but a code or a name.
    """

    findings: tuple[Finding, ...] = ()
    traces: tuple[Trace, ...] = ()
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    auto_reply: bool = False
    is_lookup: bool = False
