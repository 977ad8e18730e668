"""Where numbers of a certain length begin in a text, found without a pattern at each character.

A log is full of digits. A pattern looks at every one of them; a table that makes each character one
of three, and a search for so many of a kind in a row, costs a tenth.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import chain
from typing import TypeVar

_Place = TypeVar("_Place", int, tuple[int, int])

_SHORT_CHARS = 8_000
_DIGITS = string.digits
_HEX_DIGITS = string.hexdigits
_OF_WORDS = string.ascii_letters + string.digits + "_."
_LATIN = "".join(map(chr, range(256)))
_SIX_DIGITS = re.compile(r"[0-9]{6,10}(?=[lL]?(?![0-9A-Za-z_]))")
_FIVE_DIGITS = re.compile(r"[0-9]{5}(?=[lL]?(?![0-9A-Za-z_]))")
_EIGHT_HEX_DIGITS = re.compile(r"[0-9A-Fa-f]{8}(?![0-9A-Za-z_\-])")


def _table(digits: str, words: str) -> bytes:
    """Make a table: digits become `0`, other characters of words `w`, hyphens stay, else a blank.

    `words` are the characters after which no number begins.
    """
    kinds = {ord(character): "w" for character in words}
    kinds |= {ord(digit): "0" for digit in digits} | {ord("-"): "w" if "-" in words else "-"}
    return _LATIN.translate({**dict.fromkeys(range(256), " "), **kinds}).encode("ascii")


_DECIMAL_KINDS = _table(_DIGITS, _OF_WORDS + ",")
_HEX_KINDS = _table(_HEX_DIGITS, _OF_WORDS + "-")


class Digits:
    """The digits of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        # One byte for each character, whatever the script: places stay those of the text.
        self._bytes = b"\n" + text.encode("latin-1", "replace")

    def long_decimals(self, may_be_code: Callable[[int], bool]) -> Iterator[int]:
        """Tell in order where decimals of six to ten digits begin that may be codes.

        None stands in the middle of a word or behind a full stop or comma; `L` may end it. Behind a
        hyphen, which may be a sign, there is every number, even of five digits.
        """
        kinds = self._bytes.translate(_DECIMAL_KINDS)
        if b"00000" not in kinds:
            return iter(())
        return in_order(
            len(kinds),
            self._possible(kinds, may_be_code),
            self._places(kinds, b"-000000", _SIX_DIGITS),
            self._places(kinds, b"-00000", _FIVE_DIGITS),
        )

    def may_hold_bare_hex(self) -> bool:
        """Tell whether eight hexadecimal digits stand in a row: `facefeed` has no others."""
        return b"00000000" in self._bytes.translate(_HEX_KINDS)

    def bare_hex(self) -> Iterator[re.Match[str]]:
        """Yield each word of eight hexadecimal digits that no hyphen joins to others."""
        kinds = self._bytes.translate(_HEX_KINDS)
        match = _EIGHT_HEX_DIGITS.match
        for place in _finds(kinds, b" 00000000"):
            if kinds.startswith(b"0", place + 9):
                continue  # part of a longer one: said at once, since logs are full of them
            found = match(self._text, place)
            if found is not None:
                yield found

    def _possible(self, kinds: bytes, may_be_code: Callable[[int], bool]) -> Iterator[int]:
        text, match = self._text, _SIX_DIGITS.match
        for place in _finds(kinds, b" 000000"):
            found = match(text, place)
            if found is not None and (
                may_be_code(int(found[0]))
                # Eight digits may also be hexadecimal.
                or (len(found[0]) == 8 and may_be_code(int(found[0], 16)))
            ):
                yield place

    def _places(self, kinds: bytes, sign: bytes, pattern: re.Pattern[str]) -> Iterator[int]:
        match = pattern.match
        for place in _finds(kinds, sign):
            if match(self._text, place):
                yield place


def in_order(chars: int, *places: Iterable[_Place]) -> Iterator[_Place]:
    """Return as one what several yield, each in order, about a text of that many characters.

    Of a long text no more is read than is asked for; of a short one all, which costs less.
    """
    return iter(sorted(chain(*places)) if chars <= _SHORT_CHARS else merge(*places))


def _finds(kinds: bytes, sign: bytes) -> Iterator[int]:
    """Yield the places behind the first character of a sign; in the text they are one less."""
    place = kinds.find(sign)
    while place >= 0:
        yield place
        place = kinds.find(sign, place + len(sign))
