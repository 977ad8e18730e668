"""findings -> answers: what is said about a code, in words only, without any surface's markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.findings import Finding, Reading
from knowledge.guidance import Cause, Fix, Kind, Never, Question, Related, Source, Step

Basis = Literal["article", "playbook", "structure"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything winerr has to say about one finding.

    `reading` is the code explained, `others` the readings it was preferred to. `basis` says what
    the answer rests on: an article about this code, a playbook for its subsystem, or only the
    structure of the number. `context` names the variant that the text selected and why.
    """

    finding: Finding
    reading: Reading
    basis: Basis
    title: str
    summary: str
    kind: Kind = "failure"
    article: str | None = None
    others: tuple[Reading, ...] = ()
    context: str | None = None
    meaning: str | None = None
    background: str | None = None
    seen_in: tuple[str, ...] = ()
    impact: str | None = None
    causes: tuple[Cause, ...] = ()
    diagnose: tuple[Step, ...] = ()
    fix: tuple[Fix, ...] = ()
    never: tuple[Never, ...] = ()
    developer_notes: str | None = None
    faq: tuple[Question, ...] = ()
    related: tuple[Related, ...] = ()
    sources: tuple[Source, ...] = ()
    updated: str | None = None
