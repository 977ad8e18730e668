"""Articles and playbooks as plain data, which JSON can hold: out of the models and back.

The compiled file keeps them so, without the fields that stand at their defaults. What is read back
was checked when it was built, and is not checked again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from knowledge.articles.model import Ambiguity, Article, ArticleCode
from knowledge.guidance import Cause, Fix, Never, Part, Question, Related, Source, Step, Variant
from knowledge.playbooks.model import CodeRange, Facility, Matches, Playbook

PartT = TypeVar("PartT", bound=Part)
_Reader = Callable[[Any], object]


def plain(part: Part, *, with_defaults: bool = True) -> dict[str, Any]:
    """Return a part as dicts, lists, texts, numbers and None, its fields in their order."""
    return {
        each.name: _plain(value, with_defaults)
        for each in fields(part)  # type: ignore[arg-type]  # every part is a dataclass
        if (value := getattr(part, each.name)) != each.default or with_defaults
    }


def _plain(value: object, with_defaults: bool) -> object:
    if isinstance(value, Part):
        return plain(value, with_defaults=with_defaults)
    if isinstance(value, tuple):
        return [_plain(item, with_defaults) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def as_text(part: Part) -> str:
    """Return a part as the compiled file holds it."""
    kept = plain(part, with_defaults=False)
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def read_article(text: str) -> Article:
    """Return the article that `as_text` wrote; ValueError when the text is something else."""
    return _read(Article, text)


def read_playbook(text: str) -> Playbook:
    """Return the playbook that `as_text` wrote; ValueError when the text is something else."""
    return _read(Playbook, text)


def _read(kind: type[PartT], text: str) -> PartT:
    try:
        return _part(kind, json.loads(text))
    except (TypeError, AttributeError, KeyError) as error:
        raise ValueError(f"is no {kind.__name__.lower()}: {error}") from error


def _part(kind: type[PartT], data: Mapping[str, Any]) -> PartT:
    readers = _READERS.get(kind, _NO_READERS)
    return kind(**{name: readers.get(name, _as_it_is)(value) for name, value in data.items()})


def _as_it_is(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _each(kind: type[Part]) -> _Reader:
    return lambda items: tuple(_part(kind, item) for item in items)


_SHARED: Mapping[str, _Reader] = {
    "causes": _each(Cause),
    "diagnose": _each(Step),
    "fix": _each(Fix),
    "faq": _each(Question),
    "sources": _each(Source),
    "updated": date.fromisoformat,
}
# What is neither a text, a number nor a list of texts.
_READERS: Mapping[type[Part], Mapping[str, _Reader]] = {
    Article: {
        **_SHARED,
        "codes": _each(ArticleCode),
        "never": _each(Never),
        "context": _each(Variant),
        "related": _each(Related),
        "ambiguity": _each(Ambiguity),
    },
    Playbook: {**_SHARED, "matches": lambda data: _part(Matches, data)},
    Matches: {"ranges": _each(CodeRange), "facilities": _each(Facility)},
    Source: {"checked": date.fromisoformat},
}
_NO_READERS: Mapping[str, _Reader] = {}
