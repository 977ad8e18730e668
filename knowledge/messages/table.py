"""Fingerprints as a file of the catalogue: tabs, one row for each hash and code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.messages.fingerprints import Fingerprint

HEADER = "hash\tvalue\tfamily\tname\tflags"


def format_table(rows: Iterable[Fingerprint]) -> str:
    """Return the text of the file, header included, in the order of the rows."""
    lines = (
        f"{row.hash:016x}\t0x{row.value:08X}\t{row.family}\t{row.name or ''}\t{row.flags:016x}\n"
        for row in rows
    )
    return f"{HEADER}\n{''.join(lines)}"


def parse_table(text: str) -> Iterator[Fingerprint]:
    """Yield the rows of a file that `format_table` made; comments may stand anywhere."""
    for line in text.splitlines():
        if line and not line.startswith("#") and line != HEADER:
            hashed, value, family, name, flags = line.split("\t")
            yield Fingerprint(int(hashed, 16), family, int(value, 16), name or None, int(flags, 16))
