"""Exit codes in their printed forms, and what they can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.codes.code import to_signed
from knowledge.codes.exit_codes import fold_exit_code, kinds_of_exit_code, signal_of_exit_code

VALUES = st.integers(min_value=0, max_value=0xFFFF_FFFF)


@given(VALUES)
def test_signed_and_unsigned_forms_are_the_same_exit_code(value: int) -> None:
    assert fold_exit_code(to_signed(value)) == fold_exit_code(value) == value


@given(VALUES.filter(lambda value: value >= 0x8000_0000))
def test_a_sign_extended_exit_code_is_folded(value: int) -> None:
    assert fold_exit_code(0xFFFF_FFFF_0000_0000 | value) == value


@given(VALUES)
def test_every_exit_code_can_be_something(value: int) -> None:
    assert kinds_of_exit_code(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        pytest.param(0, "success", id="0"),
        pytest.param(3010, "win32", id="reboot required"),
        pytest.param(137, "signal", id="killed in a container"),
        pytest.param(0xC0000005, "ntstatus", id="access violation"),
        pytest.param(0xC000013A, "ntstatus", id="Ctrl+C"),
        pytest.param(0x80000003, "ntstatus", id="breakpoint"),
        pytest.param(0x80131623, "hresult", id="FailFast"),
        pytest.param(0xE0434352, "runtime_exception", id=".NET exception"),
        pytest.param(0xE0000001, "application", id="customer bit"),
        pytest.param(0x12345, "application", id="too large for Win32"),
    ],
)
def test_the_most_plausible_kind_comes_first(value: int, kind: str) -> None:
    assert kinds_of_exit_code(value)[0] == kind


@pytest.mark.parametrize("value", [1 << 32, -(1 << 31) - 1, 0xFFFF_FFFF_0000_0005])
def test_what_no_process_can_return_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="32 bits"):
        fold_exit_code(value)


def test_shell_statuses_name_their_signal() -> None:
    assert signal_of_exit_code(137) == 9
    assert signal_of_exit_code(128) is None
