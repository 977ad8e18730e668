"""Free-text search: a question -> the articles and FAQ entries that answer it, by their words.

SQLite's FTS5 ranks (BM25, word stems): what an article is asked, its title, names and the places in
which people meet it weigh more than its prose. To that comes the best of its FAQ entries, the
synonyms of `synonyms.txt`, and how often people meet the code. The weights were chosen on questions
held out of the index (docs/writing-articles.md#search).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MIN_COVERAGE = 0.6
"""An article that knows less of the question's words, the rare ones weighing most, is no answer."""
MIN_WORDS = 2
"""One word is a topic, not a question."""
MAX_WORDS = 24
_ARTICLE_WEIGHTS = "0, 2, 2, 2, 1.5, 1.2, 0.7"  # article, asked, title, names, seen, summary, body
_ENTRY_WEIGHTS = "0, 2, 2, 0.6"  # article, ask, also, answer
_ENTRY_SHARE = 0.4
_SYNONYM_SHARE = 0.2
_RANK_SHARE = 0.4
_RANKED = 700
_LIKELY = 30
_COVERAGE_POWER = 0.5
_WORD = re.compile(r"[^\W_]{2,40}(?:_[^\W_]{1,40}){0,12}")
_EVERYDAY = """
a about after all am an and any are as at be because been but by can could did do does for from
get getting had has have how i if in into is it its just me mean means my no not of on or our
out please should so some tell than that the their them then there these they this to us was we
were what when where which who why will with would you your error code windows happen happens
again already also always anything ever every everything here kind many maybe more most much never
nothing now only other really same something still sure thing things too very way
anybody anyone do doing fine fix going good got great hello help hi idea keep keeps know lunch me
need nice problem solve someone thank thanks today tomorrow weather weekend well yes yesterday
"""
# Words of every question: they say nothing about which one it is.
_COMMON = frozenset(_EVERYDAY.split())
_SYNONYMS = Path(__file__).with_name("synonyms.txt")

Rows = Callable[..., list[Any]]


@dataclass(frozen=True, slots=True)
class FaqHit:
    """A question that an article answers, or (with `ask` empty) the article itself.

    `score` (0 to 1) is the share of the question's words that the best article knows, less for
    those that rank below it.
    """

    article: str
    ask: str
    answer: str
    score: float


