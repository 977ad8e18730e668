"""Which of an article's context variants a text selects, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from knowledge.guidance import Cause, Step, Variant
from knowledge.wording import FoldedText

PartT = TypeVar("PartT", Cause, Step)


@dataclass(frozen=True, slots=True)
class Selection:
    """A variant and the words of the text that selected it."""

    variant: Variant
    words: tuple[str, ...]

    def told(self) -> str:
        """Where, why and what it means there, as one paragraph."""
        said = ", ".join(f"“{word}”" for word in self.words[:3])
        where = self.variant.where[:1].upper() + self.variant.where[1:]
        return f"{where}, because the text says {said}. {self.variant.meaning}"


def select_variant(text: FoldedText, variants: Iterable[Variant]) -> Selection | None:
    """Return the variant with most of its words in the text (the first of equals), or None."""
    best: Selection | None = None
    for variant in variants:
        words = tuple(word for word in variant.when if text.holds(word))
        if words and (best is None or len(words) > len(best.words)):
            best = Selection(variant, words)
    return best


def first_of(parts: Iterable[PartT], ids: Iterable[str | None]) -> tuple[PartT, ...]:
    """The parts with those of the given ids moved to the front, in the order of the ids."""
    listed = tuple(parts)
    order = {name: place for place, name in enumerate(ids)}
    return tuple(sorted(listed, key=lambda part: order.get(part.id, len(order))))
