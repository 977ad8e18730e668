"""HRESULT and SCODE arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes import hresult
from knowledge.codes.hresult import HResult

VALUES = st.integers(min_value=0, max_value=0xFFFF_FFFF)
ERRORS = st.integers(min_value=0, max_value=0xFFFF)


@given(VALUES)
def test_every_value_is_the_sum_of_its_fields(value: int) -> None:
    assert hresult.join_hresult(hresult.split_hresult(value)) == value


@given(VALUES)
def test_every_value_is_the_sum_of_its_scode_fields(value: int) -> None:
    assert hresult.join_scode(hresult.split_scode(value)) == value


@given(ERRORS)
def test_a_win32_error_survives_being_wrapped(error: int) -> None:
    wrapped = hresult.from_win32(error)
    assert (hresult.to_win32(wrapped) if error else wrapped) == error
    assert hresult.is_hresult_from_win32(wrapped) == (error != 0)


@given(VALUES.filter(lambda value: not value & hresult.NT_BIT))
def test_a_status_survives_being_wrapped(status: int) -> None:
    assert hresult.to_nt(hresult.from_nt(status)) == status


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        pytest.param(0x80070005, HResult(True, 7, 5), id="win32"),
        pytest.param(0x80004005, HResult(True, 0, 0x4005), id="no facility"),
        pytest.param(0x00041301, HResult(False, 4, 0x1301), id="success"),
        pytest.param(0xA0000001, HResult(True, 0, 1, customer=True), id="customer"),
        pytest.param(
            0xD0000022, HResult(True, 0, 0x22, nt=True, reserved=True), id="wrapped NTSTATUS"
        ),
    ],
)
def test_fields_are_read_from_their_bits(value: int, fields: HResult) -> None:
    assert hresult.split_hresult(value) == fields


def test_access_denied_becomes_e_accessdenied() -> None:
    assert hresult.from_win32(5) == 0x80070005


def test_other_facilities_hold_no_win32_error() -> None:
    assert hresult.to_win32(0x80004005) is None
    assert hresult.to_nt(0x80070005) is None


def test_s_false_is_no_failure() -> None:
    assert not hresult.is_failure(1)
    assert hresult.is_failure(0x80004005)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda: hresult.split_hresult(-1), id="negative"),
        pytest.param(lambda: hresult.split_hresult(1 << 32), id="33 bits"),
        pytest.param(lambda: hresult.from_win32(0x10000), id="no Win32 error"),
        pytest.param(lambda: hresult.join_hresult(HResult(True, 0x800, 0)), id="facility"),
        pytest.param(lambda: hresult.join_hresult(HResult(True, 0, 0x10000)), id="code"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_limit(fault) -> None:
    with pytest.raises(ValueError, match="must be 0 to 0x"):
        fault()
