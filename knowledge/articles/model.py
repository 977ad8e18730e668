"""An article: what there is to know about one condition, under all its spellings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from knowledge.codes.code import MAX_CODE, Code
from knowledge.constraints import AtLeast, Between, Chars
from knowledge.errors import ArticleError
from knowledge.guidance import (
    Cause,
    Fix,
    Kind,
    Never,
    Part,
    Question,
    Related,
    Source,
    Step,
    Variant,
)

Confidence = Literal["documented", "observed", "derived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCode(Part):
    """A code that the article is about: its family, its name there and its unsigned value."""

    family: Annotated[str, Chars(pattern=r"^[a-z0-9_]{2,40}$")]
    name: Annotated[str, Chars(pattern=r"^[A-Za-z_][A-Za-z0-9_]{1,99}$")] | None = None
    value: Annotated[int, Between(0, MAX_CODE)]

    @property
    def code(self) -> Code:
        """The same as a code of the catalogue."""
        return Code(self.family, self.value, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguity(Part):
    """Another reading of the same number, and the words of a text that would decide for it."""

    family: Annotated[str, Chars(pattern=r"^[a-z0-9_]{2,40}$")]
    meaning: Annotated[str, Chars(5, 200)]
    words: Annotated[tuple[str, ...], AtLeast(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Part):
    """Everything written about one condition.

    `id` is the path below the articles' folder without its suffix. `codes[0]` is the canonical
    code. `single_cause` says why only one cause is listed. `seen_in` are the APIs, logs, event ids
    and products in which people meet it. `examples` are texts that must lead here, `not_examples`
    texts that must not.
    """

    id: Annotated[str, Chars(pattern=r"^[a-z0-9_-]+/[A-Za-z0-9_-]+$")]
    codes: Annotated[tuple[ArticleCode, ...], AtLeast(1)]
    kind: Kind
    title: Annotated[str, Chars(10, 120)]
    summary: Annotated[str, Chars(80, 280)]
    meaning: Annotated[str, Chars(40, 600)]
    background: Annotated[str, Chars(40, 900)] | None = None
    seen_in: Annotated[tuple[str, ...], AtLeast(1)]
    causes: Annotated[tuple[Cause, ...], AtLeast(1)]
    single_cause: Annotated[str, Chars(20, 300)] | None = None
    impact: Annotated[str, Chars(40, 500)]
    diagnose: Annotated[tuple[Step, ...], AtLeast(1)]
    fix: tuple[Fix, ...] = ()
    never: tuple[Never, ...] = ()
    context: tuple[Variant, ...] = ()
    related: Annotated[tuple[Related, ...], AtLeast(1)]
    faq: Annotated[tuple[Question, ...], AtLeast(3)]
    developer_notes: Annotated[str, Chars(40, 2500)] | None = None
    ambiguity: tuple[Ambiguity, ...] = ()
    applies_to: Annotated[str, Chars(most=300)] | None = None
    sources: Annotated[tuple[Source, ...], AtLeast(1)]
    examples: Annotated[tuple[str, ...], AtLeast(2)]
    not_examples: Annotated[tuple[str, ...], AtLeast(2)]
    updated: date
    confidence: Confidence

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
    # Reading what was built needs neither YAML nor pydantic.
    from knowledge.articles.rules import ARTICLE_RULES
    from knowledge.strict_yaml import read_document, validate

    name = article_id(path)
    document = read_document(path, shown_as or f"{path.parent.name}/{path.name}")
    article = validate(document, Article, {"id": name}, ARTICLE_RULES)
    if article is None or document.faults:
        raise ArticleError(document.faults)
    return article
