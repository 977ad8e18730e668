"""`winerr check`: the rules that every article and playbook must pass, all faults at once."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from knowledge.articles.model import Article, load_article
from knowledge.catalog.tables import read_table, shape_of
from knowledge.checking.commands import check_fixes, check_steps
from knowledge.checking.examples import check_examples
from knowledge.checking.lists import Allowed, read_lists
from knowledge.checking.prose import (
    KnownCodes,
    Problem,
    Texts,
    boilerplate,
    check_codes,
    check_repetition,
    check_sources,
    check_texts,
)
from knowledge.checking.wording import check_originality, check_wording
from knowledge.errors import Fault, SourceError
from knowledge.guidance import Part
from knowledge.loading import open_knowledge
from knowledge.playbooks.model import Playbook, load_playbook
from knowledge.sources import PACKAGE, Sources
from knowledge.stored import plain

# Fields that are not prose: identifiers, commands, addresses, and texts of others.
_NOT_PROSE = frozenset(
    {"id", "check", "first_check", "for_cause", "run", "url", "examples", "not_examples", "matches"}
    | {"codes", "when", "words", "code", "family", "shell", "rights", "changes", "risk", "relation"}
)
_LOOK_AGAIN = timedelta(days=548)
_PROGRESS_KINDS = frozenset({"success_action", "progress"})


@dataclass(slots=True)
class _Found:
    """What could be read, by the path that faults name, and every fault so far."""

    articles: dict[str, Article] = field(default_factory=dict)
    playbooks: dict[str, Playbook] = field(default_factory=dict)
    faults: set[Fault] = field(default_factory=set)


def check(folders: Sequence[Path] = (PACKAGE,)) -> list[Fault]:
    """Check folders with `articles/`, `playbooks/` and `catalog/`; return every fault, sorted.

    Folders other than the package's own are checked as overlays on it. Examples are tried only
    when everything else can be read.
    """
    overlays = tuple(folder for folder in folders if folder.resolve() != PACKAGE)
    sources = Sources(overlays)
    found = _read(Sources(tuple(folders[1:]), folders[0]) if folders else sources)
    allowed, known = read_lists(), _known_codes(sources)
    for file, article in found.articles.items():
        found.faults |= _faults(file, _article_problems(article, known, allowed))
    for file, playbook in found.playbooks.items():
        found.faults |= _faults(file, _playbook_problems(playbook, known, allowed))
    found.faults |= set(_shared_sentences(found.articles))
    found.faults |= set(_codes_claimed_twice(found.articles))
    found.faults |= set(_questions_asked_twice(found.articles))
    found.faults |= set(_example_faults(sources, found.articles))
    return sorted(found.faults)


def old_sources(folders: Sequence[Path], today: date) -> list[str]:
    """The articles and playbooks with a source that nobody looked at for 18 months, by path.

    No fault: what they say may still be true, but somebody should look.
    """
    oldest = today - _LOOK_AGAIN
    found = _read(Sources(tuple(folders[1:]), folders[0]) if folders else Sources(()))
    sources = {file: article.sources for file, article in found.articles.items()}
    sources |= {file: playbook.sources for file, playbook in found.playbooks.items()}
    return sorted(
        file for file, listed in sources.items() if any(each.checked < oldest for each in listed)
    )


def _faults(file: str, problems: Iterable[Problem]) -> set[Fault]:
    return {Fault(file, place, message) for place, message in problems}


def _read(sources: Sources) -> _Found:
    found = _Found()
    for file in sources.files("articles/**/*.yaml"):
        try:
            found.articles[file.shown_as] = load_article(file.path, file.shown_as)
        except SourceError as error:
            found.faults.update(error.faults)
    for file in sources.files("playbooks/**/*.yaml"):
        try:
            found.playbooks[file.shown_as] = load_playbook(file.path, file.shown_as)
        except SourceError as error:
            found.faults.update(error.faults)
    return found


def _known_codes(sources: Sources) -> KnownCodes:
    codes: set[tuple[str, int, str | None]] = set()
    for file in sources.files("catalog/*.tsv"):
        shape = shape_of(file.path)
        columns = [name for name, _ in shape.columns]
        if {"family", "value", "name"} <= set(columns):
            places = [columns.index(name) for name in ("family", "value", "name")]
            rows, _ = read_table(file.path, file.shown_as)
            codes |= {tuple(row[place] for place in places) for row in rows}  # type: ignore[misc]
    named = frozenset((family, name) for family, _, name in codes if name)
    names = frozenset(name for _, name in named)
    return KnownCodes(frozenset(codes), named, names, frozenset(value for _, value, _ in codes))


def _article_problems(article: Article, known: KnownCodes, allowed: Allowed) -> Iterator[Problem]:
    texts = prose_of(article)
    yield from check_codes(((c.family, c.value, c.name) for c in article.codes), known)
    for index, related in enumerate(article.related):
        if (related.family, related.code) not in known.named:
            told = f"{related.code} is no code of the family {related.family}"
            yield f"related[{index}].code", f"{told}: correct it, or remove the relation"
    yield from check_texts(texts, known, allowed)
    yield from check_wording(article, texts, allowed)
    yield from check_repetition(texts)
    yield from check_steps(article.diagnose, allowed)
    yield from check_fixes(article.fix, allowed)
    yield from check_sources(article.sources, allowed)
    if article.kind in _PROGRESS_KINDS:
        for place in ("title", "summary"):
            if "failed" in str(getattr(article, place)).casefold():
                yield place, f"says failed, but the kind is {article.kind}: say what happened"


def _playbook_problems(
    playbook: Playbook, known: KnownCodes, allowed: Allowed
) -> Iterator[Problem]:
    texts = prose_of(playbook)
    yield from check_texts(texts, known, allowed)
    yield from check_repetition(texts)
    yield from check_steps(playbook.diagnose, allowed)
    yield from check_fixes(playbook.fix, allowed)
    yield from check_sources(playbook.sources, allowed)
    families = {family for family, _, _ in known.codes}
    named = (*playbook.matches.families, *(r.family for r in playbook.matches.ranges))
    for family in sorted(set(named) - families):
        yield "matches", f"the catalogue has no family {family!r}: correct it"


def prose_of(part: Part) -> Texts:
    """Every text that people read, with its place."""
    return list(_walk("", plain(part)))


def _walk(place: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_PROSE:
                yield from _walk(f"{place}.{key}".removeprefix("."), item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(f"{place}[{index}]", item)


def _shared_sentences(articles: dict[str, Article]) -> Iterator[Fault]:
    texts = {file: prose_of(article) for file, article in articles.items()}
    return (Fault(*found) for found in boilerplate(texts))


def _codes_claimed_twice(articles: dict[str, Article]) -> Iterator[Fault]:
    claims: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for file, article in articles.items():
        for index, code in enumerate(article.codes):
            # An overlay may replace an article: the same id is no second claim.
            claims[code.family, code.value].setdefault(article.id, f"{file}\0codes[{index}]")
    for (family, _), claimants in claims.items():
        for article_id, place in claimants.items():
            others = ", ".join(sorted(claimants.keys() - {article_id}))
            if others:
                file, where = place.split("\0")
                message = f"this code of {family} is also claimed by {others}: join them"
                yield Fault(file, where, message)


def _questions_asked_twice(articles: dict[str, Article]) -> Iterator[Fault]:
    """A question in the same words leads to one article only, or nobody finds the other."""
    first: dict[str, str] = {}
    for file, article in articles.items():
        for index, question in enumerate(article.faq):
            folded = " ".join(question.ask.casefold().split())
            if first.setdefault(folded, article.id) != article.id:
                message = f"{first[folded]} asks the same: say what is particular to this one"
                yield Fault(file, f"faq[{index}].ask", message)


def _example_faults(sources: Sources, articles: dict[str, Article]) -> Iterator[Fault]:
    with tempfile.TemporaryDirectory(prefix="winerr-check-") as folder:
        try:
            base = open_knowledge(sources.overlays, Path(folder))
        except SourceError as error:
            yield from error.faults
            return
        with closing(base):
            for file, article in articles.items():
                yield from _faults(file, check_examples(article, base))
                yield from _faults(file, check_originality(article, prose_of(article), base))
