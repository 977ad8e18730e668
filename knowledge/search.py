"""A free-text question -> the FAQ entries and articles that answer it, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.codes.code import format_hex

MAX_RESULTS = 5


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What answers: an article's FAQ entry, or (with `ask` None) the article itself."""

    article: str
    family: str
    value: int
    name: str | None
    title: str
    score: float
    ask: str | None
    answer: str


def answers_to(question: str, base: KnowledgeBase) -> tuple[SearchResult, ...]:
    """Return up to five entries; empty when nothing fits well enough to be said."""
    # Imported here: explain() reads the codes in a question, and the base alone needs neither.
    from knowledge.explanation import explain

    results = [
        _article_result(answer.article, 1.0, base)
        for answer in explain(question, base).answers
        if answer.article
    ]
    known = {result.article for result in results}
    for hit in base.search_faq(question, limit=MAX_RESULTS):
        if hit.article not in known:
            results.append(_entry_result(hit.article, hit.ask, hit.score, base))
            known.add(hit.article)
    return tuple(results[:MAX_RESULTS])


def search_json(results: tuple[SearchResult, ...]) -> dict[str, Any]:
    """Return the JSON of `winerr ask`."""
    return {
        "results": [
            {
                "article": result.article,
                "code": {
                    "family": result.family,
                    "code": format_hex(result.value),
                    "name": result.name,
                },
                "score": round(result.score, 3),
                "ask": result.ask,
                "answer": result.answer,
            }
            for result in results
        ]
    }


def _article_result(identifier: str, score: float, base: KnowledgeBase) -> SearchResult:
    article = base.article(identifier)
    code = article.codes[0]
    return SearchResult(
        identifier, code.family, code.value, code.name, article.title, score, None, article.summary
    )


def _entry_result(identifier: str, ask: str, score: float, base: KnowledgeBase) -> SearchResult:
    article = base.article(identifier)
    code = article.codes[0]
    entry = next((entry for entry in article.faq if entry.ask == ask), None)
    return SearchResult(
        identifier, code.family, code.value, code.name, article.title, score,
        entry.ask if entry else None, entry.answer if entry else article.summary,
    )  # fmt: skip
