"""TSV and YAML -> one read-only SQLite file. Everything is validated first, all faults at once."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.catalog.families import read_families
from knowledge.catalog.family import FamilyEntry
from knowledge.catalog.schema import APPLICATION_ID, INDEXES, SCHEMA_VERSION, TABLES
from knowledge.catalog.tables import CODE_SHAPE, COMPILED_AWAY, SHAPES, Row, read_table, shape_of
from knowledge.compiling_articles import write_articles
from knowledge.errors import CompiledFileError, Fault, SourceError
from knowledge.messages.index import packed_beginnings, packed_halves
from knowledge.packing import name_number, packed
from knowledge.playbooks.model import Playbook, load_playbook
from knowledge.sources import SourceFile, Sources, digest, missing_folders, sizes
from knowledge.stored import as_text


@dataclass(frozen=True, slots=True)
class CompileReport:
    """What went into a compiled file."""

    target: Path
    digest: str
    codes: int
    families: int
    articles: int
    playbooks: int
    fingerprints: int


@dataclass(slots=True)
class _Content:
    """Everything read so far, and every fault found."""

    tables: dict[str, dict[Row, Row]] = field(default_factory=dict)
    families: dict[str, FamilyEntry] = field(default_factory=dict)
    family_ids: set[str] = field(default_factory=set)
    articles: int = 0
    playbooks: dict[str, Playbook] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def compile_knowledge(sources: Sources, target: Path) -> CompileReport:
    """Validate all sources and replace `target`; SourceError with every fault, nothing written.

    The file appears at once under its name, so readers and other compilers never see half of it.
    """
    content = _read(sources)
    files = sources.all_files()
    meta = {"digest": digest(files), "sizes": sizes(files)}
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        _write(temporary, content, meta, sources.files("articles/**/*.yaml"))
        temporary.chmod(0o644)
        _put_in_place(temporary, target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    return _report(target, content, meta["digest"])


def _put_in_place(temporary: Path, target: Path) -> None:
    try:
        temporary.replace(target)
    except PermissionError as error:
        # Windows does not replace a file that somebody has open.
        raise CompiledFileError(
            f"{target} cannot be replaced ({error.strerror}); stop the program that has it open"
        ) from error


def _report(target: Path, content: _Content, found: str) -> CompileReport:
    def count(table: str) -> int:
        return len(content.tables.get(table, ()))

    return CompileReport(
        target=target,
        digest=found,
        codes=count("code"),
        families=len(content.families),
        articles=content.articles,
        playbooks=len(content.playbooks),
        fingerprints=count("fingerprint"),
    )


def _read(sources: Sources) -> _Content:
    content = _Content()
    for folder in missing_folders(sources.overlays):
        content.faults.append(Fault(str(folder), "", "is no folder; correct the overlay's path"))
    for file in sources.files("catalog/families.yaml"):
        found = read_families(file.path, file.shown_as)
        content.families.update(found.entries)
        content.family_ids |= found.ids
        content.faults += found.faults
    for file in sources.files("catalog/*.tsv"):
        _read_table(file, content)
    _read_playbooks(sources.files("playbooks/**/*.yaml"), content)
    return content


def _read_table(file: SourceFile, content: _Content) -> None:
    """Later folders win: a row with the key of an earlier one takes its place."""
    rows, faults = read_table(file.path, file.shown_as)
    content.faults += faults
    shape = shape_of(file.path)
    table = content.tables.setdefault(shape.table, {})
    for row in rows:
        table[shape.key(row)] = row
    if "family" in shape.header.split("\t"):
        _check_families(file, rows, content)


def _read_playbooks(files: Iterable[SourceFile], content: _Content) -> None:
    """Read playbooks; an overlay's takes the place of ours of the same id."""
    for file in files:
        try:
            playbook = load_playbook(file.path, file.shown_as)
        except SourceError as error:
            content.faults += error.faults
        else:
            content.playbooks[playbook.id] = playbook


def _check_families(file: SourceFile, rows: list[Row], content: _Content) -> None:
    column = [name for name, _ in shape_of(file.path).columns].index("family")
    for family in sorted({str(row[column]) for row in rows} - content.family_ids):
        message = f"the family {family!r} has no entry in families.yaml; add one"
        content.faults.append(Fault(file.shown_as, "family", message))


def _write(
    path: Path, content: _Content, meta: dict[str, str], articles: Sequence[SourceFile]
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody else sees this file yet: no journal is needed.
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + TABLES)
        # Articles are many: each is written where it was read, and then let go.
        written = write_articles(connection, articles, content.tables, path.parent)
        content.articles = written.articles
        if faults := (*content.faults, *written.faults):
            raise SourceError(faults)
        _insert(connection, "meta", meta.items())
        _insert(connection, "family", map(_family_row, content.families.values()))
        for shape in {CODE_SHAPE.table: CODE_SHAPE, **SHAPES}.values():
            if shape.table in COMPILED_AWAY:
                continue
            rows = content.tables.get(shape.table, {}).values()
            _insert(
                connection, shape.table, _ranked(rows, content) if shape is CODE_SHAPE else rows
            )
        _insert(connection, "packed", _packed_codes(content.tables.get("code", {})))
        _insert(connection, "packed", _packed_fingerprints(content))
        _insert(connection, "playbook", _as_json(content.playbooks.values()))
        connection.execute("COMMIT")
        connection.executescript(INDEXES + "VACUUM;")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _family_row(entry: FamilyEntry) -> Row:
    # Prior is kept as a column too: look-ups order by it without reading the entry.
    return entry.id, str(entry.prior), entry.model_dump_json()


def _ranked(rows: Iterable[Row], content: _Content) -> Iterable[Row]:
    """Append its rank in the priority list, or None, to each code."""
    ranks = {row[1:4]: row[0] for row in content.tables.get("priority", {}).values()}
    return ((*row, ranks.get(row[:3])) for row in rows)


def _packed_codes(codes: Iterable[Row]) -> Iterable[tuple[str, bytes]]:
    """The values and the names that any code has; `codes` begin with both."""
    values, names = ({row[column] for row in codes} for column in (0, 1))
    yield "names", packed(name_number(str(name).upper()) for name in names if name)
    yield "values", packed(int(value or 0) for value in values)


def _packed_fingerprints(content: _Content) -> Iterable[tuple[str, bytes]]:
    """What a search for system messages asks before it looks into the table."""
    columns = [name for name, _ in SHAPES["fingerprints"].columns]
    rows = content.tables.get("fingerprint", {}).values()
    hashes, flags = (columns.index(name) for name in ("hash", "flags"))
    yield "beginnings", packed_beginnings(int(row[flags] or 0) for row in rows)
    yield "halves", packed_halves(int(row[hashes] or 0) for row in rows)


def _as_json(entries: Iterable[Playbook]) -> Iterable[Row]:
    return ((entry.id, as_text(entry)) for entry in entries)


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Iterable[object]]) -> None:
    listed = [tuple(row) for row in rows]
    if listed:
        marks = ",".join("?" * len(listed[0]))
        connection.executemany(f"INSERT INTO {table} VALUES({marks})", listed)
