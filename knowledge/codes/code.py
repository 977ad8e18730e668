"""A code: one number with its name in one family of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

MAX_CODE = 0xFFFF_FFFF


def format_hex(value: int) -> str:
    """The one way this project prints a code: `0x` and eight upper-case hexadecimal digits."""
    return f"0x{value:08X}"


def to_signed(value: int) -> int:
    """Read an unsigned 32-bit value as two's complement: 0xC0000005 is -1073741819."""
    return value - 0x1_0000_0000 if value & 0x8000_0000 else value


def to_unsigned(value: int) -> int:
    """Fold a signed or unsigned 32-bit value to unsigned; ValueError outside -2**31 .. 2**32-1."""
    if not -0x8000_0000 <= value <= MAX_CODE:
        raise ValueError(f"{value} does not fit in 32 bits")
    return value & MAX_CODE


@dataclass(frozen=True, slots=True)
class Code:
    """A row of the catalogue.

    `value` is unsigned, 0 to 0xFFFFFFFF; families that count downwards (ESENT, libuv) are stored
    in two's complement. `name` is None where nobody published one. `source` is the header or
    document that defines it.
    """

    family: str
    value: int
    name: str | None
    source: str = ""

    @property
    def hex(self) -> str:
        """The value as `0x` and eight digits."""
        return format_hex(self.value)

    @property
    def signed(self) -> int:
        """The value as logs and shells print it when the top bit is set."""
        return to_signed(self.value)
