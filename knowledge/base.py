"""KnowledgeBase: look-ups in the compiled file, read-only and usable from any thread.

Opening reads nothing but the file's header and `meta`. pydantic is imported only where an article
or playbook is read, so that looking up a code costs no more than SQLite does.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from knowledge.catalog.schema import APPLICATION_ID, SCHEMA_VERSION
from knowledge.codes.chains import win32_of_ntstatus_by_rule
from knowledge.codes.code import Code
from knowledge.codes.family import Family
from knowledge.errors import CompiledFileError
from knowledge.messages.index import MessageIndex, SqliteRows

MIN_SIMILARITY = 78
"""Names less alike than this (0 to 100) are not offered: they would be guesses."""
MAX_NAME_CHARS = 120
_REBUILD = "build it again with `winerr build`"
_BY_PLAUSIBILITY = "ORDER BY family.prior DESC, code.rank IS NULL, code.rank, code.rowid"
_CODES = "SELECT code.family, value, name, source FROM code JOIN family ON family.id = code.family "


@dataclass(frozen=True, slots=True)
class Errno:
    """What a runtime (`python`, `libuv`, `crt`) makes of a Win32 error; libuv counts downwards."""

    runtime: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class FaqHit:
    """A question that an article answers; a higher `score` fits better."""

    article: str
    ask: str
    answer: str
    score: float


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is in the compiled file, and its digest."""

    codes: int
    values: int
    names: int
    families: int
    articles: int
    playbooks: int
    fingerprints: int
    digest: str


