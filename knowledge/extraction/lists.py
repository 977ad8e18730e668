"""Codes in a list: of “errors 0x274d, 0x2afc or 0x2af9” only the first stands behind a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.codes.code import MAX_CODE
from knowledge.extraction.judging import KnownCodes
from knowledge.findings import Mention

_MAX_ITEMS = 8
_LEAST_SURE = 0.5
_JOIN = r"(?:or|and|oder|und|ou|et|y|o|e|и|или)"
_LATER = r"(?:then|later|afterwards|now|dann|danach|später|puis|ensuite|luego|después)"
_ITEM = r"(?:0[xX][0-9A-Fa-f]{1,9}|[0-9A-Fa-f]{8}|[0-9]{2,10})"
# A comma alone also stands before the parameters of a bug check and before counts; a list says
# “or” or “and” in the end.
_NEXT = re.compile(
    rf",?\s{_JOIN}\s(?P<last>{_ITEM})(?![\w.-]|\s?(?:%|[kKmMgG]?[bB]\b|ms\b|s\b|files?\b|times\b))"
    rf"|,\s(?P<item>{_ITEM})(?=(?:,\s{_ITEM}){{0,6}},?\s{_JOIN}\s{_ITEM}(?![\w.-]))"
    rf"|,?\s(?:{_JOIN}\s)?{_LATER}\s(?:error\s|with\s)?(?P<later>{_ITEM})"
    r"(?=[.,;:)!?\n]|$|\s(?:after|when|on|again|once|from|while|if|instead|at|nach|beim|après)\b)"
)


def extract_listed(text: str, mentions: Sequence[Mention], known: KnownCodes) -> Iterator[Mention]:
    """Yield the numbers that continue a list which begins with one of the mentions.

    They are written like the first, and each is a code that people meet or stands in hexadecimal.
    """
    for mention in mentions:
        if mention.form in (None, "signed") or mention.confidence < _LEAST_SURE:
            continue
        end = mention.end
        for _ in range(_MAX_ITEMS):
            match = _NEXT.match(text, end)
            if match is None:
                break
            start, end = match.span(match.lastgroup or 0)
            listed = _listed(text[start:end], mention, known)
            if listed is not None:
                yield replace(listed, start=start, end=end)


def _listed(written: str, first: Mention, known: KnownCodes) -> Mention | None:
    is_hex = written[:2] in ("0x", "0X")
    if is_hex != (first.form == "hex") or (first.form == "decimal") != written.isdecimal():
        return None
    value = int(written, 10 if first.form == "decimal" else 16)
    if not 0 < value <= MAX_CODE or not known.is_known(value):
        return None
    ranked = known.popularity(value) is not None
    if first.form == "decimal" and not ranked and not _alike(first.as_written, written):
        return None
    return replace(first, as_written=written, value=value, why=f"in a list: {first.why}")


def _alike(first: str, written: str) -> bool:
    """8456 or 8457: of one size; errors of a kind have neighbouring numbers."""
    return len(written) >= 3 and len(written) == len(first)
