"""The permanent address of each code, and what an address leads to.

`/codes/<family>/<name>`, or the number where there is no name that is the code's alone: decimal in
families that count, hexadecimal in the others. Other spellings lead to the same code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from bot.web.pages.paths import ROOT
from knowledge import Answer, Code, KnowledgeBase, Reading, Suggestion
from knowledge.codes.code import MAX_CODE, format_hex
from knowledge.entries import catalogue_reading, number_readings
from knowledge.extraction.whole import parse_query
from knowledge.suggestions import suggest

MAX_SLUG_CHARS = 120
_MOST_NEAR = 8
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{1,8})", re.ASCII)
_BARE_HEX = re.compile(r"[0-9A-Fa-f]{1,8}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """What an address leads to: the code, and the one address under which it is served."""

    reading: Reading
    path: str
    is_catalogued: bool


class Permalinks:
    """Addresses of one knowledge base; `public_url` stands before them in links from elsewhere."""

    def __init__(self, base: KnowledgeBase, public_url: str | None = None) -> None:
        self._base = base
        self._public_url = public_url

    def url_of(self, answer: Answer) -> str | None:
        """The full address of an answer's page; None when the pages have no public address."""
        return f"{self._public_url}{self.path_of(answer.reading)}" if self._public_url else None

    def path_of(self, code: Code | Reading) -> str:
        """The one address of a code."""
        return address(code.family, self._slug_of(code))

    def find(self, family: str, slug: str) -> Place | None:
        """The code under an address in any spelling; None when there is none."""
        family = family.lower()
        if family not in self._base.families or not 0 < len(slug) <= MAX_SLUG_CHARS:
            return None
        if (named := self._named(family, slug)) is not None:
            return self._place(catalogue_reading(named, self._base), is_catalogued=True)
        values = _values(slug)
        for value in values:
            same = (c for c in self._base.codes_with_value(value) if c.family == family)
            if (code := next(same, None)) is not None:
                return self._place(catalogue_reading(code, self._base), is_catalogued=True)
        for value in values:
            readings = number_readings(value, self._base)
            if (found := next((r for r in readings if r.family == family), None)) is not None:
                return self._place(found, is_catalogued=False)
        return None

    def near(self, family: str, slug: str) -> tuple[Suggestion, ...]:
        """What was probably meant by an address that leads nowhere."""
        slug = slug[:MAX_SLUG_CHARS]
        elsewhere = [
            *(Suggestion(code, "the same name") for code in self._base.codes_named(slug)),
            *(
                Suggestion(code, "the same number")
                for value in _values(slug)
                for code in self._base.codes_with_value(value)
            ),
        ]
        query = parse_query(slug)
        mistyped = suggest(query, self._base) if query is not None else ()
        ordered = sorted((*elsewhere, *mistyped), key=lambda near: near.code.family != family)
        distinct = {(near.code.family, near.code.value): near for near in reversed(ordered)}
        return tuple(reversed(distinct.values()))[:_MOST_NEAR]

    def _slug_of(self, code: Code | Reading) -> str:
        same = (c for c in self._base.codes_with_value(code.value) if c.family == code.family)
        names = dict.fromkeys((code.name, *(other.name for other in same)))
        for name in filter(None, names):
            if (first := self._named(code.family, name)) and first.value == code.value:
                return str(first.name)
        family = self._base.families.get(code.family)
        counts = family is not None and family.space == "own" and code.value < 0x8000_0000
        return str(code.value) if counts else format_hex(code.value)

    def _named(self, family: str, name: str) -> Code | None:
        """The code that a name of a family leads to: of two numbers with one name, the first."""
        return next((c for c in self._base.codes_named(name) if c.family == family), None)

    def _place(self, reading: Reading, *, is_catalogued: bool) -> Place:
        return Place(reading, self.path_of(reading), is_catalogued)


def address(family: str, slug: str) -> str:
    """The path of these two, as it stands in a link."""
    return f"{ROOT}/{quote(family, safe='')}/{quote(slug, safe='(),')}"


def _values(slug: str) -> tuple[int, ...]:
    """The unsigned values that a number can stand for: `133` is 133, then 0x133."""
    if match := _HEX.fullmatch(slug):
        return (int(match[1], 16),)
    values = []
    if _DECIMAL.fullmatch(slug) and -0x8000_0000 <= int(slug) <= MAX_CODE:
        values.append(int(slug) & MAX_CODE)
    if _BARE_HEX.fullmatch(slug):
        values.append(int(slug, 16))
    return tuple(dict.fromkeys(values))
