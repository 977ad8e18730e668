"""Compare the catalogue with what public packages say today, and update it.

Usage:
  python scripts/refresh_catalogue.py            fetch the packages, print the differences
  python scripts/refresh_catalogue.py --write    and write what was added or changed
  … --projection WHEEL --headers FOLDER          read these instead of fetching

The projection of win32metadata is the authority: it follows the newest Windows SDK. The headers of
mingw-w64 add names that it lacks. Where a name stands for another number in the older headers, or
for another kind of number in the projection (RPC_X_NO_MEMORY is a Win32 error and an NTSTATUS),
that is reported as `differs` and left to a person. Nothing is ever taken out: old machines still
print old codes.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from public_constants import (
    Constant,
    download_headers,
    download_projection,
    read_headers,
    read_projection,
)

from knowledge.codes.code import format_hex

CATALOGUE = Path(__file__).resolve().parent.parent / "knowledge" / "catalog"
HEADER = "value\tname\tfamily\tsource"
NEW_SOURCE = "win32metadata projection"
# Where a new code of each kind is filed: the table and the family.
HOMES = {"win32": "win32", "ntstatus": "ntstatus", "hresult": "hresult"}
# Headers that the projection covers whole: only of these can a missing name mean a removed one.
COVERED = frozenset(("winerror.h", "ntstatus.h"))
# Ends of ranges and counts, not codes.
_MARKER = re.compile(r"_(?:FIRST|LAST|MIN|MAX|BASE|MASK|COUNT|RANGE|BIT|SEVERITY_\w+)$|^FACILITY_")


@dataclass(slots=True)
class Row:
    """A line of a table: the file it stands in, and its cells."""

    file: str
    value: int
    name: str
    family: str
    source: str

    @property
    def line(self) -> str:
        """The row as it stands in the file."""
        return "\t".join((format_hex(self.value), self.name, self.family, self.source))


@dataclass(slots=True)
class Differences:
    """What the packages say otherwise; of this, `removed` and `differs` are never written."""

    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, int]] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    differs: list[tuple[Row, int]] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the report: a line for each difference, then the counts."""
        for row in self.added:
            yield f"added    {row.file}: {format_hex(row.value)} {row.name}"
        for row, value in self.changed:
            yield f"changed  {row.file}: {row.name} {format_hex(row.value)} -> {format_hex(value)}"
        for row in self.removed:
            yield f"removed  {row.file}: {format_hex(row.value)} {row.name} (kept)"
        for row, value in self.differs:
            yield f"differs  {row.file}: {row.name} {row.line[:10]}, elsewhere {format_hex(value)}"
        counts = (len(self.added), len(self.changed), len(self.removed), len(self.differs))
        yield "{} added, {} changed, {} removed (kept), {} differ (kept)".format(*counts)


def read_tables(folder: Path) -> list[Row]:
    """Return every row of the tables of codes; tables of other shapes are passed over."""
    rows = []
    for path in sorted(folder.glob("*.tsv")):
        lines = [line for line in _lines(path) if line and not line.startswith("#")]
        if lines and lines[0] == HEADER:
            for line in lines[1:]:
                value, name, family, source = line.split("\t")
                rows.append(Row(path.name, int(value, 16), name, family, source))
    return rows


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def compare(
    rows: list[Row], projection: Mapping[str, Constant], headers: Mapping[str, Constant]
) -> Differences:
    """Return how the packages differ from the rows."""
    named: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        named[row.name].append(row)
    found = Differences()
    for name, constant in sorted({**headers, **projection}.items()):
        known = named.get(name)
        if known is None:
            found.added += _new_row(constant)
        # One name may have two values in two families; it changed when it has neither.
        elif constant.value not in {row.value for row in known}:
            sure = name in projection and len(known) == 1 and _is_of_kind(known[0], constant)
            (found.changed if sure else found.differs).append((known[0], constant.value))
    said = projection.keys() | headers.keys()
    found.removed = [
        row for row in rows if row.source in COVERED and row.name and row.name not in said
    ]
    return found


def _is_of_kind(row: Row, constant: Constant) -> bool:
    """A Win32 error has at most 16 bits; an HRESULT or NTSTATUS that matters has more."""
    return bool(constant.kind) and (constant.kind == "win32") == (row.value <= 0xFFFF)


def _new_row(constant: Constant) -> list[Row]:
    """File a constant whose type says that it is an error code; others are no codes."""
    if not constant.kind or _MARKER.search(constant.name):
        return []
    home = HOMES[constant.kind]
    return [Row(f"{home}.tsv", constant.value, constant.name, home, NEW_SOURCE)]


def write(folder: Path, differences: Differences) -> list[str]:
    """Apply what was added and changed, and return the names of the files written."""
    touched = {row.file for row in differences.added}
    touched |= {row.file for row, _ in differences.changed}
    values = {(row.file, row.name): value for row, value in differences.changed}
    for name in sorted(touched):
        path = folder / name
        lines = _lines(path)
        start = lines.index(HEADER) + 1
        rows = [_changed(line, name, values) for line in lines[start:]]
        rows += [row.line for row in differences.added if row.file == name]
        # Stable: of several names for one value the usual one stays first.
        rows.sort(key=lambda line: line.partition("\t")[0])
        path.write_text("\n".join([*lines[:start], *rows]) + "\n", encoding="utf-8")
    return sorted(touched)


def _changed(line: str, file: str, values: Mapping[tuple[str, str], int]) -> str:
    value, name, *rest = line.split("\t")
    return "\t".join([format_hex(values.get((file, name), int(value, 16))), name, *rest])


def main() -> None:
    """Read or fetch the packages, report the differences and write them when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--projection", type=Path, help="a wheel, or a folder with its modules")
    parser.add_argument("--headers", type=Path, help="a folder with mingw-w64's headers")
    parser.add_argument(
        "--catalogue", type=Path, default=CATALOGUE, help="the folder of the tables"
    )
    parser.add_argument("--write", action="store_true", help="write what was added or changed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        projection = read_projection(arguments.projection or download_projection(folder))
        headers = arguments.headers
        if headers is None and arguments.projection is None:
            headers = download_headers(folder)
        older = read_headers(headers) if headers is not None else {}
    if not projection:
        sys.exit("refresh_catalogue: the projection holds no constants; has its form changed?")
    differences = compare(read_tables(arguments.catalogue), projection, older)
    print(f"{len(projection)} constants of the projection, {len(older)} of the headers")
    print("\n".join(differences.lines()))
    if arguments.write:
        print("written:", ", ".join(write(arguments.catalogue, differences)) or "nothing")


if __name__ == "__main__":
    main()
