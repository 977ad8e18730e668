"""How much a word says for a document: BM25F.

A word counts by its rareness, by the fields in which it stands, and less with each repeat; in a
field that is longer than usual it counts less. (Robertson and Zaragoza, The Probabilistic Relevance
Framework: BM25 and Beyond, 2009.)
"""

from __future__ import annotations

import math
import tempfile
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SCALE = 1000
"""Weights are kept as whole numbers: thousandths."""
MAX_WEIGHT = 0xFFFF
_MIN_WEIGHT = 20
SATURATION = 1.2
# What waits for the second look is kept in memory up to here, then on disk.
_MOST_BYTES = 32 * 1024 * 1024


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


class Vocabulary:
    """Every word once, with a number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, word: str) -> int:
        """Return the number of a word, a new one where it has none."""
        return self._numbers.setdefault(word, len(self._numbers))

    def words(self) -> list[str]:
        """Return the words by their numbers."""
        return list(self._numbers)


class Weighing:
    """Documents, taken one by one, and then what each word says for each of them.

    How rare a word is shows only at the end. Until then the documents wait as numbers, when they
    are many in a file without a name in `folder`; in memory stays one number a word.
    """

    def __init__(
        self, fields: Mapping[str, Field], vocabulary: Vocabulary, folder: Path | None = None
    ) -> None:
        self._fields = fields
        self._vocabulary = vocabulary
        self._waiting = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed by close)
            _MOST_BYTES, dir=str(folder) if folder else None
        )
        self._lengths = dict.fromkeys(fields, 0)
        self.having = array("I")
        """In how many documents each word stands, by its number; words without any may lack."""
        self.documents = 0

    def add(self, document: Document) -> None:
        """Take the next document."""
        number = self._vocabulary.number
        record = array("I", (0,))
        seen: set[int] = set()
        for name in self._fields:
            words = document[name]
            counts = Counter(words)
            self._lengths[name] += len(words)
            record.extend((len(words), len(counts)))
            numbers = [number(word) for word in counts]
            record.extend(numbers)
            record.extend(counts.values())
            seen.update(numbers)
        record[0] = len(record)
        self._waiting.write(record.tobytes())
        self.documents += 1
        missing = len(self._vocabulary) - len(self.having)
        self.having.frombytes(bytes(missing * self.having.itemsize))
        for each in seen:
            self.having[each] += 1

    def having_word(self, number: int) -> int:
        """Return in how many documents a word stands."""
        return self.having[number] if number < len(self.having) else 0

    def weights(self) -> Iterator[tuple[int, int, int]]:
        """Yield (document's number, word's number, weight) for every word of every document."""
        count = max(1, self.documents)
        usual = [max(1.0, length / count) for length in self._lengths.values()]
        fields = list(zip(self._fields.values(), usual, strict=True))
        said = [rareness(having, count) for having in self.having]
        for document, record in enumerate(self._records()):
            for word, strength in _strengths(record, fields).items():
                weight = round(said[word] * strength / (strength + SATURATION) * SCALE)
                if weight >= _MIN_WEIGHT:
                    yield document, word, min(MAX_WEIGHT, weight)

    def close(self) -> None:
        """Let go of the file."""
        self._waiting.close()

    def _records(self) -> Iterator[array[int]]:
        self._waiting.seek(0)
        for _ in range(self.documents):
            size = array("I", self._waiting.read(4))
            record = array("I")
            record.frombytes(self._waiting.read(4 * (size[0] - 1)))
            yield record


def _strengths(record: array[int], fields: Sequence[tuple[Field, float]]) -> dict[int, float]:
    """What the words of a document count before their rareness, by their numbers."""
    found: dict[int, float] = {}
    at = 0
    for field, usual in fields:
        length, different = record[at], record[at + 1]
        at += 2
        norm = 1 - field.length_share + field.length_share * (length / usual)
        numbers, times = record[at : at + different], record[at + different : at + 2 * different]
        at += 2 * different
        for word, often in zip(numbers, times, strict=True):
            found[word] = found.get(word, 0.0) + field.weight * often / norm
    return found
