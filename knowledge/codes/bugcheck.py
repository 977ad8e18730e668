"""Bug checks: the code, its variants, and which parameter holds a code of another family.

Source: Microsoft's bug check code reference, one page for each code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ParameterKind = Literal["ntstatus", "fast_fail", "address", "irql"]
MINIDUMP_BIT = 0x1000_0000
"""Set in the code when Windows could write only a minidump: 0x1000007E is 0x7E."""
MAX_PLAIN = 0xFFF


@dataclass(frozen=True, slots=True)
class ParameterPlace:
    """What stands in one of the four parameters; `number` is 1 to 4."""

    number: int
    kind: ParameterKind


_EXCEPTION = (ParameterPlace(1, "ntstatus"), ParameterPlace(2, "address"))
_BAD_ADDRESS = (
    ParameterPlace(1, "address"),
    ParameterPlace(2, "irql"),
    ParameterPlace(4, "address"),
)
_PLACES: Mapping[int, tuple[ParameterPlace, ...]] = MappingProxyType(
    {
        0x0A: _BAD_ADDRESS,
        0x1E: _EXCEPTION,
        0x3B: _EXCEPTION,
        0x50: (ParameterPlace(1, "address"), ParameterPlace(3, "address")),
        0x6B: (ParameterPlace(1, "ntstatus"),),
        0x74: (ParameterPlace(4, "ntstatus"),),
        0x7A: (ParameterPlace(2, "ntstatus"), ParameterPlace(4, "address")),
        0x7E: _EXCEPTION,
        0x8E: _EXCEPTION,
        0xD1: _BAD_ADDRESS,
        0xED: (ParameterPlace(2, "ntstatus"),),
        0x116: (ParameterPlace(2, "address"), ParameterPlace(3, "ntstatus")),
        0x139: (ParameterPlace(1, "fast_fail"), ParameterPlace(2, "address")),
        0xC000_021A: (ParameterPlace(2, "ntstatus"),),
    }
)


def plain_code(value: int) -> int:
    """Return a bug check without the bit that marks a minidump: 0x1000007E becomes 0x7E."""
    stripped = value & ~MINIDUMP_BIT
    return stripped if stripped <= MAX_PLAIN else value


def parameter_places(value: int) -> tuple[ParameterPlace, ...]:
    """Return the parameters of a bug check whose kind is known; empty for the others."""
    return _PLACES.get(plain_code(value), ())


def codes_in_parameters(value: int, parameters: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    """Return (family, code) for each parameter that holds a code, unsigned and of 32 bits.

    64-bit Windows prints a status sign-extended: 0xFFFFFFFFC0000005 is 0xC0000005.
    """
    return tuple(
        (place.kind, parameters[place.number - 1] & 0xFFFF_FFFF)
        for place in parameter_places(value)
        if place.kind in ("ntstatus", "fast_fail") and place.number <= len(parameters)
    )
