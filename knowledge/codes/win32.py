"""Win32 errors: 16-bit numbers, given out to subsystems in ranges. Source: MS-ERREF 2.2."""

from __future__ import annotations

from dataclasses import dataclass

MAX_WIN32 = 0xFFFF
APPLICATION_BIT = 0x2000_0000
"""SetLastError leaves this bit to programs: Windows sets it in no error of its own."""


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers, `first` and `last` included, that belong to one family of the catalogue."""

    first: int
    last: int
    family: str


# The reservations that winerror.h states in its comments, as far as whole ranges go.
RANGES: tuple[Range, ...] = (
    Range(2100, 2999, "lmerr"),
    Range(5000, 5999, "cluster"),
    Range(8000, 8199, "frs"),
    Range(8200, 8999, "active_directory"),
    Range(9000, 9999, "dns"),
    Range(10000, 11999, "winsock"),
    Range(12000, 12200, "wininet"),
    Range(13000, 13999, "ipsec"),
    Range(14000, 14999, "sxs"),
    Range(15000, 15079, "eventlog"),
    Range(15600, 15999, "appx"),
)


def is_win32(value: int) -> bool:
    """Tell whether a value can be a Win32 error at all."""
    return 0 <= value <= MAX_WIN32


def is_application_defined(value: int) -> bool:
    """Tell whether a value that was set as a last error is a program's own."""
    return bool(value & APPLICATION_BIT)


def family_of_range(value: int) -> str | None:
    """Return the family to which winerror.h gives the range around a value, or None."""
    return next((r.family for r in RANGES if r.first <= value <= r.last), None)
