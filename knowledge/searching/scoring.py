"""A question's words -> how much they say for each article, and how much of them it knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice, pairwise
from typing import TypeVar

from knowledge.messages.parts import parts_of_question
from knowledge.searching.keys import MAX_NAME_WORDS, MIN_NAME_WORDS, name_key, pair_key, part_key
from knowledge.searching.weighing import SCALE, rareness
from knowledge.searching.words import NOT, equals, stem, synonyms, words_with_parts

MAX_WORDS = 32
# Chosen on wordings held out of the index and on tests/data/questions/dev.jsonl.
ENTRY_SHARE = 0.66
SYNONYM_SHARE = 0.28
PAIR_SHARE = 0.24
NAME_SHARE = 1.12
PART_SHARE = 1.0
MOST_OF_PARTS = 10.29
RESPELT_SHARE = 0.7
RANK_SHARE = 0.25
RANKED = 700
COVERAGE_POWER = 0.42
UNKNOWN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Posting:
    """What a word says: of how many articles, for which, and for which of their entries."""

    having: int
    articles: Mapping[int, int]
    entries: Mapping[tuple[int, int], int]


Look = Callable[[Iterable[str]], Mapping[str, Posting]]
Respell = Callable[[str], str | None]
K = TypeVar("K")


@dataclass(slots=True)
class Scores:
    """By article's number: what is said for it, what share (0 to 1) it knows, its best entry."""

    words: int
    said: dict[int, float] = field(default_factory=dict)
    known: dict[int, float] = field(default_factory=dict)
    entry: dict[int, int] = field(default_factory=dict)

    def best(self, limit: int) -> list[int]:
        """Return the articles for which most is said."""
        return nsmallest(limit, self.said, key=lambda number: (-self.said[number], number))


def score(
    question: str, look: Look, respell: Respell, ranks: Mapping[int, int], total: int
) -> Scores:
    """Add up what a question's words say; `ranks` are the often met articles, 1 the most."""
    spoken = _spoken(question, look)
    forms = {word: _forms(word) for word in dict.fromkeys(spoken) if word != NOT}
    parts = {part_key(value): {*map(stem, words)} for value, words in parts_of_question(question)}
    pairs = {pair_key(*pair) for pair in pairwise(spoken)}
    names = _names(spoken)
    found = look({*pairs, *names, *parts, *(form for each in forms.values() for form in each)})
    others = {word: other for word in forms if word not in found and (other := respell(word))}
    for word, other in others.items():
        forms[word][other] = RESPELT_SHARE
    if others:
        found = {**found, **look(others.values())}
    scores = Scores(len(forms))
    quoted = {key: part for key, part in parts.items() if key in found}
    _add_words(forms, quoted, found, scores, total)
    _add_phrases(pairs, PAIR_SHARE, found, scores)
    _add_phrases(names, NAME_SHARE, found, scores)
    _add_quotations(quoted, found, scores)
    for number in scores.said:
        often = max(0, RANKED - ranks.get(number, RANKED)) / RANKED
        known = scores.known.get(number, 0.0)
        scores.said[number] *= (1 + RANK_SHARE * often) * known**COVERAGE_POWER / SCALE
    return scores


def _spoken(question: str, look: Look) -> list[str]:
    """The words in order; a name that is written together whole if it is known, else its parts."""
    sequence = list(islice(words_with_parts(question), MAX_WORDS))
    joined = {word for word, parts in sequence if parts}
    known = look(joined) if joined else {}
    spoken: list[str] = []
    for word, parts in sequence:
        spoken += parts if parts and word not in known else [word]
    return spoken


def _forms(word: str) -> dict[str, float]:
    """The word and what else people say for it, each with what it counts."""
    return {
        **dict.fromkeys(synonyms().get(word, ()), SYNONYM_SHARE),
        **dict.fromkeys(equals().get(word, ()), 1.0),
        word: 1.0,
    }


def _names(spoken: list[str]) -> set[str]:
    """Every run of words that may be the name of a code."""
    lengths = range(MIN_NAME_WORDS, MAX_NAME_WORDS + 1)
    return {name_key(spoken[at : at + n]) for n in lengths for at in range(len(spoken) - n + 1)}


def _add_words(
    forms: Mapping[str, Mapping[str, float]],
    quoted: Mapping[str, set[str]],
    found: Mapping[str, Posting],
    scores: Scores,
    total: int,
) -> None:
    entries: dict[tuple[int, int], float] = {}
    whole = 0.0
    for word, shares in forms.items():
        here: dict[int, float] = {}
        there: dict[tuple[int, int], float] = {}
        having = 0
        for form, share in shares.items():
            if (posting := found.get(form)) is None:
                continue
            having = max(having, posting.having)
            _keep_most(here, posting.articles, share)
            _keep_most(there, posting.entries, share)
        _add(scores.said, here)
        _add(entries, there)
        # A word of no article counts against all of them: the question is about something else.
        worth = rareness(having, total) if having else UNKNOWN_SHARE * rareness(0, total)
        whole += worth
        knowing = set(here)
        for key, part in quoted.items():
            if word in part:
                knowing.update(found[key].articles)
        for number in knowing:
            scores.known[number] = scores.known.get(number, 0.0) + worth
    for number in scores.known:
        scores.known[number] /= whole
    most: dict[int, float] = {}
    for (number, entry), said in entries.items():
        if said > most.get(number, 0.0):
            most[number], scores.entry[number] = said, entry
    _add(scores.said, {number: ENTRY_SHARE * said for number, said in most.items()})


def _add_phrases(
    keys: Iterable[str], share: float, found: Mapping[str, Posting], scores: Scores
) -> None:
    for key in keys:
        if (posting := found.get(key)) is not None:
            _add(scores.said, {number: share * said for number, said in posting.articles.items()})


def _add_quotations(keys: Iterable[str], found: Mapping[str, Posting], scores: Scores) -> None:
    quoted: dict[int, float] = {}
    for key in keys:
        _add(quoted, found[key].articles)
    most = MOST_OF_PARTS * SCALE
    _add(scores.said, {number: min(most, PART_SHARE * said) for number, said in quoted.items()})


def _keep_most(kept: dict[K, float], said: Mapping[K, int], share: float) -> None:
    if not kept:
        kept.update((key, share * weight) for key, weight in said.items())
        return
    for key, weight in said.items():
        if share * weight > kept.get(key, 0.0):
            kept[key] = share * weight


def _add(sums: dict[K, float], said: Mapping[K, float]) -> None:
    for key, weight in said.items():
        sums[key] = sums.get(key, 0.0) + weight
