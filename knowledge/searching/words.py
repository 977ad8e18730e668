"""The words of a question or an article as the search compares them.

A word is small letters without its ending, so that *install*, *installed* and *installation* are
one. Names that are written together (`TdrDelay`) count whole and in their parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

MIN_STEM = 4
_WORD = re.compile(r"[^\W_]{2,40}")
_PART = re.compile(r"[A-Z]{2,20}(?![a-z])|[A-Z][a-z0-9]{1,30}|[a-z]{2,30}|[0-9]{1,10}")
_NOT = re.compile(r"\b[a-z]{2,6}n['\u2019]t\b", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?<=[a-z])['\u2019](?:s|re|ve|ll|d|m)\b", re.IGNORECASE)
NOT = "not"
"""Stands for every denial. Alone it says nothing, beside a word much: "not exist"."""
# What some write as one word and others as two.
_TOGETHER = tuple(
    (re.compile(rf"\b{parts}\b", re.IGNORECASE), whole)
    for parts, whole in (
        (r"blue[ -]screen(?:s|ed)?", "bluescreen"),
        (r"tim(?:e|es|ed|ing)[ -]?outs?", "timeout"),
        (r"(?:log|sign)(?:s|ged|ging|ed|ing)?[ -](?:on|in|into)", "logon"),
        (r"shut(?:s|ting)?[ -]down", "shutdown"),
        (r"set[ -]up", "setup"),
        (r"back(?:s|ed|ing)?[ -]up", "backup"),
        (r"host[ -]names?", "hostname"),
        (r"user[ -]names?", "username"),
        (r"file[ -]names?", "filename"),
    )
)
_EVERYDAY = """
a about after all am an and any are as at be because been but by can cannot could did do does for
from get getting had has have how i if in into is it its just me mean means my no not of on or
our out please should so some tell than that the their them then there these they this to us was
we were what when where which who why will with would you your error errors code codes windows
happen happens
again also always anything ever every everything here kind many maybe more most much never
nothing now only other really same something still sure thing things too very way while since
anybody anyone doing fine fix fixed going good got great hello help hi idea ideas keep keeps know
lunch need nice problem solve someone thank thanks today tomorrow weather weekend well yes yesterday
say says said tells shows though although even during until through one two both each via
"""
# Words of every question: they say nothing about which one it is.
_COMMON = frozenset(_EVERYDAY.split())
_DENIALS = frozenset(
    ("not", "no", "cannot", "without", "cant", "wont", "dont", "didnt", "doesnt", "isnt")
)
# Names that only look like plurals.
_NO_PLURALS = frozenset(
    (
        "bits",
        "adfs",
        "ntfs",
        "ldaps",
        "https",
        "windows",
        "always",
        "dns",
        "vss",
        "iis",
        "kms",
        "sccms",
    )
)
_ENDINGS = (
    ("ization", "iz"), ("isation", "iz"), ("izing", "iz"), ("ising", "iz"), ("ations", ""),
    ("ation", ""), ("ators", ""), ("ator", ""), ("ate", ""), ("ions", ""), ("ion", ""),
    ("ments", ""), ("ment", ""), ("ness", ""), ("able", ""), ("ible", ""), ("ly", ""),
    ("ise", "iz"), ("ize", "iz"), ("ance", ""), ("ence", ""), ("ent", ""), ("ant", ""),
)  # fmt: skip
_SYNONYMS = Path(__file__).with_name("synonyms.txt")


def words_of_text(text: str) -> Iterator[str]:
    """Yield the words worth looking for, in order and as often as they stand there.

    Of a name that is written together its parts come, then the whole.
    """
    for word, parts in words_with_parts(text):
        yield from parts
        yield word


def words_with_parts(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each word as `words_of_text`, with the parts of a name that is written together."""
    for parts, whole in _TOGETHER:
        text = parts.sub(whole, text)
    for match in _WORD.finditer(_CONTRACTION.sub("", _NOT.sub("not", text))):
        written = match[0]
        word = written.lower()
        if word in _DENIALS:
            yield NOT, ()
        elif word not in _COMMON:
            yield stem(word), _parts(written) if word != written else ()


def _parts(written: str) -> tuple[str, ...]:
    parts = [part.lower() for part in _PART.findall(written)]
    if len(parts) < 2:
        return ()
    return tuple(stem(part) for part in parts if len(part) > 1 and part not in _COMMON)


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """Return a word without its ending; words with digits and short ones stay as they are."""
    if len(word) < MIN_STEM or not word.isalpha() or word in _NO_PLURALS:
        return word
    word = _without_ending_of_verbs(_singular(word))
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            word = word[: -len(ending)] + instead
            break
    if word.endswith("e") and len(word) > MIN_STEM:
        word = word[:-1]
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > MIN_STEM:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_ending_of_verbs(word: str) -> str:
    if word.endswith("ied") and len(word) > MIN_STEM:
        return f"{word[:-3]}y"
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < MIN_STEM - 1 or not _VOWEL.search(rest):
            continue
        if rest[-1] == rest[-2] and rest[-1] not in "lsz":
            return rest[:-1]  # stopped -> stop
        return f"{rest}e" if rest.endswith(_WITH_E) else rest
    return word


_VOWEL = re.compile("[aeiouy]")
# replicated -> replicate, whose ending is then taken like that of replication
_WITH_E = ("at", "iz", "is")


def synonyms() -> dict[str, tuple[str, ...]]:
    """What else people say for a word, with another shade of meaning; words without endings."""
    return _groups()[False]


def equals() -> dict[str, tuple[str, ...]]:
    """What else people write for the same thing; words without endings."""
    return _groups()[True]


@cache
def _groups() -> dict[bool, dict[str, tuple[str, ...]]]:
    groups: dict[bool, dict[str, tuple[str, ...]]] = {False: {}, True: {}}
    for line in _SYNONYMS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            words = [stem(word) for word in line.removeprefix("=").split()]
            table = groups[line.startswith("=")]
            for word in words:
                others = (*table.get(word, ()), *(each for each in words if each != word))
                table[word] = tuple(dict.fromkeys(others))
    return groups
