"""Where fingerprints are looked up: in the compiled file, or in a table in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from typing import Any, Protocol

from knowledge.messages.fingerprints import KEY_BITS, KEY_MASK, MIN_RUN_WORDS, Fingerprint


class FingerprintRows(Protocol):
    """A table of fingerprints."""

    def flags(self) -> Iterable[int]:
        """Return the flags of all rows, each at least once."""
        ...

    def with_hash(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows with this hash, in the order of the table."""
        ...


class TableRows:
    """Fingerprints held in memory: for tests, and to measure a table before it is compiled."""

    def __init__(self, rows: Iterable[Fingerprint]) -> None:
        self._rows: dict[int, list[Fingerprint]] = defaultdict(list)
        for row in rows:
            self._rows[row.hash].append(row)

    def flags(self) -> Iterator[int]:
        """Return the flags of all rows."""
        return (row.flags for rows in self._rows.values() for row in rows)

    def with_hash(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows with this hash."""
        return self._rows.get(value, ())


class SqliteRows:
    """Fingerprints in the table `fingerprint` of the compiled file.

    `query` runs a statement with its values and returns all rows.
    """

    def __init__(self, query: Callable[..., Iterable[Sequence[Any]]]) -> None:
        self._query = query

    def flags(self) -> Iterator[int]:
        """Return the flags of all rows; one query over the whole table."""
        # DISTINCT would cost more than the few rows that it saves.
        return (flags for (flags,) in self._query("SELECT flags FROM fingerprint"))

    def with_hash(self, value: int) -> list[Fingerprint]:
        """Return the rows with this hash."""
        # SQLite's integers are signed: the upper half is stored as negative numbers.
        signed = value - (1 << 64) if value >> 63 else value
        return [Fingerprint(value, *row) for row in self._query(_WITH_HASH, signed)]


_WITH_HASH = "SELECT family, value, name, flags FROM fingerprint WHERE hash = ? ORDER BY rowid"


class MessageIndex:
    """The fingerprints with what a search needs to know first: which words may begin a run.

    Nothing is read until the first search. Then one small table is built from the rows' flags
    (about 100 bytes for each distinct beginning, 3 MB for the shipped table) and kept.
    """

    def __init__(self, rows: FingerprintRows) -> None:
        self.rows = rows

    def places_in(self, pairs: Sequence[int], triples: Sequence[int]) -> list[int]:
        """Return the places, in order, where a run may begin; the keys are those of each place."""
        places = compress(range(len(triples)), map(self.beginnings.__contains__, triples))
        if self._pairs.isdisjoint(pairs):
            return list(places)
        return sorted({*places, *compress(range(len(pairs)), map(self._pairs.__contains__, pairs))})

    @cached_property
    def _pairs(self) -> frozenset[int]:
        """The keys of runs of two words; they are few."""
        of_two = 1 << MIN_RUN_WORDS
        return frozenset(key for key, lengths in self.beginnings.items() if lengths & of_two)

    @cached_property
    def beginnings(self) -> dict[int, int]:
        """Key of the first words -> lengths of the runs that begin so: bit n for n words."""
        found: dict[int, int] = {}
        for flags in self.rows.flags():
            key = flags & KEY_MASK
            found[key] = found.get(key, 0) | 1 << (flags >> KEY_BITS & 63)
        return found

    def lengths(self, key: int) -> tuple[int, ...]:
        """Return how many words the runs have that begin with a key, longest first."""
        return _lengths(self.beginnings.get(key, 0))

    def rows_with(self, value: int) -> Sequence[Fingerprint]:
        """Return the rows of a hash."""
        return self.rows.with_hash(value)


@lru_cache(maxsize=4096)
def _lengths(mask: int) -> tuple[int, ...]:
    return tuple(length for length in range(mask.bit_length() - 1, -1, -1) if mask >> length & 1)
