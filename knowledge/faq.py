"""Free-text search over what the articles answer: which questions share the words that matter."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MIN_SCORE = 0.5
"""An entry that shares less of the question's weight than this is not an answer to it."""
MAX_WORDS = 24
_BODY_SHARE = 0.5
_WORD = re.compile(r"[^\W_]{2,40}(?:_[^\W_]{1,40}){0,12}")
_EVERYDAY = """
a about after all am an and any are as at be because been but by can could did do does for from
get getting had has have how i if in into is it its just me mean means my no not of on or our
out please should so some tell than that the their them then there these they this to us was we
were what when where which who why will with would you your error code windows happen happens
"""
# Words of every question: they say nothing about which one it is.
_COMMON = frozenset(_EVERYDAY.split())

Rows = Callable[..., list[Any]]


@dataclass(frozen=True, slots=True)
class FaqHit:
    """A question that an article answers, or (with `ask` empty) the article itself.

    `score` (0 to 1) is the share of the question's words, the rare ones weighing most, that the
    entry has.
    """

    article: str
    ask: str
    answer: str
    score: float


def words_of_question(question: str) -> tuple[str, ...]:
    """Return the words worth looking for, each once, at most MAX_WORDS."""
    words = dict.fromkeys(word.lower() for word in _WORD.findall(question))
    return tuple(word for word in words if word not in _COMMON)[:MAX_WORDS]


def search_faq(question: str, limit: int, rows: Rows) -> tuple[FaqHit, ...]:
    """Return the entries that share most with the question, best first; empty when none does."""
    words = words_of_question(question)
    if not words:
        return ()
    scores = _scores(words, rows)
    best = sorted((row for row in scores if scores[row] >= MIN_SCORE), key=lambda r: -scores[r])
    return tuple(_hit(row, scores[row], rows) for row in best[:limit])


def _scores(words: tuple[str, ...], rows: Rows) -> dict[int, float]:
    ((total,),) = rows("SELECT count(*) FROM faq")
    found: dict[int, float] = {}
    whole = 0.0
    for word in words:
        asked = _rows_with(f'{{ask also}} : "{word}"', rows)
        answered = _rows_with(f'body : "{word}"', rows)
        # A word that no entry has weighs most: the question is about something else.
        weight = math.log(1 + total / (len(asked | answered) or 0.5))
        whole += weight
        for row in asked | answered:
            share = 1.0 if row in asked else _BODY_SHARE
            found[row] = found.get(row, 0.0) + weight * share
    return {row: weight / whole for row, weight in found.items()} if whole else {}


def _rows_with(match: str, rows: Rows) -> set[int]:
    return {row for (row,) in rows("SELECT rowid FROM faq WHERE faq MATCH ?", match)}


def _hit(row: int, score: float, rows: Rows) -> FaqHit:
    ((article, ask, body),) = rows("SELECT article, ask, body FROM faq WHERE rowid = ?", row)
    return FaqHit(article, ask, body, score)
