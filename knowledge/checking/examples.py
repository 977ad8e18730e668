"""Rules about examples: each must lead to its article, and no not_example may."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.articles.model import Article
from knowledge.base import KnowledgeBase
from knowledge.explanation import explain

Problem = tuple[str, str]


def check_examples(article: Article, base: KnowledgeBase) -> Iterator[Problem]:
    """Say which examples are not explained by the article, and which not_examples are."""
    for index, text in enumerate(article.examples):
        if not _leads_to(article, text, base):
            yield f"examples[{index}]", f"{text!r} does not lead here: correct it or the codes"
    for index, text in enumerate(article.not_examples):
        if _leads_to(article, text, base):
            yield f"not_examples[{index}]", f"{text!r} leads here: the recognition is too eager"


def _leads_to(article: Article, text: str, base: KnowledgeBase) -> bool:
    return any(answer.article == article.id for answer in explain(text, base).answers)
