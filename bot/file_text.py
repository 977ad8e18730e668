"""Bytes of a file -> its text, or the finding that it is none."""

from __future__ import annotations

import codecs

# The first bytes of what people attach and nobody can read: pictures, archives, programs, dumps.
_BINARY_STARTS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf",
    b"%PDF-", b"MZ", b"\x7fELF", b"ElfFile\x00", b"MDMP", b"PAGEDU", b"\xd0\xcf\x11\xe0", b"Rar!",
)  # fmt: skip
# UTF-32 goes first: its little-endian mark begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKED_STARTS = (b"MZ",)
_LOOKED_AT_CHARS = 8_192
# Consoles put escapes, bells and form feeds into logs; noise has one such character in eight.
_MOST_CONTROLS = 0.02
_HARMLESS = frozenset("\t\n\r\f\v\b\a\x1b\x1a")


def decode_text(data: bytes) -> str | None:
    """The text of a file, or of its beginning; None when it is no text.

    With a byte order mark as that says (PowerShell 5 writes UTF-16), else UTF-8, else the code page
    of western Windows. A character that was cut in two at the end is left away.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_decoded(data[len(mark) :], encoding, "replace"))
    if b"\0" in data or _looks_binary(data):
        return None
    text = _decoded(data, "utf-8", "strict")
    return _checked(text if text is not None else _decoded(data, "cp1252", "replace"))


def _looks_binary(data: bytes) -> bool:
    start = next((start for start in _BINARY_STARTS if data.startswith(start)), None)
    # "MZ" may begin a word; a program has control characters right behind it.
    return start is not None and (start not in _MARKED_STARTS or min(data[2:64], default=32) < 9)


def _decoded(data: bytes, encoding: str, errors: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)(errors).decode(data, final=False)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None) -> str | None:
    """The text unless its beginning is full of what no text contains."""
    if text is None:
        return None
    looked_at = text[:_LOOKED_AT_CHARS]
    odd = sum(1 for char in looked_at if char < " " and char not in _HARMLESS)
    odd += looked_at.count("\ufffd")
    return None if odd > max(2, _MOST_CONTROLS * len(looked_at)) else text
