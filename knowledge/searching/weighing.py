"""How much a word says for a document: BM25F.

A word counts by its rareness, by the fields in which it stands, and less with each repeat; in a
field that is longer than usual it counts less. (Robertson and Zaragoza, The Probabilistic Relevance
Framework: BM25 and Beyond, 2009.)
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

SCALE = 1000
"""Weights are kept as whole numbers: thousandths."""
MAX_WEIGHT = 0xFFFF
_MIN_WEIGHT = 20
SATURATION = 1.2


@dataclass(frozen=True, slots=True)
class Field:
    """What a word in a field counts, and how far (0 to 1) the field's length takes from it."""

    weight: float
    length_share: float


Document = Mapping[str, Sequence[str]]
"""Words by field."""


def rareness(having: int, total: int) -> float:
    """Return how much a word says that so many of all documents have."""
    return math.log(1 + (total - having + 0.5) / (having + 0.5))


def weighed(
    documents: Sequence[Document], fields: Mapping[str, Field]
) -> Iterator[tuple[int, str, int]]:
    """Yield (document's number, word, weight) for every word of every document."""
    count = max(1, len(documents))
    lengths = {name: sum(len(each[name]) for each in documents) / count for name in fields}
    frequencies: list[dict[str, float]] = []
    having: Counter[str] = Counter()
    for document in documents:
        frequency: dict[str, float] = defaultdict(float)
        for name, field in fields.items():
            words = document[name]
            longer = len(words) / max(1.0, lengths[name])
            norm = 1 - field.length_share + field.length_share * longer
            for word, times in Counter(words).items():
                frequency[word] += field.weight * times / norm
        frequencies.append(frequency)
        having.update(frequency.keys())
    for number, frequency in enumerate(frequencies):
        for word, strength in frequency.items():
            said = rareness(having[word], count) * strength / (strength + SATURATION)
            weight = min(MAX_WEIGHT, round(said * SCALE))
            if weight >= _MIN_WEIGHT:
                yield number, word, weight
