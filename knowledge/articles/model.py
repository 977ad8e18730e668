"""An article: what there is to know about one condition, under all its spellings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from knowledge.articles.rules import ARTICLE_RULES, as_errors, broken
from knowledge.codes.code import MAX_CODE, Code
from knowledge.errors import ArticleError
from knowledge.guidance import (
    Cause,
    Fix,
    Kind,
    Never,
    Question,
    Related,
    Source,
    Step,
    Strict,
    Variant,
)
from knowledge.strict_yaml import read_document, validate

Confidence = Literal["documented", "observed", "derived"]


class ArticleCode(Strict):
    """A code that the article is about: its family, its name there and its unsigned value."""

    family: str = Field(pattern=r"^[a-z0-9_]{2,40}$")
    name: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]{1,99}$")
    value: int = Field(ge=0, le=MAX_CODE)

    @property
    def code(self) -> Code:
        """The same as a code of the catalogue."""
        return Code(self.family, self.value, self.name)


class Ambiguity(Strict):
    """Another reading of the same number, and the words of a text that would decide for it."""

    family: str = Field(pattern=r"^[a-z0-9_]{2,40}$")
    meaning: str = Field(min_length=5, max_length=200)
    words: tuple[str, ...] = Field(min_length=1)


class Article(Strict):
    """Everything written about one condition.

    `id` is the path below the articles' folder without its suffix. `codes[0]` is the canonical
    code. `single_cause` says why only one cause is listed. `seen_in` are the APIs, logs, event ids
    and products in which people meet it. `examples` are texts that must lead here, `not_examples`
    texts that must not.
    """

    id: str = Field(pattern=r"^[a-z0-9_-]+/[A-Za-z0-9_-]+$")
    codes: tuple[ArticleCode, ...] = Field(min_length=1)
    kind: Kind
    title: str = Field(min_length=10, max_length=120)
    summary: str = Field(min_length=80, max_length=280)
    meaning: str = Field(min_length=40, max_length=600)
    background: str | None = Field(default=None, min_length=40, max_length=900)
    seen_in: tuple[str, ...] = Field(min_length=1)
    causes: tuple[Cause, ...] = Field(min_length=1)
    single_cause: str | None = Field(default=None, min_length=20, max_length=300)
    impact: str = Field(min_length=40, max_length=500)
    diagnose: tuple[Step, ...] = Field(min_length=1)
    fix: tuple[Fix, ...] = ()
    never: tuple[Never, ...] = ()
    context: tuple[Variant, ...] = ()
    related: tuple[Related, ...] = Field(min_length=1)
    faq: tuple[Question, ...] = Field(min_length=3)
    developer_notes: str | None = Field(default=None, min_length=40, max_length=2500)
    ambiguity: tuple[Ambiguity, ...] = ()
    applies_to: str | None = Field(default=None, max_length=300)
    sources: tuple[Source, ...] = Field(min_length=1)
    examples: tuple[str, ...] = Field(min_length=2)
    not_examples: tuple[str, ...] = Field(min_length=2)
    updated: date
    confidence: Confidence

    @model_validator(mode="after")
    def _references_lead_somewhere(self) -> Article:
        if findings := broken(self.model_dump(), ARTICLE_RULES):
            raise ValidationError.from_exception_data("Article", as_errors(findings))
        return self

    @property
    def canonical(self) -> Code:
        """The code under whose name the article is known."""
        return self.codes[0].code


def article_id(path: Path) -> str:
    """Return the id of the article in a file."""
    return f"{path.parent.name}/{path.stem}"


def load_article(path: Path, shown_as: str | None = None) -> Article:
    """Read one article; ArticleError with every fault (file, field and line) when it is unsound.

    The last folder and the file's name make the id: `win32/ERROR_ACCESS_DENIED`. `shown_as` is the
    path that faults name.
    """
    name = article_id(path)
    document = read_document(path, shown_as or f"{path.parent.name}/{path.name}")
    article = validate(document, Article, {"id": name}, ARTICLE_RULES)
    if article is None or document.faults:
        raise ArticleError(document.faults)
    return article
