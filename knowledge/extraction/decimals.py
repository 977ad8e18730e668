"""Which decimals of a text are worth judging: those beside words, brackets or in full length.

A log is full of numbers, and nearly none is a code. A short one is a code only through what stands
directly around it: words for an error before it (`cues`) or behind it, the same number in
hexadecimal, brackets. Looking for those is much cheaper than judging every number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import repeat

from ahocorasick_rs import AhoCorasick

from knowledge.extraction.cues import MAX_GAP_CHARS
from knowledge.extraction.digits import Digits, in_order
from knowledge.extraction.surroundings import (
    BEFORE_WORDS_AFTER,
    SIGNS_OF_WORDS_AFTER,
    Surroundings,
)

DECIMAL = re.compile(
    # `error1053` is glued; what else follows a letter is part of a name.
    r"(?:(?<![0-9A-Za-z_.,])(?<!\d-)(?:0n)?|(?<=[Ee]rror)(?=\d{3,5}(?!\w)))"
    r"(-?)([0-9]{1,10})(?=[lL]?(?![0-9A-Za-z_]))"
)
_DIGIT = re.compile(r"[0-9]")
# The one filler with digits in it: `error (win32): 5`.
_FILLER = "(win32)"
_IN_BRACKETS = re.compile(r"[0-9]{4,10}(?=\))")
_BEHIND_ZERO = re.compile(r"n-?[0-9]")
_MAX_DIGITS = 10
_DIGITS = "0123456789"
_BLANKS = " \xa0"
_BEFORE_BLANK = frozenset("0123456789\"'`”’)]* \xa0smtec")
# Together with the pattern in front of it, how far before a sign its number may end.
_BEFORE_CHARS = 24


@cache
def _words_after() -> AhoCorasick:
    return AhoCorasick(SIGNS_OF_WORDS_AFTER)


def decimals_worth_judging(
    around: Surroundings, digits: Digits, may_be_code: Callable[[int], bool]
) -> Iterator[re.Match[str]]:
    """Yield matches of DECIMAL in reading order.

    Only what `may_be_code` is worth it for its length alone.
    """
    # Each in reading order and as far as it is asked: who has read enough stops anywhere.
    text = around.text
    telling = in_order(
        len(text),
        digits.long_decimals(may_be_code),
        *(places(text) for sign, places in _BY_SIGN if sign in text),
        _before_words(around),
    )
    announced = _announced(text, around.cue_ends)
    places = in_order(len(text), zip(telling, repeat(0)), zip(announced, repeat(1)))
    return _matches(around, places)


def _matches(around: Surroundings, places: Iterable[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Yield the numbers at places in order, each with whether only a cue leads there."""
    text = around.text
    read_to, last = 0, -1
    for place, is_announced in places:
        if place == last:
            continue
        last = place
        signed = place > 0 and text[place - 1] == "-"
        match = DECIMAL.match(text, place - 1) if signed else None
        match = match or DECIMAL.match(text, place)
        if match is None or match.start() < read_to:
            continue
        # A word's first digit may stand behind other words, which part the two.
        if not is_announced or around.cue_before(match.start()) is not None:
            read_to = match.end()
            yield match


def _announced(text: str, cue_ends: Sequence[int]) -> Iterator[int]:
    """Yield the first digits that cues could reach."""
    digit = -1
    for end in cue_ends:
        if end <= digit:
            continue  # the same digit
        found = _first_digit(text, end)
        if found is not None:
            digit = found
            yield digit


def _in_brackets(text: str) -> Iterator[int]:
    """Yield where ` (1603)` has its first digit."""
    for place in _places(" (", text):
        if _IN_BRACKETS.match(text, place + 2):
            yield place + 2


def _behind_zeros(text: str) -> Iterator[int]:
    """Yield the first digits of `0n1603`."""
    for place in _places("0n", text):
        if _BEHIND_ZERO.match(text, place + 1):
            yield place


def _marked(text: str) -> Iterator[int]:
    """Yield the first digits of `1603 (0x643)`."""
    for place in _places("(0x", text):
        before = text[max(0, place - 2) : place]
        digit = place - len(before) + len(before.rstrip()) - 1
        if digit >= 0 and text[digit] in _DIGITS:
            yield _first_of(text, digit)


_BY_SIGN = ((" (", _in_brackets), ("(0x", _marked), ("0n", _behind_zeros))


def _before_words(around: Surroundings) -> Iterator[int]:
    """Yield the first digits of numbers that words for an error follow."""
    lower = around.lower
    for _, start, _ in _words_after().find_matches_as_indexes(lower):
        # A digit, or what may stand between: quotes and brackets, the end of `windows` or `rpc`.
        before = lower[start - 2 : start]
        if before[1:] in _BLANKS and before[:1] in _DIGITS and start > 1:
            yield _first_of(lower, start - 2)
        elif before[1:] in _DIGITS or (before[1:].isspace() and before[:1] in _BEFORE_BLANK):
            match = BEFORE_WORDS_AFTER.search(lower, max(0, start - _BEFORE_CHARS), start)
            if match is not None:
                yield _first_of(lower, match.start())


def _first_of(text: str, digit: int) -> int:
    """Return where the digits begin, no more than ten, that end with the one at `digit`."""
    before = text[max(0, digit - _MAX_DIGITS + 1) : digit]
    return digit - len(before) + len(before.rstrip(_DIGITS))


def _places(sign: str, text: str) -> Iterator[int]:
    place = text.find(sign)
    while place >= 0:
        yield place
        place = text.find(sign, place + 1)


def _first_digit(text: str, start: int) -> int | None:
    """The first digit that a cue ending at `start` could reach over filler alone."""
    last = start + MAX_GAP_CHARS + 1
    match = _DIGIT.search(text, start, last)
    if match is not None and text.startswith(_FILLER, match.start() - 4):
        match = _DIGIT.search(text, match.start() + 2, last)
    return None if match is None else match.start()
