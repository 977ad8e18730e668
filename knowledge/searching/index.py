"""Articles -> what each word says for each of them: a search then only adds up.

Beside single words the index has pairs of words that stand side by side, the names of codes as
people say them, and parts of system messages (hashes). It is made when the knowledge is compiled.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge.searching.keys import name_keys, pair_key, part_key
from knowledge.searching.weighing import (
    MAX_WEIGHT,
    SCALE,
    Field,
    Vocabulary,
    Weighing,
    rareness,
)
from knowledge.searching.words import NOT, words_of_text

if TYPE_CHECKING:
    from knowledge.articles.model import Article

ARTICLE_FIELDS = {
    "asked": Field(0.7, 0.5),
    "title": Field(0.9, 0.3),
    "names": Field(2.38, 0.15),
    "seen": Field(2.52, 0.35),
    "examples": Field(1.4, 0.6),
    "summary": Field(3.6, 0.25),
    "context": Field(0.42, 0.05),
    "body": Field(0.3, 0.45),
}
"""Chosen on wordings held out of the index and on tests/data/questions/dev.jsonl."""
ENTRY_FIELDS = {"ask": Field(2.0, 0.5), "also": Field(2.0, 0.5), "answer": Field(0.59, 0.5)}
# Pairs are kept from these fields only: in prose they are too many.
_PAIR_FIELDS = frozenset(("asked", "title", "names", "seen", "summary"))

MAX_ARTICLES = 0x1_0000
"""The postings number them with 16 bits."""
_SMALL = 0xFFFF

MessagePart = tuple[Any, ...]
"""The hash of a part of a system message; value, family and name of the code that it is of."""
Row = tuple[str, int, bytes, bytes]
"""word, in how many articles, their numbers and weights, (article, entry, weight) of entries."""


class SearchIndex:
    """The index of articles that are added in the order of their numbers, from 0.

    What an article says is not kept in memory: the articles may be many (`folder` takes a file
    without a name meanwhile).
    """

    def __init__(self, parts: Iterable[MessagePart] = (), folder: Path | None = None) -> None:
        self._vocabulary = Vocabulary()
        self._articles = Weighing(ARTICLE_FIELDS, self._vocabulary, folder)
        self._entries = Weighing(ENTRY_FIELDS, self._vocabulary, folder)
        self._owners, self._places = array("I"), array("H")
        self._parts: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
        for value_of_part, value, family, name in parts:
            self._parts[value].append((value_of_part, family, name))
        self._having_part: dict[int, set[int]] = defaultdict(set)
        self._having_name: dict[str, list[int]] = defaultdict(list)

    def add(self, article: Article) -> None:
        """Take the next article."""
        number = self._articles.documents
        self._articles.add(_document(article))
        for place, words in enumerate(_entries(article)):
            self._entries.add(words)
            self._owners.append(number)
            self._places.append(place)
        names = {code.name for code in article.codes if code.name}
        for key in sorted(set().union(*map(name_keys, names))):
            self._having_name[key].append(number)
        for code in article.codes:
            for value_of_part, family, name in self._parts.get(code.value, ()):
                if code.family == family or (name and name == code.name) or code.value > _SMALL:
                    self._having_part[value_of_part].add(number)

    def rows(self) -> Iterator[Row]:
        """Yield the rows of `search_word`, sorted by word."""
        articles = _Postings(self._articles, 2)
        for owner, number, weight in self._articles.weights():
            articles.add(number, (owner, weight))
        entries = _Postings(self._entries, 3)
        for entry, number, weight in self._entries.weights():
            entries.add(number, (self._owners[entry], self._places[entry], weight))
        phrases = {**self._names(articles), **self._quotations()}
        of_names = {word for key in self._having_name for word in _words_of(key)}
        words = (
            word
            for number, word in enumerate(self._vocabulary.words())
            if articles.count(number) or entries.count(number) or word in of_names
        )
        for word in sorted([*phrases, *words]):
            if word in phrases:
                yield word, *phrases[word], b""
            else:
                number = self._vocabulary.number(word)
                yield word, articles.count(number), articles.packed(number), entries.packed(number)

    def close(self) -> None:
        """Let go of what waits on disk."""
        self._articles.close()
        self._entries.close()

    def _names(self, articles: _Postings) -> dict[str, tuple[int, bytes]]:
        """A name says as much as its words together."""
        total = self._articles.documents

        def said_by(word: str) -> float:
            number = self._vocabulary.number(word)
            # A word that is too common to be kept is not rare.
            return rareness(articles.count(number) or self._articles.having_word(number), total)

        found: dict[str, tuple[int, bytes]] = {}
        for key, numbers in self._having_name.items():
            said = _weight(sum(said_by(word) for word in _words_of(key)))
            found[key] = len(numbers), _packed([(number, said) for number in numbers])
        return found

    def _quotations(self) -> dict[str, tuple[int, bytes]]:
        """The fewer articles have a part of a message, the more it says."""
        found: dict[str, tuple[int, bytes]] = {}
        for value_of_part, numbers in self._having_part.items():
            said = _weight(rareness(len(numbers), self._articles.documents))
            packed = _packed([(number, said) for number in sorted(numbers)])
            found[part_key(value_of_part)] = len(numbers), packed
        return found


class _Postings:
    """What each word says, in a few long arrays: a posting takes two bytes a column."""

    def __init__(self, weighing: Weighing, columns: int) -> None:
        self._starts = array("Q", accumulate(weighing.having, initial=0))
        self._counts = array("I", bytes(4 * len(weighing.having)))
        self._columns = [array("H", bytes(2 * self._starts[-1])) for _ in range(columns)]

    def add(self, word: int, row: tuple[int, ...]) -> None:
        """Add a posting to those of a word."""
        place = self._starts[word] + self._counts[word]
        self._counts[word] += 1
        for column, value in zip(self._columns, row, strict=True):
            column[place] = value

    def count(self, word: int) -> int:
        """Return how many postings a word has."""
        return self._counts[word] if word < len(self._counts) else 0

    def packed(self, word: int) -> bytes:
        """Return the postings of a word as the table keeps them."""
        if word >= len(self._counts):
            return b""
        start, count = self._starts[word], self._counts[word]
        columns = (column[start : start + count] for column in self._columns)
        return b"".join(_lowest_first(column).tobytes() for column in columns)


def _document(article: Article) -> dict[str, list[str]]:
    """What a question is searched in, as words by field."""
    context = (f"{v.where}\n{' '.join(v.when)}\n{v.meaning}" for v in article.context)
    prose = [article.meaning, article.background or "", article.impact]
    prose += [f"{cause.text} {cause.tell}" for cause in article.causes]
    prose += [f"{step.do} {step.run or ''} {step.expect}" for step in article.diagnose]
    prose += [fix.do for fix in article.fix]
    prose += [question.answer for question in article.faq]
    prose.append(article.developer_notes or "")
    texts = {
        "asked": [words for each in article.faq for words in (each.ask, *each.also_asked)],
        "title": [article.title],
        "names": [code.name.replace("_", " ") for code in article.codes if code.name],
        "seen": article.seen_in,
        "examples": article.examples,
        "summary": [article.summary],
        "context": context,
        "body": prose,
    }
    return {name: list(_words(lines, pairs=name in _PAIR_FIELDS)) for name, lines in texts.items()}


def _entries(article: Article) -> Iterator[dict[str, list[str]]]:
    """Yield the words of each entry by field."""
    for question in article.faq:
        texts = {"ask": [question.ask], "also": question.also_asked, "answer": [question.answer]}
        yield {name: list(_words(lines)) for name, lines in texts.items()}


def _words(lines: Iterable[str], *, pairs: bool = False) -> Iterator[str]:
    for line in lines:
        words = list(words_of_text(line))
        yield from (word for word in words if word != NOT)
        if pairs:
            yield from (pair_key(*pair) for pair in pairwise(words))


def _words_of(key: str) -> list[str]:
    """The words of a name's key, but for denials."""
    return [word for word in key[1:].split(" ") if word != NOT]


def _weight(said: float) -> int:
    return min(MAX_WEIGHT, round(said * SCALE))


def _packed(rows: Sequence[tuple[int, ...]]) -> bytes:
    """The columns one after the other, as unsigned 16-bit numbers, lowest byte first."""
    columns = array("H", (value for column in zip(*rows, strict=True) for value in column))
    return _lowest_first(columns).tobytes()


def unpacked(packed: bytes, columns: int) -> list[list[int]]:
    """Return the columns that the table keeps."""
    numbers = array("H")
    numbers.frombytes(packed)
    values = _lowest_first(numbers).tolist()
    size = len(values) // columns
    return [values[place * size : (place + 1) * size] for place in range(columns)]


def _lowest_first(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
