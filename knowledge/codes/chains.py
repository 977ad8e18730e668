"""Chains: one failure seen as NTSTATUS, as Win32 error and as HRESULT.

The table of single statuses is data (`catalog/nt_to_win32.tsv`); here are the rules that
RtlNtStatusToDosError has for whole ranges, in the order in which it applies them.
"""

from __future__ import annotations

CUSTOMER_BIT = 0x2000_0000
FROM_WIN32_PREFIXES = (0xC001, 0x8007, 0xC007)
UNMAPPED = 317
"""ERROR_MR_MID_NOT_FOUND: what Windows answers for a status that it cannot translate."""


def win32_of_ntstatus_by_rule(status: int) -> int | None:
    """Return the Win32 error that a rule gives for an NTSTATUS, None where no rule does.

    The high words 0xC001, 0x8007 and 0xC007 carry the Win32 error in their low word. A status with
    the customer bit stays what it is, which is no Win32 error: None.
    """
    if status & CUSTOMER_BIT:
        return None
    if status >> 16 in FROM_WIN32_PREFIXES:
        return status & 0xFFFF
    return None
