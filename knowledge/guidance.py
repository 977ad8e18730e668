"""The parts that articles and playbooks are made of: causes, steps, fixes, questions.

Strict models: an unknown key is a fault, and nothing changes after loading. Plain text, no markup:
each surface (Slack, command line, web page) formats it in its own way.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["failure", "success_action", "progress", "envelope", "state"]
Shell = Literal["powershell", "cmd", "windbg", "sql", "bash", "gui"]
Rights = Literal["user", "administrator"]
Changes = Literal["nothing", "restarts something", "settings", "loses data"]
Risk = Literal["none", "low", "restarts something", "weakens security", "loses data"]
Relation = Literal[
    "same_as", "wraps", "outer_of", "sibling", "confused_with", "cause_of", "followed_by"
]


class Strict(BaseModel):
    """Base of everything that people write in YAML here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Cause(Strict):
    """Why it happens; `tell` is the sign that separates this cause from the others.

    `id` is the name by which fixes refer to it, `check` the id of the diagnose step that shows it.
    """

    id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    text: str = Field(min_length=10, max_length=300)
    tell: str = Field(min_length=10, max_length=300)
    check: str | None = None


class Step(Strict):
    """One thing to look at: what to do, the command for it, and what to expect from it."""

    id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    do: str = Field(min_length=10, max_length=400)
    run: str | None = Field(default=None, max_length=1200)
    expect: str = Field(min_length=10, max_length=500)
    shell: Shell | None = None
    rights: Rights = "user"
    changes: Changes = "nothing"


class Fix(Strict):
    """One way to resolve it, bound to the cause that it removes (`for_cause` is its id)."""

    for_cause: str
    do: str = Field(min_length=10, max_length=600)
    run: str | None = Field(default=None, max_length=1200)
    shell: Shell | None = None
    rights: Rights = "user"
    risk: Risk = "none"
    undo: str | None = Field(default=None, max_length=400)
    restart: bool = False


class Never(Strict):
    """Folklore that harms, with the reason not to follow it."""

    do: str = Field(min_length=5, max_length=200)
    why: str = Field(min_length=10, max_length=300)


class Question(Strict):
    """A question people ask, in chat words, and its answer (which begins with the answer)."""

    ask: str = Field(min_length=8, max_length=150)
    also_asked: tuple[str, ...] = ()
    answer: str = Field(min_length=20, max_length=500)


class Related(Strict):
    """Another code, by name, how it relates and why that matters."""

    code: str
    family: str
    relation: Relation
    why: str = Field(min_length=10, max_length=200)


class Source(Strict):
    """Where a statement comes from, what it supports and when somebody last looked."""

    url: str = Field(pattern=r"^https://")
    supports: str = Field(min_length=5, max_length=200)
    checked: date


class Variant(Strict):
    """What the same code means in a certain context, and what to look at first there.

    `when` are words or phrases of the text, any of which selects this variant. `first_check` is the
    id of the diagnose step to begin with, `causes` are the ids of the causes to expect first.
    """

    where: str = Field(min_length=3, max_length=80)
    when: tuple[str, ...] = Field(min_length=1)
    meaning: str = Field(min_length=20, max_length=500)
    first_check: str | None = None
    causes: tuple[str, ...] = ()
