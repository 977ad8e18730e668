"""Reading the catalogue's TSV files: one shape per file name, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import Fault

Cell = int | str | None
Row = tuple[Cell, ...]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_(),.]{0,119}")
_FAMILY = re.compile(r"[a-z0-9][a-z0-9_]{1,39}")


def _hex32(text: str) -> int:
    if not re.fullmatch(r"0x[0-9A-F]{8}", text):
        raise ValueError(f"write {text!r} as 0x and eight upper-case hexadecimal digits")
    return int(text, 16)


def _int64(text: str) -> int:
    if not re.fullmatch(r"-?[0-9a-f]{1,16}", text):
        raise ValueError(f"write {text!r} as up to sixteen lower-case hexadecimal digits")
    # SQLite's integers are signed: the upper half of unsigned ones becomes negative.
    number = int(text, 16)
    return number - (1 << 64) if number >> 63 == 1 else number


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        raise ValueError(f"write {text!r} as a decimal number")
    return int(text)


def _name(text: str) -> str | None:
    if text and not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no symbolic name; leave it empty where there is none")
    return text or None


def _family(text: str) -> str:
    if not _FAMILY.fullmatch(text):
        raise ValueError(f"{text!r} is no family id: lower-case letters, digits and _ only")
    return text


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of a file, each with its reader, and the table that takes its rows.

    A reader turns a cell into its value, and raises ValueError with advice. Files whose name is
    not in SHAPES are tables of codes.
    """

    table: str
    columns: tuple[tuple[str, Callable[[str], Cell]], ...]

    @property
    def header(self) -> str:
        """The line that the file must begin with, after its comments."""
        return "\t".join(name for name, _ in self.columns)

    def key(self, row: Row) -> Row:
        """What must be unique in a row: of a code its value, name and family, else all of it."""
        return row[:3] if self.table == "code" else row


CODE_SHAPE = Shape(
    "code", (("value", _hex32), ("name", _name), ("family", _family), ("source", _text))
)
SHAPES: dict[str, Shape] = {
    "nt_to_win32": Shape(
        "nt_to_win32", (("ntstatus", _hex32), ("win32", _integer), ("source", _text))
    ),
    "errno_map": Shape(
        "errno_map",
        (
            ("win32", _integer),
            ("runtime", _family),
            ("errno", _text),
            ("number", _integer),
            ("source", _text),
        ),
    ),
    "dotnet_exceptions": Shape(
        "dotnet_exception", (("type", _text), ("hresult", _hex32), ("source", _text))
    ),
    "python_exceptions": Shape(
        "python_exception", (("win32", _integer), ("exception", _text), ("since", _text))
    ),
    "facilities": Shape(
        "facility", (("kind", _family), ("number", _integer), ("name", _text), ("source", _text))
    ),
    "iis_substatus": Shape(
        "iis_substatus", (("status", _integer), ("substatus", _integer), ("source", _text))
    ),
    "priority": Shape(
        "priority",
        (("rank", _integer), ("value", _hex32), ("name", _name), ("family", _family)),
    ),
    "fingerprints": Shape(
        "fingerprint",
        (
            ("hash", _int64),
            ("value", _hex32),
            ("family", _family),
            ("name", _name),
            ("flags", _int64),
        ),
    ),
    "message_parts": Shape(
        "message_part",
        (("hash", _hex32), ("value", _hex32), ("family", _family), ("name", _name)),
    ),
}
COMPILED_AWAY = frozenset({"message_part"})
"""Tables whose rows are only read while compiling: the search's index is made from them."""


def shape_of(path: Path) -> Shape:
    """Return the shape that a file's name asks for."""
    return SHAPES.get(path.stem, CODE_SHAPE)


def read_table(path: Path, shown_as: str) -> tuple[list[Row], list[Fault]]:
    """Read one file; `shown_as` is how faults name it. Rows with faults are left out."""
    shape = shape_of(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return [], [Fault(shown_as, "", f"cannot be read as UTF-8 text: {error}")]
    numbered = _content(lines)
    _, header = next(numbered, (0, ""))
    if header != shape.header:
        want = shape.header.replace("\t", ", ")
        return [], [Fault(shown_as, "", f"the first line must name the columns: {want} (tabs)")]
    return _read_rows(numbered, shape, shown_as)


def _content(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Number the lines that are neither empty nor comments."""
    return ((n, line) for n, line in enumerate(lines, 1) if line and not line.startswith("#"))


def _read_rows(
    numbered: Iterator[tuple[int, str]], shape: Shape, shown_as: str
) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: set[Row] = set()
    for number, line in numbered:
        row, messages = _read_row(line, shape)
        key = shape.key(row)
        if not messages and key in seen:
            messages = ["stands here twice; keep one"]
        elif not messages and rows and shape is CODE_SHAPE and _value(row) < _value(rows[-1]):
            messages = ["stands after a greater value; keep the file sorted by value"]
        if messages:
            faults += [Fault(shown_as, f"line {number}", message) for message in messages]
            continue
        seen.add(key)
        rows.append(row)
    return rows, faults


def _read_row(line: str, shape: Shape) -> tuple[Row, list[str]]:
    cells = line.split("\t")
    if len(cells) != len(shape.columns):
        return (), [f"has {len(cells)} columns, not {len(shape.columns)}; separate them with tabs"]
    row: list[Cell] = []
    messages: list[str] = []
    for cell, (column, read) in zip(cells, shape.columns, strict=True):
        try:
            row.append(read(cell))
        except ValueError as error:
            messages.append(f"{column}: {error}")
    return tuple(row), messages


def _value(row: Row) -> int:
    return int(row[0] or 0)
