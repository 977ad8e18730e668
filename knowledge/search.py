"""A free-text question -> the FAQ entries and articles that answer it, best first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from knowledge.answers import compose_answers
from knowledge.asked_numbers import is_version
from knowledge.asking import ASKED_NUMBER, explain_asked
from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.faq import FaqHit
from knowledge.findings import Reading
from knowledge.lookupform import code_json

if TYPE_CHECKING:
    from knowledge.answers import Answer

MAX_RESULTS = 5
NEAREST = 3
_SMALL = 0xFFFF
# What the words must say for another reading of a number than the one that is met more often.
_LEAST_SAID = 5.0
_MORE_SAID = 1.5


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What answers a question: an article's FAQ entry, or (with `ask` None) what a code is.

    `article` is None for a code that no article is about: `answer` then comes from its playbook or
    its structure. `code` is the code that the question names, else the article's first.
    """

    article: str | None
    code: Code
    inner: Code | None
    title: str
    score: float
    ask: str | None
    answer: str


def answers_to(question: str, base: KnowledgeBase) -> tuple[SearchResult, ...]:
    """Return up to five entries; empty when nothing fits well enough to be said."""
    hits = base.search_faq(question, limit=MAX_RESULTS)
    exact = [hit for hit in hits if hit.ask.casefold() == question.strip().casefold()]
    answers = explain_asked(question, base, "command").answers
    said = base.search_scores(question) if answers else {}
    answers = tuple(_by_words(answer, said, question, base) for answer in answers)
    guessed = [answer for answer in answers if _may_be_a_count(answer, question)]
    sure = [answer for answer in answers if answer not in guessed]
    ranked = (
        *(_entry_result(hit, base) for hit in exact),
        *(_code_result(answer, question, base) for answer in sure),
        *(_entry_result(hit, base) for hit in hits),
        *(_code_result(answer, question, base) for answer in guessed),
    )
    distinct: dict[object, SearchResult] = {}
    for result in ranked:
        distinct.setdefault(result.article or result.code, result)
    return tuple(distinct.values())[:MAX_RESULTS]


def _may_be_a_count(answer: Answer, question: str) -> bool:
    """A small number that nothing announced, and that nobody wrote about."""
    mention = answer.finding.mention
    if answer.article is not None or mention.value is None or mention.value > _SMALL:
        return False
    return mention.why == ASKED_NUMBER or is_version(question, mention.start)


def _by_words(
    answer: Answer, said: Mapping[str, float], question: str, base: KnowledgeBase
) -> Answer:
    """Of a small number's readings, the one whose article has most of the question's words.

    What the number's own surroundings announce stays; so does a reading that is a little behind.
    """
    finding = answer.finding
    mention, readings = finding.mention, finding.readings
    if mention.value is None or mention.value > _SMALL or mention.cue == readings[0].family:
        return answer

    def words_for(reading: Reading) -> float:
        article = base.article_for(Code(reading.family, reading.value, reading.name))
        return said.get(article.id, 0.0) if article else 0.0

    best = max(readings, key=words_for)
    if words_for(best) <= max(_LEAST_SAID, _MORE_SAID * words_for(readings[0])):
        return answer
    others = (reading for reading in readings if reading is not best)
    return compose_answers([replace(finding, readings=(best, *others))], (), base, question)[0]


def nearest_to(question: str, base: KnowledgeBase) -> tuple[SearchResult, ...]:
    """Return what comes nearest to a question that nothing answers."""
    hits = base.search_faq(question, limit=NEAREST, unsure=True)
    return tuple(_entry_result(hit, base) for hit in hits)


def search_json(results: tuple[SearchResult, ...]) -> dict[str, Any]:
    """Return the JSON of `winerr ask`."""
    return {
        "results": [
            {
                "article": result.article,
                "code": {
                    **code_json(result.code),
                    **({"inner": code_json(result.inner)} if result.inner else {}),
                },
                "score": round(result.score, 3),
                "ask": result.ask,
                "answer": result.answer,
            }
            for result in results
        ]
    }


def _code_result(answer: Answer, question: str, base: KnowledgeBase) -> SearchResult:
    reading = answer.reading
    code = Code(reading.family, reading.value, reading.name)
    ask, said = None, answer.summary
    if answer.article is not None:
        # The question may be one that the article answers in so many words.
        hits = (hit for hit in base.search_faq(question) if hit.article == answer.article)
        if (hit := next(hits, None)) is not None and hit.ask:
            ask, said = hit.ask, hit.answer
    return SearchResult(answer.article, code, reading.inner, answer.title, 1.0, ask, said)


def _entry_result(hit: FaqHit, base: KnowledgeBase) -> SearchResult:
    article = base.article(hit.article)
    return SearchResult(
        hit.article,
        article.codes[0].code,
        None,
        article.title,
        hit.score,
        hit.ask or None,
        hit.answer or article.summary,
    )
