"""KnowledgeBase: look-ups in the compiled file, read-only and usable from any thread.

Opening reads nothing but the file's header and `meta`, so that looking up a code costs no more than
SQLite does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from knowledge.codes.chains import status_without_nt_bit, win32_of_ntstatus_by_rule
from knowledge.codes.code import Code
from knowledge.codes.family import Family
from knowledge.errors import EntryError
from knowledge.packing import SortedNumbers, name_number
from knowledge.store import CompiledFile

if TYPE_CHECKING:
    from knowledge.articles.model import Article
    from knowledge.extraction.family_words import FamilyWordIndex
    from knowledge.faq import FaqHit, FaqSearch
    from knowledge.messages.index import MessageIndex
    from knowledge.playbooks.index import PlaybookIndex
    from knowledge.playbooks.model import Playbook

MIN_SIMILARITY = 78
"""Names less alike than this (0 to 100) are not offered: they would be guesses."""
MAX_NAME_CHARS = 120
ARTICLES_KEPT = 256
_REMEMBERED = 4_096
_BY_PLAUSIBILITY = "ORDER BY family.prior DESC, code.rank IS NULL, code.rank, code.rowid"
_CODES = "SELECT code.family, value, name, source FROM code JOIN family ON family.id = code.family"
_FACILITY_ITF = 4
# How names begin: ERROR_, STATUS_, E_, RPC_S_, WU_E_, WBEM_E_…
_BEGINNING = re.compile(
    r"(?:[A-Z]{1,8}_)?(?:ERROR|STATUS|E|S|NT|X)_(?=[A-Z])|[A-Z]{1,4}_(?=[A-Z]{4})"
)


@dataclass(frozen=True, slots=True)
class Errno:
    """What a runtime (`python`, `libuv`, `crt`) makes of a Win32 error; libuv counts downwards."""

    runtime: str
    name: str
    number: int


class KnowledgeBase:
    """The compiled knowledge. Nothing changes after opening; CompiledFileError when it is broken.

    `path` is a file that `compile_knowledge` wrote.
    """

    def __init__(self, path: Path) -> None:
        self._file = CompiledFile(path)
        self._rows = self._file.rows
        self.path = path
        self.meta = self._file.meta
        self._read_article = lru_cache(maxsize=ARTICLES_KEPT)(self._load_article)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _codes(self, condition: str, *values: object) -> tuple[Code, ...]:
        rows = self._rows(f"{_CODES} WHERE {condition} {_BY_PLAUSIBILITY}", *values)
        return tuple(Code(*row) for row in rows)

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

    def codes(self) -> tuple[Code, ...]:
        """Return every code of the catalogue, the most plausible family first."""
        return self._codes("TRUE")

    def codes_with_value(self, value: int) -> tuple[Code, ...]:
        """Return the codes of that unsigned value, the most plausible family first."""
        return self._with_value(value)

    def has_value(self, value: int) -> bool:
        """Tell whether any code has that unsigned value."""
        return value in self._values

    def may_have_name(self, name: str) -> bool:
        """Tell whether any code has that name (in upper case); no is certain, yes nearly."""
        return name_number(name) in self._name_numbers

    @cached_property
    def _values(self) -> SortedNumbers:
        return self._packed("values")

    @cached_property
    def _name_numbers(self) -> SortedNumbers:
        return self._packed("names")

    def _packed(self, key: str) -> SortedNumbers:
        rows = self._rows("SELECT numbers FROM packed WHERE key = ?", key)
        return SortedNumbers(rows[0][0] if rows else b"")

    def codes_named(self, name: str) -> tuple[Code, ...]:
        """Return the codes of exactly that name; letters of either case match."""
        return self._with_name(name)

    def codes_of_family(self, family: str, limit: int, offset: int = 0) -> tuple[Code, ...]:
        """Return the codes of a family by number, `limit` of them after the first `offset`."""
        query = f"{_CODES} WHERE family = ? ORDER BY value, code.rowid LIMIT ? OFFSET ?"
        return tuple(Code(*row) for row in self._rows(query, family, limit, offset))

    @cached_property
    def family_sizes(self) -> Mapping[str, int]:
        """How many codes each family has."""
        return dict(self._rows("SELECT family, count(*) FROM code GROUP BY family"))

    def often_met(self, limit: int) -> tuple[Code, ...]:
        """Return the codes that people meet most, the most met first."""
        query = f"{_CODES} WHERE rank IS NOT NULL ORDER BY rank, code.rowid LIMIT ?"
        return tuple(Code(*row) for row in self._rows(query, limit))

    @cached_property
    def _with_value(self) -> Callable[[int], tuple[Code, ...]]:
        # Logs repeat their numbers, and channels their errors.
        return lru_cache(_REMEMBERED)(lambda value: self._codes("value = ?", value))

    @cached_property
    def _with_name(self) -> Callable[[str], tuple[Code, ...]]:
        return lru_cache(_REMEMBERED)(lambda name: self._codes("name = ? COLLATE NOCASE", name))

    @cached_property
    def family_words(self) -> FamilyWordIndex:
        """The words that announce each family, ready to be searched for in a text."""
        from knowledge.extraction.family_words import FamilyWordIndex

        return FamilyWordIndex(self.families)

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
        """Return codes whose names resemble it, each with its likeness (0 to 1), best first.

        A name typed without its beginning (`ACCES_DENIED`) is compared with what follows the
        beginnings, too. Of equals, the codes met most often come first.
        """
        if not name or len(name) > MAX_NAME_CHARS:
            return ()
        from rapidfuzz import fuzz, process

        def alike(choices: list[str]) -> list[tuple[str, float, int]]:
            return process.extract(
                name.upper(), choices, scorer=fuzz.ratio, score_cutoff=MIN_SIMILARITY, limit=25
            )

        scores = {match: score for match, score, _ in alike(self._name_list)}
        if not _BEGINNING.match(name.upper()):
            for match, score, _ in alike(list(self._names_by_core)):
                # What was not typed counts a little: the whole name, if there is one, goes first.
                for full in self._names_by_core[match]:
                    scores[full] = max(scores.get(full, 0.0), score - 1)
        best = sorted(scores, key=lambda found: (-round(scores[found]), self._order[found]))
        return tuple((self.codes_named(found)[0], scores[found] / 100) for found in best[:limit])

    @cached_property
    def _name_list(self) -> list[str]:
        """Every name in upper case, those met most often first."""
        query = (
            "SELECT upper(name) FROM code JOIN family ON family.id = code.family"
            " WHERE name IS NOT NULL GROUP BY upper(name)"
            " ORDER BY min(ifnull(rank, 9999)), max(family.prior) DESC, min(code.rowid)"
        )
        return [name for (name,) in self._rows(query)]

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self._name_list)}

    @cached_property
    def _names_by_core(self) -> dict[str, list[str]]:
        """The names by what follows their beginning, such as ERROR_, STATUS_ or RPC_S_."""
        cores: dict[str, list[str]] = {}
        for name in self._name_list:
            if beginning := _BEGINNING.match(name):
                cores.setdefault(name[beginning.end() :], []).append(name)
        return cores

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
        ranks = self._ranks.get((code.family, code.value))
        return None if ranks is None else ranks.get(code.name, ranks.get(None))

    def best_rank(self, family: str, value: int, names: Sequence[str]) -> int | None:
        """Return the best place that the value has in this family under any of these names."""
        ranks = self._ranks.get((family, value))
        if ranks is None:
            return None
        found = (ranks.get(name, ranks.get(None)) for name in names)
        return min((rank for rank in found if rank is not None), default=None)

    # What other systems make of a code

    def win32_of_ntstatus(self, status: int) -> Code | None:
        """Return the Win32 error that an NTSTATUS becomes, or None where Windows knows none.

        Windows itself then answers ERROR_MR_MID_NOT_FOUND (317), which says nothing about it.
        """
        win32 = self._win32_values(status_without_nt_bit(status))
        return None if win32 is None else self.win32_code(win32)

    @cached_property
    def _win32_values(self) -> Callable[[int], int | None]:
        return lru_cache(_REMEMBERED)(self._find_win32_value)

    def _find_win32_value(self, status: int) -> int | None:
        rows = self._rows("SELECT win32 FROM nt_to_win32 WHERE ntstatus = ?", status)
        return rows[0][0] if rows else win32_of_ntstatus_by_rule(status)

    def statuses_of_win32(self, win32: int) -> tuple[Code, ...]:
        """Return the NTSTATUS codes that become this Win32 error, those met most often first."""
        query = (
            "family = 'ntstatus' AND value IN (SELECT ntstatus FROM nt_to_win32 WHERE win32 = ?)"
            " ORDER BY code.rank IS NULL, code.rank, value"
        )
        return tuple(Code(*row) for row in self._rows(f"{_CODES} WHERE {query}", win32))

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
        """Return the codes whose system message has this fingerprint (64 bits, either sign)."""
        signed = fingerprint - (1 << 64) if fingerprint >> 63 == 1 else fingerprint
        query = "SELECT family, value, name FROM fingerprint WHERE hash = ? ORDER BY rowid"
        return tuple(Code(*row) for row in self._rows(query, signed))

    @cached_property
    def message_index(self) -> MessageIndex:
        """The fingerprints of system messages, ready for `knowledge.messages`."""
        from knowledge.messages.index import MessageIndex, SqliteRows

        return MessageIndex(SqliteRows(self._rows, self._packed))

    # Guidance

    def article(self, id: str) -> Article:  # noqa: A002 - what it is called everywhere
        """Return an article; KeyError when there is none of that id."""
        return self._read_article(id)

    def _load_article(self, identifier: str) -> Article:
        from knowledge.stored import read_article

        rows = self._rows("SELECT json FROM article WHERE id = ?", identifier)
        if not rows:
            raise KeyError(identifier)
        try:
            return read_article(rows[0][0])
        except ValueError as error:
            raise EntryError(f"the article {identifier} in {self.path}: {error}") from error

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, sorted."""
        return tuple(name for (name,) in self._rows("SELECT id FROM article ORDER BY id"))

    def article_for(self, code: Code) -> Article | None:
        """Return the article about a code, also under the other spellings of the same condition.

        Best is the same value in the same family, then the same value and name, then the same
        full-size value in another family of its kind (WINCODEC_ERR_ACCESSDENIED is E_ACCESSDENIED).
        """
        best = self._article_ids_for(code)
        return None if best is None else self.article(best)

    @cached_property
    def _article_ids_for(self) -> Callable[[Code], str | None]:
        return lru_cache(_REMEMBERED)(self._find_article_id)

    def _find_article_id(self, code: Code) -> str | None:
        query = "SELECT article, family, name FROM article_code WHERE value = ? ORDER BY rowid"
        rows = self._rows(query, code.value)
        closeness = {row: self._closeness(code, row[1], row[2]) for row in rows}
        best = max(rows, key=lambda row: closeness[row], default=None)
        return best[0] if best and closeness[best] else None

    def _closeness(self, code: Code, family: str, name: str | None) -> int:
        if code.family == family:
            return 3
        if code.name and name and code.name.upper() == name.upper():
            return 2
        # Components share FACILITY_ITF: there the same value need not be the same condition.
        if code.value < 0x1_0000 or code.value >> 16 & 0x7FF == _FACILITY_ITF:
            return 0
        return int(self._space(code.family) == self._space(family) != "own")

    def _space(self, family: str) -> str | None:
        return self.families[family].space if family in self.families else None

    @cached_property
    def playbooks(self) -> tuple[Playbook, ...]:
        """Every playbook, by id."""
        from knowledge.stored import read_playbook

        try:
            texts = self._rows("SELECT json FROM playbook ORDER BY id")
            return tuple(read_playbook(text) for (text,) in texts)
        except ValueError as error:
            raise EntryError(f"a playbook in {self.path}: {error}") from error

    def playbook_for(self, code: Code) -> Playbook | None:
        """Return the playbook whose match with a code says most, or None."""
        return self._playbook_index.best(code)

    @cached_property
    def _playbook_index(self) -> PlaybookIndex:
        from knowledge.playbooks.index import PlaybookIndex

        return PlaybookIndex(self.playbooks)

    def search_faq(self, query: str, limit: int = 5, *, unsure: bool = False) -> tuple[FaqHit, ...]:
        """Return what the articles answer to a free-text question, best first.

        Empty when none answers it; with `unsure`, the nearest ones even then.
        """
        return self._search.hits(query, limit, unsure=unsure)

    def search_scores(self, query: str) -> dict[str, float]:
        """Return how much the words of a question say for each article that knows any of them."""
        return self._search.scores_of(query)

    @cached_property
    def _search(self) -> FaqSearch:
        from knowledge.faq import FaqSearch

        return FaqSearch(self._rows)

    def stats(self) -> dict[str, int]:
        """Count what there is, by what it is called."""
        ((codes, names, families, articles, playbooks, fingerprints),) = self._rows(
            "SELECT (SELECT count(*) FROM code), (SELECT count(DISTINCT upper(name)) FROM code),"
            " (SELECT count(*) FROM family),"
            " (SELECT count(*) FROM article), (SELECT count(*) FROM playbook),"
            " (SELECT count(*) FROM fingerprint)"
        )
        return {
            "codes": codes,
            "names": names,
            "families": families,
            "articles": articles,
            "playbooks": playbooks,
            "fingerprints": fingerprints,
        }
