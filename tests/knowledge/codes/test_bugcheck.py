"""Bug check codes and the codes in their parameters."""

from __future__ import annotations

import pytest

from knowledge.codes.bugcheck import codes_in_parameters, parameter_places, plain_code


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(0x1000007E, 0x7E, id="minidump form"),
        pytest.param(0x7E, 0x7E, id="plain"),
        pytest.param(0xC000021A, 0xC000021A, id="status form"),
        pytest.param(0xDEADDEAD, 0xDEADDEAD, id="manual crash"),
    ],
)
def test_the_minidump_mark_is_taken_off(value: int, plain: int) -> None:
    assert plain_code(value) == plain


@pytest.mark.parametrize(
    ("value", "parameters", "codes"),
    [
        pytest.param(
            0x7E, (0xFFFFFFFFC0000005, 1, 2, 3), (("ntstatus", 0xC0000005),), id="sign-extended"
        ),
        pytest.param(0x139, (3, 1, 2, 0), (("fast_fail", 3),), id="fast fail"),
        pytest.param(0x7A, (1, 0xC000009C), (("ntstatus", 0xC000009C),), id="second parameter"),
        pytest.param(0x7A, (1,), (), id="cut short"),
        pytest.param(0xD1, (0, 2, 0, 0), (), id="addresses only"),
        pytest.param(0x999, (1, 2, 3, 4), (), id="unknown"),
    ],
)
def test_codes_are_found_in_their_parameters(value: int, parameters, codes) -> None:
    assert codes_in_parameters(value, parameters) == codes


def test_places_count_from_one_to_four() -> None:
    assert all(1 <= place.number <= 4 for code in range(0x200) for place in parameter_places(code))
