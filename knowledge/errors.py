"""What can be wrong with the knowledge itself: one base class, one subclass per cause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One mistake in one source file.

    `file` is the path as people know it, `field` where in it (`line 12`, `causes[0].tell`), empty
    when the whole file is meant. `message` says what to do about it.
    """

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.field}" if self.field else self.file
        return f"{place}: {self.message}"


class KnowledgeError(Exception):
    """Base of everything that is raised about the knowledge itself."""


class SourceError(KnowledgeError):
    """Sources that cannot be compiled; `faults` are all of them, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        count = len(self.faults)
        heading = "1 fault in the knowledge:" if count == 1 else f"{count} faults in the knowledge:"
        super().__init__("\n  ".join([heading, *map(str, self.faults)]))


class ArticleError(SourceError):
    """An article that cannot be used."""


class PlaybookError(SourceError):
    """A playbook that cannot be used."""


class CompiledFileError(KnowledgeError):
    """A compiled file that is missing, broken or of another version; rebuild it."""


class EntryError(KnowledgeError):
    """An entry of the compiled file that does not fit its model; names the entry."""
