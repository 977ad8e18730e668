"""Articles -> what each word says for each of them: a search then only adds up.

Beside single words the index has pairs of words that stand side by side, the names of codes as
people say them, and parts of system messages (hashes). It is made when the knowledge is compiled.
"""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from knowledge.searching.keys import name_keys, pair_key, part_key
from knowledge.searching.weighing import MAX_WEIGHT, SCALE, Field, rareness, weighed
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

MessagePart = tuple[Any, ...]
"""The hash of a part of a system message; value, family and name of the code that it is of."""
Row = tuple[str, int, bytes, bytes]
"""word, in how many articles, their numbers and weights, (article, entry, weight) of entries."""


@dataclass(slots=True)
class _Postings:
    articles: list[tuple[int, int]] = field(default_factory=list)
    entries: list[tuple[int, int, int]] = field(default_factory=list)


def index_rows(articles: Sequence[Article], parts: Iterable[MessagePart] = ()) -> Iterator[Row]:
    """Yield the rows of `search_word`; an article's number is its place in the sequence."""
    found: dict[str, _Postings] = defaultdict(_Postings)
    for number, word, weight in weighed([*map(_document, articles)], ARTICLE_FIELDS):
        found[word].articles.append((number, weight))
    entries = list(_entries(articles))
    for place, word, weight in weighed([words for *_, words in entries], ENTRY_FIELDS):
        number, entry, _ = entries[place]
        found[word].entries.append((number, entry, weight))
    _add_names(articles, found)
    _add_parts(articles, parts, found)
    for word in sorted(found):
        postings = found[word]
        yield word, len(postings.articles), _packed(postings.articles), _packed(postings.entries)


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


def _entries(articles: Sequence[Article]) -> Iterator[tuple[int, int, dict[str, list[str]]]]:
    """Yield (article's number, entry's number, its words by field)."""
    for number, article in enumerate(articles):
        for entry, question in enumerate(article.faq):
            texts = {
                "ask": [question.ask],
                "also": question.also_asked,
                "answer": [question.answer],
            }
            yield number, entry, {name: list(_words(lines)) for name, lines in texts.items()}


def _words(lines: Iterable[str], *, pairs: bool = False) -> Iterator[str]:
    for line in lines:
        words = list(words_of_text(line))
        yield from (word for word in words if word != NOT)
        if pairs:
            yield from (pair_key(*pair) for pair in pairwise(words))


def _add_names(articles: Sequence[Article], found: dict[str, _Postings]) -> None:
    """A name says as much as its words together."""
    for number, article in enumerate(articles):
        names = {code.name for code in article.codes if code.name}
        for key in set().union(*map(name_keys, names)):
            words = key[1:].split(" ")
            said = sum(rareness(len(found[w].articles), len(articles)) for w in words if w != NOT)
            found[key].articles.append((number, _weight(said)))


def _add_parts(
    articles: Sequence[Article], parts: Iterable[MessagePart], found: dict[str, _Postings]
) -> None:
    """The fewer articles have a part of a message, the more it says."""
    spelt: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
    for number, article in enumerate(articles):
        for code in article.codes:
            spelt[code.value].append((number, code.family, code.name))
    having: dict[int, set[int]] = defaultdict(set)
    for value_of_part, value, family, name in parts:
        for number, own_family, own_name in spelt.get(value, ()):
            if family == own_family or (name and name == own_name) or value > _SMALL:
                having[value_of_part].add(number)
    for value_of_part, numbers in having.items():
        said = _weight(rareness(len(numbers), len(articles)))
        found[part_key(value_of_part)].articles += [(number, said) for number in sorted(numbers)]


_SMALL = 0xFFFF


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
