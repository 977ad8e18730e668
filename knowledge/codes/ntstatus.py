"""NTSTATUS: the bit fields, and the Win32 errors that travel as NTSTATUS.

    31-30  severity      28  N reserved         15-0  code
    29     C customer    27-16  facility
Source: MS-ERREF 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.codes.code import MAX_CODE

Severity = Literal["success", "informational", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("success", "informational", "warning", "error")
CUSTOMER_BIT = 0x2000_0000
RESERVED_BIT = 0x1000_0000
FACILITY_NTWIN32 = 7
MAX_FACILITY = 0xFFF
MAX_WIN32 = 0xFFFF


@dataclass(frozen=True, slots=True)
class NtStatus:
    """The fields of an NTSTATUS; `facility` is 0 to 0xFFF, `code` 0 to 0xFFFF.

    `reserved` (N) is 0 in every status of Windows, so that HRESULT_FROM_NT can use the bit.
    """

    severity: Severity
    facility: int
    code: int
    customer: bool = False
    reserved: bool = False


def split_ntstatus(value: int) -> NtStatus:
    """Return the fields of an NTSTATUS (unsigned, 32 bits); ValueError outside that range."""
    _check(value, MAX_CODE, "NTSTATUS")
    return NtStatus(
        severity=SEVERITIES[value >> 30],
        facility=value >> 16 & MAX_FACILITY,
        code=value & 0xFFFF,
        customer=bool(value & CUSTOMER_BIT),
        reserved=bool(value & RESERVED_BIT),
    )


def join_ntstatus(fields: NtStatus) -> int:
    """Return the unsigned value of these fields; ValueError when facility or code are too large."""
    _check(fields.facility, MAX_FACILITY, "facility")
    _check(fields.code, 0xFFFF, "code")
    high = SEVERITIES.index(fields.severity) << 30
    customer = CUSTOMER_BIT if fields.customer else 0
    reserved = RESERVED_BIT if fields.reserved else 0
    return high | customer | reserved | fields.facility << 16 | fields.code


def is_success(value: int) -> bool:
    """Tell whether NT_SUCCESS holds: severity success or informational."""
    return value >> 30 < 2


def from_win32(error: int) -> int:
    """Wrap a Win32 error (0 to 0xFFFF) as NTSTATUS_FROM_WIN32 does: 0xC007xxxx; success stays 0.

    Source: ntstatus.h, which calls the facility FACILITY_NTWIN32.
    """
    _check(error, MAX_WIN32, "Win32 error")
    return error and 0xC000_0000 | FACILITY_NTWIN32 << 16 | error


def to_win32(value: int) -> int | None:
    """Return the Win32 error inside 0xC007xxxx, None for any other NTSTATUS."""
    return value & 0xFFFF if value >> 16 == 0xC007 else None


def _check(value: int, limit: int, what: str) -> None:
    if not 0 <= value <= limit:
        raise ValueError(f"{value} is no {what}: it must be 0 to {limit:#x}")
