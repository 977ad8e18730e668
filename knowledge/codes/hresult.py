"""HRESULT: the bit fields, and what an HRESULT can wrap. Source: MS-ERREF 2.1 and 2.1.2.

31  S severity (1 failure)      28  N the rest is an NTSTATUS      15-0  code
30  R reserved                  27  X reserved
29  C customer                  26-16  facility
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.codes.code import MAX_CODE

FAILURE_BIT = 0x8000_0000
RESERVED_BIT = 0x4000_0000
CUSTOMER_BIT = 0x2000_0000
NT_BIT = 0x1000_0000
X_BIT = 0x0800_0000
FACILITY_ITF = 4
FACILITY_WIN32 = 7
MAX_FACILITY = 0x7FF
MAX_WIN32 = 0xFFFF


@dataclass(frozen=True, slots=True)
class HResult:
    """The fields of an HRESULT that is not a wrapped NTSTATUS.

    `facility` is 0 to 0x7FF, `code` 0 to 0xFFFF.
    """

    failure: bool
    facility: int
    code: int
    customer: bool = False
    nt: bool = False
    reserved: bool = False
    x: bool = False


def split_hresult(value: int) -> HResult:
    """Return the fields of an HRESULT (unsigned, 32 bits); ValueError outside that range."""
    _check(value, MAX_CODE, "HRESULT")
    return HResult(
        failure=bool(value & FAILURE_BIT),
        facility=value >> 16 & MAX_FACILITY,
        code=value & 0xFFFF,
        customer=bool(value & CUSTOMER_BIT),
        nt=bool(value & NT_BIT),
        reserved=bool(value & RESERVED_BIT),
        x=bool(value & X_BIT),
    )


def join_hresult(fields: HResult) -> int:
    """Return the unsigned value of these fields; ValueError when facility or code are too large."""
    _check(fields.facility, MAX_FACILITY, "facility")
    _check(fields.code, 0xFFFF, "code")
    flags = (
        (fields.failure, FAILURE_BIT),
        (fields.reserved, RESERVED_BIT),
        (fields.customer, CUSTOMER_BIT),
        (fields.nt, NT_BIT),
        (fields.x, X_BIT),
    )
    return sum(bit for is_set, bit in flags if is_set) | fields.facility << 16 | fields.code


def is_failure(value: int) -> bool:
    """Tell whether an HRESULT means failure (FAILED); S_FALSE and other successes do not."""
    return bool(value & FAILURE_BIT)


def is_hresult_from_win32(value: int) -> bool:
    """Tell whether this is 0x8007xxxx: a Win32 error, wrapped."""
    return value >> 16 == 0x8007


def from_win32(error: int) -> int:
    """Wrap a Win32 error (0 to 0xFFFF) as HRESULT_FROM_WIN32 does; success stays 0.

    ValueError for a larger value. Source: MS-ERREF 2.1.2.
    """
    _check(error, MAX_WIN32, "Win32 error")
    return error and FAILURE_BIT | FACILITY_WIN32 << 16 | error


def to_win32(value: int) -> int | None:
    """Return the Win32 error inside 0x8007xxxx, None for any other HRESULT."""
    return value & 0xFFFF if is_hresult_from_win32(value) else None


def from_nt(status: int) -> int:
    """Wrap an NTSTATUS as HRESULT_FROM_NT does: by setting the N bit."""
    _check(status, MAX_CODE, "NTSTATUS")
    return status | NT_BIT


def to_nt(value: int) -> int | None:
    """Return the NTSTATUS inside an HRESULT with the N bit (0xDxxxxxxx), None without that bit."""
    return value & ~NT_BIT if value & NT_BIT else None


@dataclass(frozen=True, slots=True)
class Scode:
    """The fields of an SCODE, the 16-bit OLE form: context 0 to 0x7FF, facility 0 to 0xF."""

    failure: bool
    context: int
    facility: int
    code: int


def split_scode(value: int) -> Scode:
    """Return the fields that 16-bit OLE saw in a value; 32-bit Windows reads it as an HRESULT."""
    _check(value, MAX_CODE, "SCODE")
    return Scode(bool(value & FAILURE_BIT), value >> 20 & 0x7FF, value >> 16 & 0xF, value & 0xFFFF)


def join_scode(fields: Scode) -> int:
    """Return the unsigned value of these fields; ValueError when one is too large."""
    _check(fields.context, 0x7FF, "context")
    _check(fields.facility, 0xF, "facility")
    _check(fields.code, 0xFFFF, "code")
    high = FAILURE_BIT if fields.failure else 0
    return high | fields.context << 20 | fields.facility << 16 | fields.code


def _check(value: int, limit: int, what: str) -> None:
    if not 0 <= value <= limit:
        raise ValueError(f"{value} is no {what}: it must be 0 to {limit:#x}")
