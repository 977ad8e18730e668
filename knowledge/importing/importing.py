"""import_codes(): a file of codes in, checked rows for an overlay out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code, format_hex
from knowledge.errors import Fault
from knowledge.importing.definition import Definition, Reading
from knowledge.importing.header import read_header
from knowledge.importing.message_compiler import read_message_file
from knowledge.importing.table import read_csv

MAX_FILE_BYTES = 20_000_000
_FAMILY = re.compile(r"[a-z0-9][a-z0-9_]{1,39}")
_READERS: dict[str, Callable[[str], Reading]] = {
    ".h": read_header, ".hpp": read_header, ".hxx": read_header, ".inc": read_header,
    ".mc": read_message_file, ".csv": read_csv, ".tsv": read_csv,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clash:
    """A code of the file that the catalogue has already, under the same number or name.

    This is no fault: the same number may mean one thing to Windows and another to a product.
    """

    code: Code
    known: Code
    same: str

    def __str__(self) -> str:
        mine, theirs = self.code, self.known
        if self.same == "name":
            return f"{mine.name} is {mine.hex} here and {theirs.hex} in {theirs.family}"
        return f"{mine.hex} is {mine.name} here and {theirs.name} in {theirs.family}"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file: its codes, sorted by value, and everything that was noticed.

    With `faults` the file should be corrected and nothing written. `skipped` lists what is no
    code, `clashes` what the catalogue has already. `messages` pairs a code with its sentence.
    """

    family: str
    codes: tuple[Code, ...] = ()
    messages: tuple[tuple[Code, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    skipped: tuple[Fault, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def table(self) -> str:
        """The rows as a file of the catalogue: tabs, value, name, family, source."""
        rows = (f"{code.hex}\t{code.name}\t{code.family}\t{code.source}\n" for code in self.codes)
        return "value\tname\tfamily\tsource\n" + "".join(rows)


def import_codes(
    path: Path, family: str, *, base: KnowledgeBase | None = None, prefix: str = ""
) -> ImportReport:
    """Read a C header, a Message Compiler file or a CSV; never raises for what is in the file.

    `family` is the id under which the codes are filed. With `base`, codes that the catalogue has
    already are reported. Only names that begin with `prefix` are taken.
    """
    text, message = _read(path)
    if message is None and not _FAMILY.fullmatch(family):
        message = f"the family {family!r} must be 2 to 40 lower-case letters, digits and _"
    if message is not None:
        return ImportReport(family, faults=(Fault(path.name, "", message),))
    reading = _READERS[path.suffix.lower()](text)
    kept = [each for each in reading.definitions if each.name.startswith(prefix)]
    repeats = _repeats(kept)
    faults = _faults(path, [*reading.faults, *repeats])
    if not kept and not faults:
        faults = (Fault(path.name, "", "holds no codes; check the file and the prefix"),)
    codes = {(each.value, each.name): each for each in reversed(kept)}
    rows = sorted(codes.values(), key=lambda each: (each.value, each.name))
    made = [Code(family, each.value, each.name, path.name) for each in rows]
    return ImportReport(
        family,
        tuple(made),
        tuple((code, each.message) for code, each in zip(made, rows, strict=True) if each.message),
        faults,
        _faults(path, reading.skipped),
        tuple(_clashes(made, base)) if base is not None else (),
    )


def _read(path: Path) -> tuple[str, str | None]:
    """Return the text, or what is wrong with the file."""
    if path.suffix.lower() not in _READERS:
        return "", f"is none of {', '.join(_READERS)}; rename it to what it is"
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            return "", f"is larger than {MAX_FILE_BYTES // 1_000_000} MB; import a part of it"
        data = path.read_bytes()
    except OSError as error:
        return "", f"cannot be read: {error.strerror}"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), None
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError:
        # Headers older than UTF-8: only their comments have letters outside ASCII.
        return data.decode("cp1252", "replace"), None


def _repeats(definitions: list[Definition]) -> list[tuple[int, str]]:
    """A name with two values is a fault; two names for one value are not: Windows has them too."""
    first: dict[str, Definition] = {}
    faults = []
    for each in definitions:
        earlier = first.setdefault(each.name, each)
        if earlier.value != each.value:
            message = f"{each.name} is {format_hex(each.value)} here and "
            message += f"{format_hex(earlier.value)} in line {earlier.line}; keep one"
            faults.append((each.line, message))
        elif earlier is not each:
            faults.append((each.line, f"{each.name} stands in line {earlier.line} already"))
    return faults


def _faults(path: Path, found: list[tuple[int, str]]) -> tuple[Fault, ...]:
    ordered = sorted(set(found))
    return tuple(Fault(path.name, f"line {line}", message) for line, message in ordered)


def _clashes(codes: list[Code], base: KnowledgeBase) -> list[Clash]:
    clashes = []
    for code in codes:
        named = [known for known in base.codes_named(code.name or "") if known.value != code.value]
        clashes += [Clash(code, known, "name") for known in named[:1]]
        if code.value > 0xFFFF:
            valued = [known for known in base.codes_with_value(code.value) if known.name]
            others = [known for known in valued if known.family != code.family]
            clashes += [Clash(code, known, "value") for known in others[:1]]
    return clashes
