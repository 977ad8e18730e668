"""What the exit code of a process can be, and the many ways in which shells print it."""

from __future__ import annotations

from typing import Literal

from knowledge.codes.code import to_unsigned

ExitKind = Literal[
    "success", "runtime_exception", "ntstatus", "hresult", "application", "win32", "signal"
]
# Exceptions that compilers and runtimes raise: the letters stand for COM, CCR, msc and Delphi.
RUNTIME_EXCEPTIONS = frozenset(
    {0xE0434352, 0xE0434F4D, 0xE06D7363, 0x0EEDFADE, 0xC06D007E, 0xC06D007F}
)
MAX_SIGNAL = 64
_CUSTOMER_BIT = 0x2000_0000


def fold_exit_code(value: int) -> int:
    """Return an exit code as unsigned 32 bits, from its signed, unsigned or 64-bit printed form.

    PowerShell and services print -1073741819, Task Scheduler 3221225477, 64-bit tools
    0xFFFFFFFFC0000005. ValueError for what cannot be an exit code.
    """
    if value >> 32 == 0xFFFF_FFFF and value & 0x8000_0000:
        value &= 0xFFFF_FFFF
    return to_unsigned(value)


def kinds_of_exit_code(value: int) -> tuple[ExitKind, ...]:
    """Return what an exit code (unsigned) can be, most plausible first.

    A program may return any number it likes, so the last resort is always `application`.
    """
    if value == 0:
        return ("success",)
    if value in RUNTIME_EXCEPTIONS:
        return ("runtime_exception", "application")
    if value >= 0x4000_0000:
        return (*_kinds_of_large(value), "application")
    if 128 < value <= 128 + MAX_SIGNAL:
        # POSIX shells on Windows (Git Bash, containers) report 128 + signal: 130, 137, 139, 143.
        return ("signal", "application", "win32")
    return ("win32", "application") if value <= 0xFFFF else ("application",)


def signal_of_exit_code(value: int) -> int | None:
    """Return the POSIX signal (1 to 64) that a shell's exit status stands for, or None."""
    return value - 128 if 128 < value <= 128 + MAX_SIGNAL else None


def _kinds_of_large(value: int) -> tuple[ExitKind, ...]:
    if value & _CUSTOMER_BIT:
        return ()
    severity = value >> 30
    # Severity 2 is both a warning NTSTATUS (0x80000003, a breakpoint) and every failed HRESULT.
    if severity == 2:
        facility = value >> 16 & 0x7FF
        return ("ntstatus", "hresult") if facility == 0 and value & 0xFFFF < 0x300 else ("hresult",)
    return ("ntstatus",)
