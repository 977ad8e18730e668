"""The words that announce a family of codes, found in a text in one pass.

`knowledge/catalog/families.yaml` lists them: “kerberos” beside 0x18 says which 0x18 is meant. All
words of all families are searched for together, once a text, and asked for by place afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Set
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from knowledge.codes.family import Family
from knowledge.wording import begins_word, ends_word

# Context words count when they stand this near; a whole log would name every subsystem.
NEAR_CHARS = 400
_MAY_GO_ON_FROM = 4


class FamilyWordIndex:
    """All words of all families, ready to be searched for."""

    def __init__(self, families: Mapping[str, Family]) -> None:
        owners: dict[str, list[str]] = defaultdict(list)
        for family in families.values():
            for word in family.words:
                owners[word].append(family.id)
        self.words = tuple(owners)
        self.owners = tuple(tuple(ids) for ids in owners.values())
        self._automaton = AhoCorasick(self.words)

    def find(self, text: str) -> dict[str, list[tuple[int, str]]]:
        """Return family -> the places of its words in lower-case text, in order.

        A word counts only by itself: `rpc` does not stand in `grpc`, nor `.net` in `example.net`. A
        word of four or more letters may go on: `mapi` stands in `mapiexception`.
        """
        places: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            word = self.words[index]
            if not begins_word(word, text, start):
                continue
            may_go_on = len(word) >= _MAY_GO_ON_FROM and not word.isdigit()
            if not may_go_on and not ends_word(word, text, end):
                continue
            for family in self.owners[index]:
                places[family].append((start, word))
        for found in places.values():
            found.sort()
        return places


class FamilyWords:
    """The announcing words of one text; nothing is searched before somebody asks."""

    def __init__(self, index: FamilyWordIndex | None, text: str) -> None:
        self._index = index
        self.text = text

    @cached_property
    def _places(self) -> dict[str, list[tuple[int, str]]]:
        return self._index.find(self.text.lower()) if self._index is not None else {}

    @property
    def families(self) -> Set[str]:
        """The families of which some word stands in the text."""
        return self._places.keys()

    def is_near(self, family: str, start: int) -> bool:
        """Tell whether a word of the family stands within 400 characters of a place."""
        places = self._places.get(family)
        if not places:
            return False
        first = bisect_left(places, (start - NEAR_CHARS, ""))
        return first < len(places) and places[first] < (start + NEAR_CHARS, "")

    def near(self, family: str, start: int) -> tuple[str, ...]:
        """Return the family's different words within 400 characters of a place."""
        places = self._places.get(family)
        if not places:
            return ()
        first = bisect_left(places, (start - NEAR_CHARS, ""))
        last = bisect_left(places, (start + NEAR_CHARS, ""))
        return tuple(dict.fromkeys(word for _, word in places[first:last]))
