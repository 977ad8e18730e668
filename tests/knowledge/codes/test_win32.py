"""Win32 error numbers and their ranges."""

from __future__ import annotations

from itertools import pairwise

import pytest

from knowledge.catalog.families import read_families
from knowledge.codes.win32 import RANGES, family_of_range, is_application_defined, is_win32
from knowledge.sources import PACKAGE


@pytest.mark.parametrize(
    ("value", "family"),
    [
        (2182, "lmerr"),
        (10061, "winsock"),
        (12029, "wininet"),
        (8453, "active_directory"),
        (5, None),
    ],
)
def test_a_number_belongs_to_the_family_of_its_range(value: int, family: str | None) -> None:
    assert family_of_range(value) == family


def test_ranges_are_ordered_apart_and_of_known_families() -> None:
    assert all(before.last < after.first for before, after in pairwise(RANGES))
    entries = read_families(PACKAGE / "catalog" / "families.yaml", "families.yaml").entries
    assert {r.family for r in RANGES} <= set(entries)


def test_only_16_bit_numbers_are_win32_errors() -> None:
    assert is_win32(0xFFFF)
    assert not is_win32(0x10000)
    assert is_application_defined(0xE0000001)