def _with_equals(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with those that mean the same thing."""
    return tuple(dict.fromkeys(each for word in words for each in (word, *equals().get(word, ()))))


def words_of_question(question: str) -> tuple[str, ...]:
    """Return the words worth looking for, each once, at most MAX_WORDS; names in their parts."""
    parts = (part for word in _WORD.findall(question) for part in word.lower().split("_"))
    words = dict.fromkeys(part for part in parts if len(part) > 1)
    return tuple(word for word in words if word not in _COMMON)[:MAX_WORDS]


def search_faq(
    question: str, limit: int, rows: Rows, *, unsure: bool = False
) -> tuple[FaqHit, ...]:
    """Return the articles that answer a question best; empty when none does.

    With `unsure`, the nearest ones are returned even then.
    """
    exact = _asked_exactly(question, rows)
    words = words_of_question(question)
    if len(words) < MIN_WORDS and not unsure:
        return exact
    scores = _scores(words, rows)
    likely = sorted(scores, key=lambda article: -scores[article])[:_LIKELY]
    known = _coverage(words, likely, rows)
    for article in likely:
        scores[article] *= known[article] ** _COVERAGE_POWER
    best = sorted(likely, key=lambda article: -scores[article])[:limit]
    if not best or (known[best[0]] < MIN_COVERAGE and not unsure):
        return exact
    top = scores[best[0]] or 1.0
    share = known[best[0]]
    ranked = [_hit(each, words, share * scores[each] / top, rows) for each in best]
    already = {hit.article for hit in exact}
    return (*exact, *(hit for hit in ranked if hit.article not in already))[:limit]


def _asked_exactly(question: str, rows: Rows) -> tuple[FaqHit, ...]:
    """The entries that ask just that, as when somebody picks a suggested question."""
    query = "SELECT article, ask, body FROM faq WHERE ask = ? COLLATE NOCASE"
    found = rows(query, question.strip())
    return tuple(FaqHit(article, ask, answer, 1.0) for article, ask, answer in found)


def _scores(words: tuple[str, ...], rows: Rows) -> dict[str, float]:
    if not words:
        return {}
    asked = _any_of(_with_equals(words))
    scores = _article_scores(asked, rows)
    entries: dict[str, float] = {}
    for article, score in rows(
        f"SELECT article, -bm25(faq, {_ENTRY_WEIGHTS}) FROM faq WHERE faq MATCH ?",  # noqa: S608
        asked,
    ):
        entries[article] = max(entries.get(article, 0.0), score)
    _add(scores, entries, _ENTRY_SHARE)
    others = sorted({other for word in words for other in synonyms().get(word, ())} - {*words})
    if others:
        _add(scores, _article_scores(_any_of(others), rows), _SYNONYM_SHARE)
    ranks = dict(rows("SELECT id, rank FROM article WHERE rank IS NOT NULL"))
    for article in scores:
        often = max(0, _RANKED - ranks.get(article, _RANKED)) / _RANKED
        scores[article] *= 1 + _RANK_SHARE * often
    return scores


def _article_scores(match: str, rows: Rows) -> dict[str, float]:
    return dict(
        rows(
            f"SELECT article, -bm25(article_text, {_ARTICLE_WEIGHTS}) FROM article_text"  # noqa: S608
            " WHERE article_text MATCH ?",
            match,
        )
    )


def _add(scores: dict[str, float], more: dict[str, float], share: float) -> None:
    for article, score in more.items():
        scores[article] = scores.get(article, 0.0) + share * score


def _any_of(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


def _coverage(words: tuple[str, ...], articles: list[str], rows: Rows) -> dict[str, float]:
    """The share of the words, weighed by their rareness, that each article has in any form."""
    ((total,),) = rows("SELECT count(*) FROM article_text")
    known = dict.fromkeys(articles, 0.0)
    whole = 0.0
    for word in words:
        match = _any_of((word, *equals().get(word, ()), *synonyms().get(word, ())))
        having = {
            name
            for (name,) in rows(
                "SELECT article FROM article_text WHERE article_text MATCH ?", match
            )
        }
        # A word that no article has weighs most: the question is about something else.
        weight = math.log(1 + total / (len(having) or 0.5))
        whole += weight
        for article in having & known.keys():
            known[article] += weight
    return {article: weight / whole for article, weight in known.items()}


def _hit(article: str, words: tuple[str, ...], score: float, rows: Rows) -> FaqHit:
    """The entry of an article that has most of the words; the article itself when none has any."""
    found = rows(
        f"SELECT ask, body FROM faq WHERE article = ? AND faq MATCH ?"  # noqa: S608
        f" ORDER BY bm25(faq, {_ENTRY_WEIGHTS}) LIMIT 1",
        article,
        _any_of(words),
    )
    ask, body = found[0] if found else ("", "")
    return FaqHit(article, ask, body, round(score, 4))


def synonyms() -> dict[str, tuple[str, ...]]:
    """What else people say for a word, with another shade of meaning."""
    return _groups()[False]


def equals() -> dict[str, tuple[str, ...]]:
    """What else people write for the same thing."""
    return _groups()[True]


@cache
def _groups() -> dict[bool, dict[str, tuple[str, ...]]]:
    groups: dict[bool, dict[str, tuple[str, ...]]] = {False: {}, True: {}}
    for line in _SYNONYMS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = line.removeprefix("=").split()
            others = {word: tuple(each for each in words if each != word) for word in words}
            groups[line.startswith("=")].update(others)
    return groups
