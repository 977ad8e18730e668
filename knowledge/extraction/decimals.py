"""Which decimals of a text are worth judging: those beside words, brackets or in full length.

A log is full of numbers, and nearly none is a code. A short one is a code only through what stands
directly around it: words for an error before it (`cues`) or behind it, the same number in
hexadecimal, brackets. Looking for those is much cheaper than judging every number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.extraction.cues import MAX_GAP_CHARS
from knowledge.extraction.surroundings import WORDS_AFTER

DECIMAL = re.compile(
    # `error1053` is glued; what else follows a letter is part of a name.
    r"(?:(?<![0-9A-Za-z_.,])(?<!\d-)(?:0n)?|(?<=[Ee]rror)(?=\d{3,5}(?!\w)))"
    r"(-?)([0-9]{1,10})(?=[lL]?(?![0-9A-Za-z_]))"
)
# From its first digit on, without a word before it. A pattern that begins with a class is searched
# for many times faster than one that begins by looking behind.
_TELLING = re.compile(
    r"[0-9](?<![0-9A-Za-z_.,].)(?:"
    r"[0-9]{5,9}(?=[lL]?(?![0-9A-Za-z_]))"  # no other number of this length need be a code
    r"|(?<=-.)[0-9]{4}(?=[lL]?(?![0-9A-Za-z_]))"
    r"|(?<= \(.)[0-9]{3}[0-9]{0,6}(?=\))"
    r"|(?<=0)n-?[0-9]"
    r"|[0-9]{0,9}(?=\s{0,2}\(0x|" + WORDS_AFTER + "))"
)
_DIGIT = re.compile(r"[0-9]")
# The one filler with digits in it: `error (win32): 5`.
_FILLER = "(win32)"


def decimals_worth_judging(text: str, cue_ends: Sequence[int]) -> Iterator[re.Match[str]]:
    """Yield matches of DECIMAL in reading order; `cue_ends` is where the cues of the text end."""
    first_digits = {match.start() for match in _TELLING.finditer(text)}
    for end in cue_ends:
        digit = _first_digit(text, end)
        if digit is not None:
            first_digits.add(digit)
    read_to = 0
    for place in sorted(first_digits):
        signed = place > 0 and text[place - 1] == "-"
        match = DECIMAL.match(text, place - 1) if signed else None
        match = match or DECIMAL.match(text, place)
        if match is not None and match.start() >= read_to:
            read_to = match.end()
            yield match


def _first_digit(text: str, start: int) -> int | None:
    """The first digit that a cue ending at `start` could reach over filler alone."""
    last = start + MAX_GAP_CHARS + 1
    match = _DIGIT.search(text, start, last)
    if match is not None and text.startswith(_FILLER, match.start() - 4):
        match = _DIGIT.search(text, match.start() + 2, last)
    return None if match is None else match.start()
