"""Reading a CSV with the columns name, value and, if there is one, description."""

from __future__ import annotations

import csv
import io
import re

from knowledge.importing.definition import Reading

_NAME = re.compile(r"[A-Za-z_]\w{0,119}")
_VALUE = re.compile(r"0[xX]([0-9A-Fa-f]{1,16})|([+-]?[0-9]{1,20})")
_TITLES = {
    "name": "name", "symbol": "name", "symbolicname": "name", "value": "value", "code": "value",
    "number": "value", "description": "message", "message": "message", "text": "message",
}  # fmt: skip


def read_csv(text: str) -> Reading:
    """Return the rows; separated by commas, semicolons or tabs, whichever the first line uses."""
    reading = Reading()
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        titles = [_TITLES.get(cell.strip().lower().replace("_", ""), "") for cell in next(rows, [])]
        if not {"name", "value"} <= set(titles):
            reading.faults.append(
                (1, "the first line must name the columns: name,value,description")
            )
            return reading
        for row in rows:
            if any(cell.strip() for cell in row):
                cells = dict(zip(titles, (cell.strip() for cell in row), strict=False))
                _read_row(cells, rows.line_num, reading)
    except csv.Error as error:
        reading.faults.append((rows.line_num, f"cannot be read as CSV: {error}"))
    return reading


def _read_row(cells: dict[str, str], line: int, reading: Reading) -> None:
    name, written = cells.get("name", ""), cells.get("value", "")
    value = _VALUE.fullmatch(written)
    if not _NAME.fullmatch(name):
        reading.faults.append((line, f"name: {name[:60]!r} is no name (letters, digits and _)"))
    if value is None:
        reading.faults.append(
            (line, f"value: {written[:40]!r} is no number such as 5 or 0x80070005")
        )
    elif _NAME.fullmatch(name):
        number = int(value[1], 16) if value[1] else int(value[2])
        reading.add(line, name, number, cells.get("message", ""))
