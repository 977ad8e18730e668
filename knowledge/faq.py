"""Free-text search: a question -> the articles and FAQ entries that answer it.

`knowledge.searching` says what a question's words say for each article; here they are looked up in
the compiled file, and the best is judged: is it an answer at all? (docs/writing-articles.md#search)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from knowledge.searching.certainty import is_answer
from knowledge.searching.index import unpacked
from knowledge.searching.scoring import Posting, Scores, score

MAX_CHARS = 1_000
"""Longer questions are logs; their beginning says what they are about."""
_MIN_RESPELT = 6
_LONG = 9
_SURE_OF_WORD = 3
_REMEMBERED = 4

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


class FaqSearch:
    """The search in one compiled file; `rows` runs a statement with its values."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        # One question is looked at from several sides.
        self._scored = lru_cache(_REMEMBERED)(self._score)

    def hits(self, question: str, limit: int, *, unsure: bool = False) -> tuple[FaqHit, ...]:
        """Return the articles that answer a question best; empty when none does.

        With `unsure`, the nearest ones are returned even then.
        """
        question = question[:MAX_CHARS]
        exact = self._asked_exactly(question)
        scores = self._scored(question)
        best = scores.best(limit)
        if not best:
            return exact
        known, said = scores.known[best[0]], scores.said[best[0]]
        if not unsure and not is_answer(question, scores.words, known, said):
            return exact
        ranked = [self._hit(number, known * scores.said[number] / said, scores) for number in best]
        already = {hit.article for hit in exact}
        return (*exact, *(hit for hit in ranked if hit.article not in already))[:limit]

    def scores_of(self, question: str) -> dict[str, float]:
        """Return how much is said for each article of which the question has any word."""
        scores = self._scored(question[:MAX_CHARS])
        return {self._articles[number]: said for number, said in scores.said.items()}

    def _score(self, question: str) -> Scores:
        return score(question, self._look, self._respell, self._ranks, len(self._articles))

    def _asked_exactly(self, question: str) -> tuple[FaqHit, ...]:
        """The entries that ask just that, as when somebody picks a suggested question."""
        query = "SELECT article, ask, answer FROM faq WHERE ask = ? ORDER BY article"
        found = self._rows(query, question.strip())
        return tuple(FaqHit(article, ask, answer, 1.0) for article, ask, answer in found)

    def _hit(self, number: int, share: float, scores: Scores) -> FaqHit:
        article = self._articles[number]
        query = "SELECT ask, answer FROM faq WHERE article = ? AND number = ?"
        found = self._rows(query, article, scores.entry.get(number, -1))
        ask, answer = found[0] if found else ("", "")
        return FaqHit(article, ask, answer, round(share, 4))

    def _look(self, words: Iterable[str]) -> dict[str, Posting]:
        wanted = tuple(words)
        marks = ",".join("?" * len(wanted))
        query = (
            f"SELECT word, documents, articles, entries FROM search_word WHERE word IN ({marks})"  # noqa: S608 (only marks)
        )
        return {row[0]: _posting(*row[1:]) for row in self._rows(query, *wanted)}

    def _respell(self, word: str) -> str | None:
        """The word of several articles that comes nearest to a misspelt one, or None."""
        if len(word) < _MIN_RESPELT or not word.isalpha() or not word.isascii():
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        wrong = 2 if len(word) >= _LONG else 1
        # Hardly anybody misspells the first letter.
        query = (
            "SELECT word FROM search_word WHERE word >= ? AND word < ? AND documents >= ?"
            " AND length(word) BETWEEN ? AND ?"
        )
        bounds = word[0], chr(ord(word[0]) + 1), _SURE_OF_WORD, len(word) - wrong, len(word) + wrong
        choices = [other for (other,) in self._rows(query, *bounds)]
        found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=wrong)
        return found[0] if found else None

    @cached_property
    def _articles(self) -> tuple[str, ...]:
        """The articles' ids by their numbers."""
        return tuple(name for (name,) in self._rows("SELECT id FROM article ORDER BY id"))

    @cached_property
    def _ranks(self) -> dict[int, int]:
        ranks = dict(self._rows("SELECT id, rank FROM article WHERE rank IS NOT NULL"))
        return {number: ranks[name] for number, name in enumerate(self._articles) if name in ranks}


def _posting(having: int, articles: bytes, entries: bytes) -> Posting:
    numbers, weights = unpacked(articles, 2)
    owners, places, shares = unpacked(entries, 3)
    return Posting(
        having,
        dict(zip(numbers, weights, strict=True)),
        dict(zip(zip(owners, places, strict=True), shares, strict=True)),
    )
