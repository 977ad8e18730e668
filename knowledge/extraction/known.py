"""What extraction asks of the knowledge base, answered with a small memory.

A log repeats its numbers; asking the database once per distinct number keeps a long text cheap.
One view lives as long as one text, so it never grows with the bot's uptime.
"""

from __future__ import annotations

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.extraction.family_words import FamilyWords
from knowledge.extraction.surroundings import Surroundings

_WRAPPERS = (0x8007_0000, 0xC007_0000, 0x4007_0000)
_LEAST_WRAPPER = min(_WRAPPERS)


class CatalogueView:
    """The catalogue as extraction sees it, for one text."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._codes: dict[int, tuple[Code, ...]] = {}
        self._named: dict[str, tuple[Code, ...]] = {}
        self._popularity: dict[int, int | None] = {}
        self._announcers: dict[int, frozenset[str]] = {}
        self._named_values: dict[int, tuple[bool, bool]] = {}
        self._words: FamilyWords | None = None

    def codes_with_value(self, value: int) -> tuple[Code, ...]:
        """Return every family's codes of that value."""
        if value not in self._codes:
            # Most numbers of a text are nobody's: that is known without a query.
            there = self._base.has_value(value)
            self._codes[value] = self._base.codes_with_value(value) if there else ()
        return self._codes[value]

    def codes_named(self, name: str) -> tuple[Code, ...]:
        """Return every code of that name; letters of either case match."""
        key = name.upper()
        if key not in self._named:
            # So are most names.
            there = self._base.may_have_name(key)
            self._named[key] = self._base.codes_named(name) if there else ()
        return self._named[key]

    def is_known(self, value: int) -> bool:
        """Tell whether the value, or the code that it wraps, is in the catalogue."""
        # Most decimals of a log are small and nobody's, and each is another.
        if value < _LEAST_WRAPPER and not self._base.has_value(value):
            return False
        if self.codes_with_value(value):
            return True
        if value & 0xFFFF_0000 in _WRAPPERS:
            return self._base.win32_code(value & 0xFFFF) is not None
        if value >> 28 == 0xD:
            return bool(self.codes_with_value(value & ~0x1000_0000))
        return False

    def has_name(self, value: int) -> bool:
        """Tell whether any family has a name for the value."""
        return self._names_of(value)[0]

    def is_system_error(self, value: int) -> bool:
        """Tell whether a family that numbers like Win32 has a name for the value."""
        return self._names_of(value)[1]

    def _names_of(self, value: int) -> tuple[bool, bool]:
        if value not in self._named_values:
            named = [code.family for code in self.codes_with_value(value) if code.name]
            system = any(self._base.family(family).space == "win32" for family in named)
            self._named_values[value] = bool(named), system
        return self._named_values[value]

    def is_of_family(self, value: int, family: str) -> bool:
        """Tell whether a family has the value."""
        return any(code.family == family for code in self.codes_with_value(value))

    def is_called(self, value: int, name: str) -> bool:
        """Tell whether a code that is written in hexadecimal has the value and the name."""
        return any(
            code.value == value and (code.family == "bugcheck" or value >= 0x8000_0000)
            for code in self.codes_named(name)
        )

    def is_announced(self, value: int, around: Surroundings, start: int) -> bool:
        """Tell whether words of a family that has the value stand near a place of the text."""
        words = self.words_of(around.text)
        if value not in self._announcers:
            self._announcers[value] = self._families_with_words(value) & words.families
        return any(words.is_near(family, start) for family in self._announcers[value])

    def _families_with_words(self, value: int) -> frozenset[str]:
        """The families whose words can speak for a small number; win32's are too common."""
        families = {code.family for code in self.codes_with_value(value)} - {"win32"}
        spaces = ("win32", "own", "bugcheck")
        return frozenset(one for one in families if self._base.family(one).space in spaces)

    def words_of(self, text: str) -> FamilyWords:
        """Return the announcing words of the text; found once."""
        if self._words is None or self._words.text is not text:
            self._words = FamilyWords(self._base.family_words, text)
            self._announcers.clear()
        return self._words

    def popularity(self, value: int) -> int | None:
        """Return the best rank that any code of this value has; None when people seldom meet it."""
        if value not in self._popularity:
            self._popularity[value] = self._best_rank(value)
        return self._popularity[value]

    def _best_rank(self, value: int) -> int | None:
        # Wrapped Win32 errors are ranked as HRESULTs although the catalogue has no row for them.
        codes = (*self.codes_with_value(value), Code("hresult", value, None))
        ranks = [rank for code in codes if (rank := self._base.rank(code)) is not None]
        return min(ranks, default=None)

    def family_prior(self, family: str) -> float:
        """Return how likely (0 to 1) people mean this family when nothing announces it."""
        return self._base.family(family).prior
