"""What messages show of answers, to be compared: equal where the same message comes out."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge import Answer

# All that is shown of an answer, or decides what is; not where in the text it was found.
_SHOWN = attrgetter(
    "finding.mention.as_written", "reading", "others", "basis", "summary", "context", "article",
    "causes", "diagnose", "fix", "never", "faq", "meaning", "background", "impact",
    "developer_notes", "related", "sources",
)  # fmt: skip


class Shown:
    """Answers that are equal to others of which a message would show the same.

    Comparing is cheap: answers from one article share its parts. `answers` must not be empty.
    """

    __slots__ = ("_hash", "_shown", "answers")

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = answers
        self._shown = [_SHOWN(answer) for answer in answers]
        first = answers[0]
        written = first.finding.mention.as_written
        self._hash = hash((len(answers), written, first.reading.value, first.context))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shown) and self._shown == other._shown
