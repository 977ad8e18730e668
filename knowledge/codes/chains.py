"""Chains: one failure seen as NTSTATUS, as Win32 error and as HRESULT.

The table of single statuses is data (`catalog/nt_to_win32.tsv`); here are the rules that
RtlNtStatusToDosError has for whole ranges, and the way on to the HRESULT.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge.codes import hresult, ntstatus

CUSTOMER_BIT = 0x2000_0000
UNMAPPED = 317
"""ERROR_MR_MID_NOT_FOUND: what Windows answers for a status that it cannot translate."""
_FROM_WIN32_PREFIXES = (0xC001, 0x8007, 0xC007)

Form = Literal["win32", "ntstatus", "hresult"]


@dataclass(frozen=True, slots=True)
class Inner:
    """A number in one of its forms: what a code wraps, or another spelling of it."""

    form: Form
    value: int


def win32_of_ntstatus_by_rule(status: int) -> int | None:
    """Return the Win32 error that a rule gives for an NTSTATUS, None where no rule does.

    The high words 0xC001, 0x8007 and 0xC007 carry the Win32 error in their low word. A status with
    the customer bit stays what it is, which is no Win32 error: None.
    """
    if status & CUSTOMER_BIT:
        return None
    return status & 0xFFFF if status >> 16 in _FROM_WIN32_PREFIXES else None


def status_without_nt_bit(status: int) -> int:
    """Return 0xCxxxxxxx for 0xDxxxxxxx, any other status unchanged: Windows looks it up so."""
    return status & ~hresult.NT_BIT if status >> 28 == 0xD else status


def unwrap(value: int) -> Inner | None:
    """Return what a wrapper holds one level down, None when it wraps nothing.

    Wrappers are 0x8007xxxx, 0xC007xxxx and an HRESULT of an NTSTATUS (0xDxxxxxxx, 0x9xxxxxxx).
    """
    win32 = hresult.to_win32(value)
    if win32 is None:
        win32 = ntstatus.to_win32(value)
    if win32 is not None:
        return Inner("win32", win32)
    if value & hresult.NT_BIT and value & hresult.FAILURE_BIT and not value & CUSTOMER_BIT:
        return Inner("ntstatus", value & ~hresult.NT_BIT)
    return None


def unwrap_all(value: int) -> Iterator[Inner]:
    """Yield what a code wraps, level by level: 0xD0070005 holds 0xC0070005, which holds 5."""
    inner = unwrap(value)
    while inner is not None:
        yield inner
        inner = unwrap(inner.value) if inner.form == "ntstatus" else None


def spellings_of_win32(error: int) -> tuple[Inner, Inner, Inner]:
    """Return the forms in which one Win32 error is met: itself, as HRESULT, and as NTSTATUS."""
    return (
        Inner("win32", error),
        Inner("hresult", hresult.from_win32(error)),
        Inner("ntstatus", ntstatus.from_win32(error)),
    )
