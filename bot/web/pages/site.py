"""The pages as text: what stands on each, and under which status it is served."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.permalinks import Permalinks, Place, address
from bot.rendering.names import basis_words, code_words, decimal_words, identity_words
from bot.rendering.steps import fix_marks, step_marks
from bot.web.pages.forms import rows_of
from bot.web.pages.paths import ASSETS, MAX_QUERY_CHARS, ROOT
from bot.web.pages.searching import search
from bot.web.pages.templating import environment
from knowledge.entries import Entry, entry_of

if TYPE_CHECKING:
    from knowledge import Code, KnowledgeBase, Reading, Suggestion

_STATIC = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript"}
_PER_PAGE = 200
_OFTEN = 48
_SMALL = 0xFFFF
_KINDS = {
    "failure": "Failure",
    "success_action": "Success, with something to do",
    "progress": "Not a failure: still running",
    "envelope": "Wrapper: another error is inside",
    "state": "Not a failure: a state",
}
_BASES = {"article": "Article", "playbook": "Playbook", "structure": "Structure of the number"}
_TITLES = {
    "causes": "Likely causes",
    "checks": "Find the cause",
    "fix": "Fix it",
    "never": "Better not",
    "context": "What it means where",
    "meaning": "Meaning",
    "seen": "Where it shows",
    "developers": "For developers",
    "faq": "Questions",
    "forms": "Names and numbers",
    "related": "Related codes",
    "readings": "Other meanings of the number",
    "sources": "Sources",
}


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page, or (with `location`) where it is instead."""

    text: str
    status: int = 200
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the pages, with the mark that changes with its content."""

    text: str
    content_type: str
    mark: str


class Site:
    """Renders the pages of one knowledge base; safe to be used from several threads."""

    def __init__(self, base: KnowledgeBase, public_url: str | None = None) -> None:
        self._base = base
        self._public_url = public_url
        self._links = Permalinks(base, public_url)
        self.assets = {path.name: _read_asset(path) for path in sorted(_STATIC.iterdir())}
        self._environment = environment()
        self._environment.globals |= {
            "root": ROOT,
            "max_query": MAX_QUERY_CHARS,
            "asset": self._asset_path,
            "path_of": self._links.path_of,
            "code_words": code_words,
            "number_words": _number_words,
            "short_number": _short_number,
            "identity_words": identity_words,
            "family_title": self._family_title,
            "basis_words": basis_words,
            "basis_tag": lambda answer: _BASES[answer.basis],
            "kind_words": _KINDS.__getitem__,
            "step_marks": step_marks,
            "fix_marks": fix_marks,
            "titles": _TITLES,
        }

    def code(self, family: str, slug: str) -> Page:
        """The page of a code, under its one address; else where that is, or what is near."""
        place = self._links.find(family, slug)
        if place is None:
            return self._no_such_code(family, slug)
        if place.path != address(family, slug):
            return Page("", 301, place.path)
        return Page(self._code_page(place))

    def family(self, family: str, page: int) -> Page:
        """The codes of a family by number, `page` counting from 1."""
        known = self._base.families.get(family)
        if known is None:
            lower = family.lower()
            if lower in self._base.families:
                return Page("", 301, f"{ROOT}/{lower}")
            return self._no_such_code(family, family)
        pages = max(1, -(-self._base.family_sizes.get(family, 0) // _PER_PAGE))
        if not 1 <= page <= pages:
            return self.problem(404, "No such page", f"This family has {pages} pages of codes.")
        codes = self._base.codes_of_family(family, _PER_PAGE, (page - 1) * _PER_PAGE)
        words = {"family": known, "codes": codes, "page": page, "pages": pages}
        return Page(self._render("family.html", words))

    def index(self) -> Page:
        """The page to begin at."""
        return Page(self._render("search.html", {"q": "", **self._overview}))

    def search(self, text: str) -> Page:
        """What a text leads to: the page of a code, or what was found."""
        found = search(text, self._base)
        if found.exact is not None:
            return Page("", 302, self._links.path_of(found.exact))
        return Page(self._render("search.html", {"q": text, "found": found}))

    def problem(
        self, status: int, title: str, words: str, suggestions: tuple[Suggestion, ...] = ()
    ) -> Page:
        """A page that says what is wrong and what to do."""
        values = {"title": title, "words": words, "suggestions": suggestions}
        return Page(self._render("problem.html", values), status)

    @cached_property
    def _overview(self) -> dict[str, Any]:
        families = sorted(self._base.families.values(), key=lambda family: family.title.lower())
        often = {self._links.path_of(code): code for code in self._base.often_met(_OFTEN)}
        return {
            "stats": self._base.stats(),
            "often": list(often.values()),
            "families": families,
            "sizes": self._base.family_sizes,
        }

    def _code_page(self, place: Place) -> str:
        entry = entry_of(place.reading, self._base)
        code = place.reading
        same = (c for c in self._base.codes_with_value(code.value) if c.family == code.family)
        sources = [c.source for c in same if c.name == code.name and c.source]
        values = {
            "entry": entry,
            "is_catalogued": place.is_catalogued,
            "canonical": f"{self._public_url}{place.path}" if self._public_url else None,
            "forms": rows_of(entry, self._base, self._links.path_of),
            "related": [
                self._related_path(item.family, item.code) for item in entry.answer.related
            ],
            "sections": list(_sections(entry)),
            "family_docs": self._base.family(code.family).docs,
            "defined_in": ", ".join(dict.fromkeys(sources)),
        }
        return self._render("code.html", values)

    def _related_path(self, family: str, name: str) -> str | None:
        place = self._links.find(family, name)
        return place.path if place is not None else None

    def _no_such_code(self, family: str, slug: str) -> Page:
        near = self._links.near(family.lower(), slug)
        known = self._base.families.get(family.lower())
        where = f"The family “{known.title}” has no such code" if known else "There is no such code"
        words = (
            f"{where} that winerr knows. Search for it above: a number, a name, a line of a log"
            " and a question all work."
        )
        return self.problem(404, "Not found", words, near)

    def _family_title(self, family: str) -> str:
        known = self._base.families.get(family)
        return known.title if known else family

    def _asset_path(self, name: str) -> str:
        return f"{ASSETS}/{name}?v={self.assets[name].mark}"

    def _render(self, template: str, values: dict[str, Any]) -> str:
        return self._environment.get_template(template).render(values)


def _sections(entry: Entry) -> Iterator[tuple[str, str]]:
    """The anchors of a code's page, in the order of the template."""
    answer, article = entry.answer, entry.article
    there = {
        "causes": answer.causes,
        "checks": answer.diagnose,
        "fix": answer.fix,
        "never": answer.never,
        "context": article and article.context,
        "meaning": article,
        "seen": answer.seen_in,
        "developers": answer.developer_notes,
        "faq": answer.faq,
        "forms": True,
        "related": answer.related,
        "readings": answer.others or (article and article.ambiguity),
        "sources": True,
    }
    return ((anchor, title) for anchor, title in _TITLES.items() if there[anchor])


def _number_words(code: Code | Reading) -> str:
    """The number beside a name: `5 = 0x00000005`; beside a number, in decimal only."""
    return f"{decimal_words(code)} = {code.hex}" if code.name else decimal_words(code)


def _short_number(code: Code | Reading) -> str:
    """The number in the one form in which people mostly write it."""
    return code.hex if code.value > _SMALL else str(code.value)


def _read_asset(path: Path) -> Asset:
    text = path.read_text("utf-8")
    mark = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Asset(text, _TYPES[path.suffix], mark)
