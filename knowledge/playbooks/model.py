"""A playbook: how to work on a subsystem, for those of its codes that have no article."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from knowledge.articles.rules import COMMON_RULES, as_errors, broken
from knowledge.codes.code import MAX_CODE, Code
from knowledge.errors import PlaybookError
from knowledge.guidance import Cause, Fix, Question, Source, Step, Strict
from knowledge.strict_yaml import read_document, validate

# How much each kind of match says: a name or range is about the code, a family about its header.
RANK_RANGE, RANK_PREFIX, RANK_FACILITY, RANK_FAMILY = 4, 3, 2, 1


class CodeRange(Strict):
    """Codes of one family from `first` to `last`, both included."""

    family: str = Field(pattern=r"^[a-z0-9_]{2,40}$")
    first: int = Field(ge=0, le=MAX_CODE)
    last: int = Field(ge=0, le=MAX_CODE)

    @model_validator(mode="after")
    def _first_comes_first(self) -> CodeRange:
        if self.last < self.first:
            raise ValueError("last is below first: exchange them")
        return self


class Facility(Strict):
    """The facility field of an HRESULT (bits 26-16) or NTSTATUS (bits 27-16)."""

    kind: Literal["hresult", "ntstatus"]
    number: int = Field(ge=0, le=0xFFF)

    def holds(self, value: int) -> bool:
        """Whether an unsigned 32-bit value of this kind carries this facility."""
        width = 0x7FF if self.kind == "hresult" else 0xFFF
        return (value >> 16) & width == self.number


class Matches(Strict):
    """Which codes a playbook is for; the most telling match decides between playbooks.

    `prefixes` are beginnings of names (`ERROR_DS_`). A facility counts only within `families` of
    its own kind: codes of the family `hresult` or `ntstatus`.
    """

    families: tuple[str, ...] = ()
    ranges: tuple[CodeRange, ...] = ()
    facilities: tuple[Facility, ...] = ()
    prefixes: tuple[str, ...] = ()

    def rank(self, code: Code) -> int:
        """How telling the match with a code is: 0 (none) to 4 (its number lies in a range)."""
        if any(r.family == code.family and r.first <= code.value <= r.last for r in self.ranges):
            return RANK_RANGE
        if code.name and code.name.startswith(self.prefixes):
            return RANK_PREFIX
        if any(f.kind == code.family and f.holds(code.value) for f in self.facilities):
            return RANK_FACILITY
        return RANK_FAMILY if code.family in self.families else 0


class Playbook(Strict):
    """Where a subsystem logs, why it usually fails, what to run and what to do.

    `id` is the file's name without its suffix.
    """

    id: str = Field(pattern=r"^[a-z0-9-]{2,40}$")
    title: str = Field(min_length=5, max_length=100)
    matches: Matches
    summary: str = Field(min_length=80, max_length=400)
    where_it_logs: tuple[str, ...] = Field(min_length=1)
    causes: tuple[Cause, ...] = Field(min_length=2)
    diagnose: tuple[Step, ...] = Field(min_length=2)
    fix: tuple[Fix, ...] = ()
    faq: tuple[Question, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    updated: date

    @model_validator(mode="after")
    def _references_lead_somewhere(self) -> Playbook:
        if findings := broken(self.model_dump(), COMMON_RULES):
            raise ValidationError.from_exception_data("Playbook", as_errors(findings))
        return self


def load_playbook(path: Path, shown_as: str | None = None) -> Playbook:
    """Read one playbook; PlaybookError with every fault (file as `shown_as`, field and line)."""
    document = read_document(path, shown_as or f"{path.parent.name}/{path.name}")
    playbook = validate(document, Playbook, {"id": path.stem}, COMMON_RULES)
    if playbook is None or document.faults:
        raise PlaybookError(document.faults)
    return playbook
