"""What is looked at for every number and name of a text, as sorted numbers of 32 bits.

They are read in one piece, take four bytes each, and most numbers and names are in none of them.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32


class SortedNumbers:
    """Unsigned 32-bit numbers, each once."""

    def __init__(self, packed: bytes) -> None:
        self._numbers = array("I")
        self._numbers.frombytes(packed)
        if sys.byteorder == "big":
            self._numbers.byteswap()

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def between(self, least: int, most: int) -> Sequence[int]:
        """Return the numbers from `least` to `most`, both included, in order."""
        numbers = self._numbers
        return numbers[bisect_left(numbers, least) : bisect_right(numbers, most)]

    def __contains__(self, number: int) -> bool:
        numbers = self._numbers
        place = bisect_left(numbers, number)
        return place < len(numbers) and numbers[place] == number


def packed(numbers: Iterable[int]) -> bytes:
    """Return numbers as `SortedNumbers` takes them: lowest byte first."""
    ordered = array("I", sorted({*numbers}))
    if sys.byteorder == "big":
        ordered.byteswap()
    return ordered.tobytes()


def name_number(name: str) -> int:
    """Return the number of a name in upper case; hardly ever do two names share one."""
    return crc32(name.encode(errors="replace"))
