"""The other forms in which one condition is met: what Windows and the runtimes make of a code.

NTSTATUS becomes a Win32 error on the way through RtlNtStatusToDosError, a Win32 error becomes an
HRESULT through HRESULT_FROM_WIN32, and Python, Node.js and .NET raise something of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.codes import hresult
from knowledge.codes.code import Code
from knowledge.findings import Reading


@dataclass(frozen=True, slots=True)
class Equivalents:
    """What a code is elsewhere; None or empty where it is nothing.

    `hresult` is unsigned. `python` is the exception class, `errnos` pairs a runtime (`crt`,
    `libuv`) with its name for the error, `dotnet` lists exception types.
    """

    win32: Code | None = None
    hresult: int | None = None
    python: str | None = None
    errnos: tuple[tuple[str, str], ...] = ()
    dotnet: tuple[str, ...] = ()


def equivalents_of(reading: Reading, base: KnowledgeBase) -> Equivalents:
    """Return the other forms of a reading's condition."""
    win32 = _win32_of(reading, base)
    own = reading.value if base.family(reading.family).space == "hresult" else None
    if win32 is None:
        types = base.exceptions_with_hresult(own) if own is not None else ()
        return Equivalents(dotnet=types)
    as_hresult = own if own is not None else hresult.from_win32(win32.value)
    return Equivalents(
        win32,
        as_hresult,
        base.python_exception(win32.value),
        tuple((errno.runtime, errno.name) for errno in base.errnos_of_win32(win32.value)),
        base.exceptions_with_hresult(as_hresult),
    )


def _win32_of(reading: Reading, base: KnowledgeBase) -> Code | None:
    space = base.family(reading.family).space
    if space == "win32" and reading.value <= hresult.MAX_WIN32:
        return Code(reading.family, reading.value, reading.name)
    if reading.inner is not None and base.family(reading.inner.family).space == "win32":
        return reading.inner
    return base.win32_of_ntstatus(reading.value) if space == "ntstatus" else None
