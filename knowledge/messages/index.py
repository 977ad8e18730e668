"""Where fingerprints are looked up: in the compiled file, or in a table in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import compress
from typing import Any, Protocol

from knowledge.messages.fingerprints import MIN_RUN_WORDS, WORDS_BITS, Fingerprint, Step
from knowledge.packing import SortedNumbers, packed

_WORDS_MASK = (1 << WORDS_BITS) - 1
_HALF = 0xFFFF_FFFF


class FingerprintRows(Protocol):
    """A table of fingerprints."""

    @property
    def beginnings(self) -> SortedNumbers:
        """How the runs of all rows begin, as `Step.beginning` has it."""
        ...

    @property
    def halves(self) -> SortedNumbers:
        """The lower 32 bits of all hashes."""
        ...

    def with_hash(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows with this hash, in the order of the table."""
        ...


def _places_of(found: frozenset[int], keys: Sequence[int]) -> Iterable[int]:
    """Return the places of those keys that were found among all."""
    return compress(range(len(keys)), map(found.__contains__, keys)) if found else ()


def packed_beginnings(flags: Iterable[int]) -> bytes:
    """Return `FingerprintRows.beginnings` of a table with these flags."""
    return packed(map(Step.beginning, flags))


def packed_halves(hashes: Iterable[int]) -> bytes:
    """Return `FingerprintRows.halves` of a table with these hashes, whatever their signs."""
    return packed(value & _HALF for value in hashes)


class TableRows:
    """Fingerprints held in memory: for tests, and to measure a table before it is compiled."""

    def __init__(self, rows: Iterable[Fingerprint]) -> None:
        self._rows: dict[int, list[Fingerprint]] = defaultdict(list)
        for row in rows:
            self._rows[row.hash].append(row)

        flags = (row.flags for rows in self._rows.values() for row in rows)
        self.beginnings = SortedNumbers(packed_beginnings(flags))
        self.halves = SortedNumbers(packed_halves(self._rows))

    def with_hash(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows with this hash."""
        return self._rows.get(value, ())


class SqliteRows:
    """Fingerprints in the table `fingerprint` of the compiled file.

    `query` runs a statement with its values and returns all rows; `numbers` returns what the file
    holds packed under a key.
    """

    def __init__(
        self,
        query: Callable[..., Iterable[Sequence[Any]]],
        numbers: Callable[[str], SortedNumbers],
    ) -> None:
        self._query = query
        self._numbers = numbers

    @cached_property
    def beginnings(self) -> SortedNumbers:
        """How the runs begin, from the file."""
        return self._numbers("beginnings")

    @cached_property
    def halves(self) -> SortedNumbers:
        """The lower halves of the hashes, from the file."""
        return self._numbers("halves")

    def with_hash(self, value: int) -> list[Fingerprint]:
        """Return the rows with this hash."""
        # SQLite's integers are signed: the upper half is stored as negative numbers.
        signed = value - (1 << 64) if value >> 63 else value
        return [Fingerprint(value, *row) for row in self._query(_WITH_HASH, signed)]


_WITH_HASH = "SELECT family, value, name, flags FROM fingerprint WHERE hash = ? ORDER BY rowid"


class MessageIndex:
    """The fingerprints with what a search needs to know first: which words may begin a run.

    Nothing is read until the first search. Then the keys become a set (2 MB for the shipped table),
    and one sorted table each of beginnings and hashes (0.3 MB) is kept.
    """

    def __init__(self, rows: FingerprintRows) -> None:
        self.rows = rows

    def places_in(self, pairs: Sequence[int], triples: Sequence[int]) -> list[int]:
        """Return the places, in order, where a run may begin; the keys are those of each place."""
        keys, of_two = self._keys
        # Most texts hold a key or two, by chance: which is told in half the time of where.
        return sorted(
            {
                *_places_of(keys.intersection(triples), triples),
                *_places_of(of_two.intersection(pairs), pairs),
            }
        )

    @cached_property
    def _keys(self) -> tuple[frozenset[int], frozenset[int]]:
        """All keys, and those of runs of two words; these are few."""
        numbers = self.rows.beginnings
        two = (number for number in numbers if number & _WORDS_MASK == MIN_RUN_WORDS)
        # A set that is made from a set takes half as much memory, and is looked up faster for it.
        return (
            frozenset({number >> WORDS_BITS for number in numbers}),
            frozenset({number >> WORDS_BITS for number in two}),
        )

    def lengths(self, key: int) -> list[int]:
        """Return how many words the runs have that begin with a key, longest first."""
        first = key << WORDS_BITS
        numbers = self.rows.beginnings.between(first, first + _WORDS_MASK)
        return [number & _WORDS_MASK for number in reversed(numbers)]

    def rows_with(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows of a hash; most that are asked for have none, and cost no query."""
        return self.rows.with_hash(value) if value & _HALF in self.rows.halves else ()
