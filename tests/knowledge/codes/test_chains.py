"""One failure in its several forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes import chains, hresult, ntstatus
from knowledge.codes.chains import Inner


@pytest.mark.parametrize(
    ("value", "inner"),
    [
        pytest.param(0x80070005, Inner("win32", 5), id="HRESULT of a Win32 error"),
        pytest.param(0xC0070005, Inner("win32", 5), id="NTSTATUS of a Win32 error"),
        pytest.param(0xD0000022, Inner("ntstatus", 0xC0000022), id="HRESULT of an NTSTATUS"),
        pytest.param(0x80004005, None, id="plain HRESULT"),
        pytest.param(0xC0000022, None, id="plain NTSTATUS"),
        pytest.param(0xF0000022, None, id="customer"),
        pytest.param(5, None, id="plain Win32 error"),
    ],
)
def test_a_wrapper_is_opened_one_level(value: int, inner: Inner | None) -> None:
    assert chains.unwrap(value) == inner


def test_nested_wrappers_are_opened_to_the_end() -> None:
    assert list(chains.unwrap_all(0xD0070005)) == [Inner("ntstatus", 0xC0070005), Inner("win32", 5)]


@given(st.integers(min_value=1, max_value=0xFFFF))
def test_every_spelling_of_a_win32_error_leads_back_to_it(error: int) -> None:
    plain, as_hresult, as_status = chains.spellings_of_win32(error)
    assert plain.value == error
    assert chains.unwrap(as_hresult.value) == chains.unwrap(as_status.value) == plain
    twice = hresult.from_nt(ntstatus.from_win32(error))
    assert list(chains.unwrap_all(twice))[-1] == plain


@pytest.mark.parametrize(
    ("status", "win32"),
    [
        pytest.param(0xC0070005, 5, id="0xC007"),
        pytest.param(0x80070005, 5, id="0x8007"),
        pytest.param(0xC0010005, 5, id="0xC001"),
        pytest.param(0xE0070005, None, id="customer bit"),
        pytest.param(0xC0000022, None, id="the table's business"),
    ],
)
def test_whole_ranges_of_statuses_follow_a_rule(status: int, win32: int | None) -> None:
    assert chains.win32_of_ntstatus_by_rule(status) == win32


def test_a_status_with_the_nt_bit_is_looked_up_without_it() -> None:
    assert chains.status_without_nt_bit(0xD0000022) == 0xC0000022
    assert chains.status_without_nt_bit(0x90000022) == 0x90000022
