"""Sorted numbers: what is in them, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.packing import SortedNumbers, name_number, packed

NUMBERS = st.lists(st.integers(0, 0xFFFF_FFFF), max_size=50)


@given(NUMBERS, st.integers(0, 0xFFFF_FFFF))
def test_numbers_are_found_and_others_are_not(numbers: list[int], other: int) -> None:
    found = SortedNumbers(packed(numbers))
    assert len(found) == len(set(numbers))
    assert all(number in found for number in numbers)
    assert (other in found) == (other in numbers)


def test_they_take_four_bytes_each() -> None:
    assert packed([0x0102_0304, 5, 5]) == b"\x05\0\0\0\x04\x03\x02\x01"
    assert 0 not in SortedNumbers(b"")


@pytest.mark.parametrize("name", ["NOT_A_NAME", "ERROR_FİLE", "\ud800_X", ""])
def test_names_of_no_code_are_known_to_be_none(name: str, base: KnowledgeBase) -> None:
    assert not base.may_have_name(name)
    assert name_number(name) <= 0xFFFF_FFFF


def test_every_value_and_name_of_the_catalogue_is_known(base: KnowledgeBase) -> None:
    assert all(base.has_value(code.value) for code in base.codes())
    assert all(map(base.may_have_name, base.names))
