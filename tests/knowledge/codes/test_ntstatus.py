"""NTSTATUS arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes import ntstatus
from knowledge.codes.ntstatus import NtStatus


@given(st.integers(min_value=0, max_value=0xFFFF_FFFF))
def test_every_value_is_the_sum_of_its_fields(value: int) -> None:
    assert ntstatus.join_ntstatus(ntstatus.split_ntstatus(value)) == value


@given(st.integers(min_value=1, max_value=0xFFFF))
def test_a_win32_error_survives_being_wrapped(error: int) -> None:
    assert ntstatus.to_win32(ntstatus.from_win32(error)) == error


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        pytest.param(0, NtStatus("success", 0, 0), id="success"),
        pytest.param(0x40000000, NtStatus("informational", 0, 0), id="informational"),
        pytest.param(0x80000003, NtStatus("warning", 0, 3), id="warning"),
        pytest.param(0xC0000005, NtStatus("error", 0, 5), id="error"),
        pytest.param(0xC0070005, NtStatus("error", 7, 5), id="wrapped Win32 error"),
        pytest.param(0xE0434352, NtStatus("error", 0x43, 0x4352, customer=True), id="customer"),
        pytest.param(0xD0000022, NtStatus("error", 0, 0x22, reserved=True), id="N bit"),
    ],
)
def test_fields_are_read_from_their_bits(value: int, fields: NtStatus) -> None:
    assert ntstatus.split_ntstatus(value) == fields


def test_success_stays_success_when_wrapped() -> None:
    assert ntstatus.from_win32(0) == 0


def test_warnings_and_errors_are_no_successes() -> None:
    assert [ntstatus.is_success(v) for v in (0, 0x40000000, 0x80000003, 0xC0000005)] == [
        True,
        True,
        False,
        False,
    ]


def test_what_does_not_fit_is_refused_with_its_limit() -> None:
    with pytest.raises(ValueError, match="must be 0 to 0xffffffff"):
        ntstatus.split_ntstatus(1 << 32)
