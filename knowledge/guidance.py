"""The parts that articles and playbooks are made of: causes, steps, fixes, questions.

An unknown key is a fault, and nothing changes after loading. Plain text, no markup: each surface
(Slack, command line, web page) formats it in its own way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from knowledge.constraints import AtLeast, Chars

Kind = Literal["failure", "success_action", "progress", "envelope", "state"]
Shell = Literal["powershell", "cmd", "windbg", "sql", "bash", "gui"]
Rights = Literal["user", "administrator"]
Changes = Literal["nothing", "restarts something", "settings", "loses data"]
Risk = Literal["none", "low", "restarts something", "weakens security", "loses data"]
Relation = Literal[
    "same_as", "wraps", "outer_of", "sibling", "confused_with", "cause_of", "followed_by"
]


class Part:
    """Base of everything that people write in YAML here.

    `knowledge.strict_yaml` checks it where people wrote it; from then on it is taken as it is.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {
        "extra": "forbid",
        "str_strip_whitespace": True,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause(Part):
    """Why it happens; `tell` is the sign that separates this cause from the others.

    `id` is the name by which fixes refer to it, `check` the id of the diagnose step that shows it.
    """

    id: Annotated[str, Chars(pattern=r"^[a-z0-9-]{2,40}$")]
    text: Annotated[str, Chars(10, 300)]
    tell: Annotated[str, Chars(10, 300)]
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Part):
    """One thing to look at: what to do, the command for it, and what to expect from it."""

    id: Annotated[str, Chars(pattern=r"^[a-z0-9-]{2,40}$")]
    do: Annotated[str, Chars(10, 400)]
    run: Annotated[str, Chars(most=1200)] | None = None
    expect: Annotated[str, Chars(10, 500)]
    shell: Shell | None = None
    rights: Rights = "user"
    changes: Changes = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix(Part):
    """One way to resolve it, bound to the cause that it removes (`for_cause` is its id)."""

    for_cause: str
    do: Annotated[str, Chars(10, 600)]
    run: Annotated[str, Chars(most=1200)] | None = None
    shell: Shell | None = None
    rights: Rights = "user"
    risk: Risk = "none"
    undo: Annotated[str, Chars(most=400)] | None = None
    restart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Never(Part):
    """Folklore that harms, with the reason not to follow it."""

    do: Annotated[str, Chars(5, 200)]
    why: Annotated[str, Chars(10, 300)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Part):
    """A question people ask, in chat words, and its answer (which begins with the answer)."""

    ask: Annotated[str, Chars(8, 150)]
    also_asked: tuple[str, ...] = ()
    answer: Annotated[str, Chars(20, 500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Related(Part):
    """Another code, by name, how it relates and why that matters."""

    code: str
    family: str
    relation: Relation
    why: Annotated[str, Chars(10, 200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Part):
    """Where a statement comes from, what it supports and when somebody last looked."""

    url: Annotated[str, Chars(pattern=r"^https://")]
    supports: Annotated[str, Chars(5, 200)]
    checked: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Part):
    """What the same code means in a certain context, and what to look at first there.

    `when` are words or phrases of the text, any of which selects this variant. `first_check` is the
    id of the diagnose step to begin with, `causes` are the ids of the causes to expect first.
    """

    where: Annotated[str, Chars(3, 80)]
    when: Annotated[tuple[str, ...], AtLeast(1)]
    meaning: Annotated[str, Chars(20, 500)]
    first_check: str | None = None
    causes: tuple[str, ...] = ()
