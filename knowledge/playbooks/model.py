"""A playbook: how to work on a subsystem, for those of its codes that have no article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from knowledge.codes.code import MAX_CODE, Code
from knowledge.constraints import AtLeast, Between, Chars
from knowledge.errors import PlaybookError
from knowledge.guidance import Cause, Fix, Part, Question, Source, Step

# How much each kind of match says: a name or range is about the code, a family about its header.
RANK_RANGE, RANK_PREFIX, RANK_FACILITY, RANK_FAMILY = 4, 3, 2, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRange(Part):
    """Codes of one family from `first` to `last`, both included."""

    family: Annotated[str, Chars(pattern=r"^[a-z0-9_]{2,40}$")]
    first: Annotated[int, Between(0, MAX_CODE)]
    last: Annotated[int, Between(0, MAX_CODE)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Part):
    """The facility field of an HRESULT (bits 26-16) or NTSTATUS (bits 27-16)."""

    kind: Literal["hresult", "ntstatus"]
    number: Annotated[int, Between(0, 0xFFF)]

    def holds(self, value: int) -> bool:
        """Whether an unsigned 32-bit value of this kind carries this facility."""
        width = 0x7FF if self.kind == "hresult" else 0xFFF
        return (value >> 16) & width == self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches(Part):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook(Part):
    """Where a subsystem logs, why it usually fails, what to run and what to do.

    `id` is the file's name without its suffix.
    """

    id: Annotated[str, Chars(pattern=r"^[a-z0-9-]{2,40}$")]
    title: Annotated[str, Chars(5, 100)]
    matches: Matches
    summary: Annotated[str, Chars(80, 400)]
    where_it_logs: Annotated[tuple[str, ...], AtLeast(1)]
    causes: Annotated[tuple[Cause, ...], AtLeast(2)]
    diagnose: Annotated[tuple[Step, ...], AtLeast(2)]
    fix: tuple[Fix, ...] = ()
    faq: tuple[Question, ...] = ()
    sources: Annotated[tuple[Source, ...], AtLeast(1)]
    updated: date


def load_playbook(path: Path, shown_as: str | None = None) -> Playbook:
    """Read one playbook; PlaybookError with every fault (file as `shown_as`, field and line)."""
    # Reading what was built needs neither YAML nor pydantic.
    from knowledge.articles.rules import PLAYBOOK_RULES
    from knowledge.strict_yaml import read_document, validate

    document = read_document(path, shown_as or f"{path.parent.name}/{path.name}")
    playbook = validate(document, Playbook, {"id": path.stem}, PLAYBOOK_RULES)
    if playbook is None or document.faults:
        raise PlaybookError(document.faults)
    return playbook