class KnowledgeBase:
    """The compiled knowledge. Nothing changes after opening; CompiledFileError when it is broken.

    `path` is a file that `compile_knowledge` wrote.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        try:
            # immutable: no lock files, so a read-only folder will do.
            uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise CompiledFileError(f"{path} cannot be opened ({error}); {_REBUILD}") from error
        self.meta = self._read_meta()

    def _read_meta(self) -> Mapping[str, str]:
        try:
            self._check_header()
            return MappingProxyType(dict(self._rows("SELECT key, value FROM meta")))
        except CompiledFileError:
            self.close()
            raise

    def _check_header(self) -> None:
        ((application,),) = self._rows("PRAGMA application_id")
        ((version,),) = self._rows("PRAGMA user_version")
        ((pages,),) = self._rows("PRAGMA page_count")
        ((page_size,),) = self._rows("PRAGMA page_size")
        if (application, version) != (APPLICATION_ID, SCHEMA_VERSION):
            raise CompiledFileError(f"{self.path} is of another version; {_REBUILD}")
        if self.path.stat().st_size < pages * page_size:
            raise CompiledFileError(f"{self.path} is cut short; {_REBUILD}")

    def _rows(self, query: str, *values: object) -> list[Any]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CompiledFileError(f"{self.path} is broken ({error}); {_REBUILD}") from error

    def _codes(self, condition: str, *values: object) -> tuple[Code, ...]:
        rows = self._rows(f"{_CODES} WHERE {condition} {_BY_PLAUSIBILITY}", *values)
        return tuple(Code(*row) for row in rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # Families

    @cached_property
    def families(self) -> Mapping[str, Family]:
        """Every family by its id."""
        found = {}
        for (text,) in self._rows("SELECT json FROM family ORDER BY id"):
            entry = json.loads(text)
            found[entry["id"]] = Family(**{**entry, "words": tuple(entry["words"])})
        return MappingProxyType(found)

    def family(self, id: str) -> Family:  # noqa: A002 - what it is called everywhere
        """Return a family; KeyError when there is none of that id."""
        return self.families[id]

    # Codes

    def codes_with_value(self, value: int) -> tuple[Code, ...]:
        """Return the codes of that unsigned value, the most plausible family first."""
        return self._codes("value = ?", value)

    def codes_named(self, name: str) -> tuple[Code, ...]:
        """Return the codes of exactly that name; letters of either case match."""
        return self._codes("name = ? COLLATE NOCASE", name)

    def names_containing(self, part: str, limit: int = 5) -> tuple[Code, ...]:
        """Return codes with `part` in their names, the often met and the short names first."""
        if not part or len(part) > MAX_NAME_CHARS:
            return ()
        query = (
            f"{_CODES} WHERE instr(upper(name), ?) GROUP BY upper(name) ORDER BY code.rank IS NULL,"
            " code.rank, family.prior DESC, length(name), name LIMIT ?"
        )
        return tuple(Code(*row) for row in self._rows(query, part.upper(), limit))

    def names_like(self, name: str, limit: int = 5) -> tuple[tuple[Code, float], ...]:
        """Return codes whose names resemble it, each with its likeness (0 to 1), best first."""
        if not name or len(name) > MAX_NAME_CHARS:
            return ()
        from rapidfuzz import fuzz, process

        matches = process.extract(
            name.upper(),
            self._name_list,
            scorer=fuzz.ratio,
            score_cutoff=MIN_SIMILARITY,
            limit=limit,
        )
        return tuple((self.codes_named(match)[0], score / 100) for match, score, _ in matches)

    @cached_property
    def _name_list(self) -> list[str]:
        query = "SELECT DISTINCT upper(name) FROM code WHERE name IS NOT NULL ORDER BY rank IS NULL"
        return [name for (name,) in self._rows(query)]

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name, in upper case."""
        return frozenset(self._name_list)

    @cached_property
    def _ranks(self) -> dict[tuple[str, int], dict[str | None, int]]:
        ranks: dict[tuple[str, int], dict[str | None, int]] = {}
        query = "SELECT family, value, name, rank FROM priority ORDER BY rank DESC"
        for family, value, name, rank in self._rows(query):
            ranks.setdefault((family, value), {})[name] = rank
        return ranks

    def rank(self, code: Code) -> int | None:
        """Return the place of a code among the often met ones (1 is the most often), or None."""
        ranks = self._ranks.get((code.family, code.value), {})
        return ranks.get(code.name, ranks.get(None))

    # What other systems make of a code

    def win32_of_ntstatus(self, status: int) -> Code | None:
        """Return the Win32 error that an NTSTATUS becomes, or None where Windows knows none.

        Windows itself then answers ERROR_MR_MID_NOT_FOUND (317), which says nothing about it.
        """
        rows = self._rows("SELECT win32 FROM nt_to_win32 WHERE ntstatus = ?", status)
        win32 = rows[0][0] if rows else win32_of_ntstatus_by_rule(status)
        return None if win32 is None else self.win32_code(win32)

    def win32_code(self, value: int) -> Code | None:
        """Return the code with which Windows' own system errors use that value."""
        codes = self.codes_with_value(value)
        spaces = (code for code in codes if self.family(code.family).space == "win32")
        return min(spaces, key=lambda code: not code.source.startswith("winerror.h"), default=None)

    def facility_name(self, kind: str, number: int) -> str | None:
        """Return the name of a facility; `kind` is `hresult` or `ntstatus`."""
        query = "SELECT name FROM facility WHERE kind = ? AND number = ? ORDER BY rowid LIMIT 1"
        rows = self._rows(query, kind, number)
        return str(rows[0][0]) if rows else None

    def exception_hresult(self, type_name: str) -> int | None:
        """Return the HRESULT of a .NET exception type, given with or without its namespace."""
        rows = self._rows(
            "SELECT hresult FROM dotnet_exception WHERE type = ?1 OR substr(type, ?2) = ?3"
            " ORDER BY type != ?1, rowid LIMIT 1",
            type_name,
            -len(type_name) - 1,
            f".{type_name}",
        )
        return int(rows[0][0]) if rows else None

    def exceptions_with_hresult(self, hresult: int) -> tuple[str, ...]:
        """Return the .NET exception types that carry an HRESULT, with their namespaces."""
        query = "SELECT DISTINCT type FROM dotnet_exception WHERE hresult = ? ORDER BY rowid"
        return tuple(name for (name,) in self._rows(query, hresult))

    def errnos_of_win32(self, win32: int) -> tuple[Errno, ...]:
        """Return what each runtime makes of a Win32 error."""
        query = "SELECT runtime, errno, number FROM errno_map WHERE win32 = ? ORDER BY rowid"
        return tuple(Errno(*row) for row in self._rows(query, win32))

    def win32_of_errno(self, runtime: str, name: str) -> tuple[int, ...]:
        """Return the Win32 errors that become this errno in a runtime, lowest first."""
        query = "SELECT win32 FROM errno_map WHERE runtime = ? AND errno = ? ORDER BY win32"
        return tuple(win32 for (win32,) in self._rows(query, runtime, name))

    def python_exception(self, win32: int) -> str:
        """Return the class of the exception that Python raises for a `winerror`."""
        rows = self._rows("SELECT exception FROM python_exception WHERE win32 = ?", win32)
        return str(rows[0][0]) if rows else "OSError"

    def is_iis_substatus(self, status: int, substatus: int) -> bool:
        """Tell whether IIS documents this pair, such as 500.19."""
        query = "SELECT 1 FROM iis_substatus WHERE status = ? AND substatus = ?"
        return bool(self._rows(query, status, substatus))

    def fingerprint_codes(self, fingerprint: int) -> tuple[Code, ...]:
        """Return the codes whose system message has this fingerprint (unsigned, 64 bits)."""
        signed = fingerprint - (1 << 64) if fingerprint >> 63 else fingerprint
        query = "SELECT family, value, name FROM fingerprint WHERE hash = ? ORDER BY rowid"
        codes = (Code(*row) for row in self._rows(query, signed))
        return tuple(sorted(codes, key=lambda code: self.rank(code) or 10_000))

    @cached_property
    def message_index(self) -> MessageIndex:
        """The index of system messages, for `knowledge.messages.find_messages`."""
        return MessageIndex(SqliteRows(self._rows))

    def stats(self) -> Stats:
        """Count what there is."""

        query = (
            "SELECT (SELECT count(*) FROM code), (SELECT count(DISTINCT value) FROM code),"
            " (SELECT count(*) FROM family), (SELECT count(*) FROM article),"
            " (SELECT count(*) FROM playbook), (SELECT count(*) FROM fingerprint)"
        )
        ((codes, values, families, articles, playbooks, fingerprints),) = self._rows(query)
        names = len(self.names)
        return Stats(
            codes, values, names, families, articles, playbooks, fingerprints, self.meta["digest"]
        )
