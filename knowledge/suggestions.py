"""Near misses: what somebody probably meant by a code or name that nobody knows.

A suggestion is never a certainty: it is offered, not explained, until somebody picks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code, format_hex
from knowledge.extraction.surroundings import Surroundings
from knowledge.extraction.whole import Query, parse_query
from knowledge.findings import Mention, Suggestion
from knowledge.resolution import readings_of

MAX_SUGGESTIONS = 5
_SIMILAR = "a similar name"
_MUCH_ALIKE = 0.88
_MAX_MISTYPED_IN_A_TEXT = 20
_DECIMAL_DIGITS = 5

# One digit too few or too many, or a doubled x, where an HRESULT or NTSTATUS should stand.
_MISTYPED = re.compile(r"(?<![0-9A-Za-z_])(?:0[xX]([8cC][0-9A-Fa-f]{6}|[8cC][0-9A-Fa-f]{8})"
                       r"|[0oO][xX]{1,3}([0-9A-Fa-f]{7,9}))(?![0-9A-Za-z_])")  # fmt: skip
# A code or a name among the words of a question, known or not.
_ASKED = re.compile(
    r"(?<![\w.,:/\\$#-])(?:0[xX][0-9A-Fa-f]{2,16}|[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{2,80})(?![\w-])"
)
_MOST_ASKED = 3


def suggest(query: Query, base: KnowledgeBase) -> tuple[Suggestion, ...]:
    """Return near misses of a code or name that nobody knows, best first, at most five."""
    if query.name is not None:
        similar = [Suggestion(code, _SIMILAR) for code, _ in base.names_like(query.name)]
        containing = [
            Suggestion(code, "contains what you typed")
            for code in base.names_containing(query.name, MAX_SUGGESTIONS)
        ]
        return _distinct([*similar, *containing])
    elsewhere = _in_decimal(query, base)
    if elsewhere:
        return elsewhere
    digits = query.mistyped or next((f"{number.value:x}" for number in query.numbers), "")
    return near_numbers(digits, base)


def suggest_in_question(
    question: str, base: KnowledgeBase
) -> tuple[str, tuple[Suggestion, ...]] | None:
    """Return the first code or name of a question that has near misses, with these.

    The question must be short: each name in it is compared with every known one.
    """
    for match in islice(_ASKED.finditer(question), _MOST_ASKED):
        query = parse_query(match[0])
        near = _near_in_question(query, base) if query is not None else ()
        if near:
            return match[0], near
    return None


def _near_in_question(query: Query, base: KnowledgeBase) -> tuple[Suggestion, ...]:
    if query.name is None:
        return suggest(query, base)
    # Questions name variables and settings, too, which look like a code's name from afar.
    alike = base.names_like(query.name) if not base.codes_named(query.name) else ()
    return tuple(Suggestion(code, _SIMILAR) for code, share in alike if share >= _MUCH_ALIKE)


def suggest_in_text(text: str, base: KnowledgeBase) -> tuple[Suggestion, ...]:
    """Return what the mistyped codes of a longer text were probably meant to be."""
    found: list[Suggestion] = []
    around = Surroundings(text)
    for count, match in enumerate(_MISTYPED.finditer(text)):
        if count == _MAX_MISTYPED_IN_A_TEXT:
            break
        bracketed = text[match.start() - 1 : match.start()] in ("(", "[")
        if bracketed or around.cue_before(match.start()) is not None:
            found += near_numbers(match[1] or match[2], base)
    return _distinct(found)


def near_numbers(digits: str, base: KnowledgeBase) -> tuple[Suggestion, ...]:
    """Return known codes that the hexadecimal digits become by mending one typing error."""
    found = []
    for value, why in _mended(digits.lower()):
        mention = Mention(0, 0, format_hex(value), "number", value, "hex", confidence=1.0)
        readings = readings_of(mention, base)
        if readings and readings[0].name:
            best = readings[0]
            found.append(Suggestion(Code(best.family, best.value, best.name), why))
    return _distinct(sorted(found, key=lambda near: base.rank(near.code) or 10_000))


def _in_decimal(query: Query, base: KnowledgeBase) -> tuple[Suggestion, ...]:
    """`0x759` -> what 759 is: people copy a decimal number, and put `0x` before it."""
    digits = f"{query.numbers[0].value:x}" if query.numbers else ""
    if not digits.isdecimal() or query.numbers[0].form != "hex" or len(digits) > _DECIMAL_DIGITS:
        return ()
    mention = Mention(0, 0, digits, "number", int(digits), "decimal", confidence=1.0)
    named = [reading for reading in readings_of(mention, base) if reading.name]
    why = f"{digits} without 0x"
    return _distinct(Suggestion(Code(each.family, each.value, each.name), why) for each in named)


def _mended(digits: str) -> Iterator[tuple[int, str]]:
    if len(digits) == 8:
        yield int(digits, 16), "the same digits, written as a code"
        yield from _swapped(digits)
    elif len(digits) == 7:
        for place in range(1, 7):
            if digits[place] == "0" and digits[place - 1] != "0":
                longer = digits[:place] + "0" + digits[place:]
                yield int(longer, 16), "a zero seems to be missing"
    elif len(digits) == 9:
        for place in range(9):
            if place == 0 or digits[place] != digits[place - 1]:
                shorter = digits[:place] + digits[place + 1 :]
                yield int(shorter, 16), "a digit seems to be too many"


def _swapped(digits: str) -> Iterator[tuple[int, str]]:
    for place in range(7):
        first, second = digits[place], digits[place + 1]
        if first != second:
            swapped = digits[:place] + second + first + digits[place + 2 :]
            yield int(swapped, 16), "two digits seem to be swapped"


def _distinct(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    seen: dict[tuple[int, str | None], Suggestion] = {}
    for suggestion in suggestions:
        seen.setdefault((suggestion.code.value, suggestion.code.name), suggestion)
    return tuple(seen.values())[:MAX_SUGGESTIONS]
