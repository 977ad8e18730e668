"""Rules about what is written: names and numbers that exist, and advice that says something."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from knowledge.checking.lists import Allowed
from knowledge.codes.code import format_hex
from knowledge.guidance import Source

Problem = tuple[str, str]
Texts = list[tuple[str, str]]

_NAME = re.compile(r"(?<![\w%.\\/-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w.])")
_HEX = re.compile(r"(?<![\w.])0x[0-9A-Fa-f]{1,8}(?!\w)")
_GLUED = re.compile(
    r"[A-Z]\w+[a-z]with\s|[A-Z]_[A-Z]+(?:ERROR|STATUS|E)_[A-Z]+ERROR_|\)[A-Za-z]{3}"
)
_URL = re.compile(r"\bhttps?://[^\s)>\"']+")
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_MIN_WORDS = 6
_MAX_ARTICLES_WITH_SENTENCE = 2


@dataclass(frozen=True, slots=True)
class KnownCodes:
    """The catalogue as the rules look it up; `named` holds family and name of each code."""

    codes: frozenset[tuple[str, int, str | None]]
    named: frozenset[tuple[str, str]]
    names: frozenset[str]
    values: frozenset[int]

    def has_value(self, value: int) -> bool:
        """Whether a number is a code, or wraps one as 0x8007xxxx and 0xC007xxxx do."""
        return value in self.values or (
            value >> 16 in (0x8007, 0xC007) and value & 0xFFFF in self.values
        )


def check_texts(texts: Texts, known: KnownCodes, allowed: Allowed) -> Iterator[Problem]:
    """Say what is wrong with single texts: names, numbers, phrases, glued words, links."""
    for place, text in texts:
        for message in (
            *_unknown_names(text, known, allowed),
            *_unknown_numbers(text, known, allowed),
            *_empty_phrases(text, allowed),
            *_foreign_links(text, allowed),
        ):
            yield place, message
        if found := _GLUED.search(text):
            yield place, f"{found.group().strip()!r} looks glued together: put a space in between"


def _unknown_names(text: str, known: KnownCodes, allowed: Allowed) -> Iterator[str]:
    for name in dict.fromkeys(_NAME.findall(text)):
        if name in known.names or name in allowed.names or name in allowed.placeholders:
            continue
        if not (allowed.name_beginnings and name.startswith(allowed.name_beginnings)):
            yield f"{name} is neither in the catalogue nor a listed name: correct or list it"


def _unknown_numbers(text: str, known: KnownCodes, allowed: Allowed) -> Iterator[str]:
    for written in dict.fromkeys(_HEX.findall(text)):
        value = int(written, 16)
        if not known.has_value(value) and value not in allowed.numbers:
            yield f"{written} is no code of the catalogue: correct it, or list it under numbers"


def _empty_phrases(text: str, allowed: Allowed) -> Iterator[str]:
    for pattern in allowed.phrases:
        if found := pattern.search(text):
            yield f"{found.group()!r} helps nobody: say what exactly to look at or do"


def _foreign_links(text: str, allowed: Allowed) -> Iterator[str]:
    for url in _URL.findall(text):
        if message := _link_fault(url, allowed):
            yield message


def check_sources(sources: Iterable[Source], allowed: Allowed) -> Iterator[Problem]:
    """Say which sources lie elsewhere than allowed, and whether none of them is official."""
    hosts = set()
    for index, source in enumerate(sources):
        hosts.add(urlsplit(source.url).hostname)
        if message := _link_fault(source.url, allowed):
            yield f"sources[{index}].url", message
    if not hosts & allowed.official:
        yield "sources", f"none is official: name one of {', '.join(sorted(allowed.official))}"


def _link_fault(url: str, allowed: Allowed) -> str | None:
    parts = urlsplit(url)
    if parts.scheme != "https":
        return f"{url} is not https: use the secure address"
    if parts.hostname not in allowed.domains:
        return f"{parts.hostname} is no listed domain: find a listed source, or list it"
    return None


def check_repetition(texts: Texts) -> Iterator[Problem]:
    """Say which sentences stand twice in one article."""
    first: dict[str, str] = {}
    for place, text in texts:
        for sentence in sentences(text):
            if sentence in first:
                yield place, f"repeats a sentence of {first[sentence]}: say something new or cut it"
            first.setdefault(sentence, place)


def boilerplate(articles: Mapping[str, Texts]) -> Iterator[tuple[str, str, str]]:
    """Yield (article, place, message) for sentences that too many articles share."""
    seen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, texts in articles.items():
        for place, text in texts:
            for sentence in sentences(text):
                seen[sentence].append((name, place))
    for places in seen.values():
        owners = sorted({name for name, _ in places})
        if len(owners) > _MAX_ARTICLES_WITH_SENTENCE:
            for name, place in places:
                yield (
                    name,
                    place,
                    f"stands in {len(owners)} articles: write what holds for this one",
                )


def sentences(text: str) -> list[str]:
    """The sentences of a text that are long enough to be compared, folded."""
    found = (" ".join(part.casefold().split()) for part in _SENTENCE.split(text))
    return [sentence for sentence in found if len(sentence.split()) >= _MIN_WORDS]


def check_codes(
    codes: Iterable[tuple[str, int, str | None]], known: KnownCodes
) -> Iterator[Problem]:
    """Say which codes of an article the catalogue does not have like that."""
    for index, (family, value, name) in enumerate(codes):
        if (family, value, name) not in known.codes:
            told = f"{family} {format_hex(value)} {name}"
            yield f"codes[{index}]", f"{told} is not in the catalogue: correct it or add it there"
