"""The words around the numbers of one text, found once and asked often.

A log holds hundreds of numbers. Finding every cue in one pass, and then asking for each number
which cue ends before it, keeps a hostile text of nothing but numbers linear and cheap.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from knowledge.extraction.context import windows_leaning
from knowledge.extraction.cues import (
    ADDRESS_WORDS,
    ANY_CUE,
    BY_ID,
    GAP,
    MAX_GAP_CHARS,
    OTHER_JOBS,
    OTHER_JOBS_OF_TWO,
    STEMS,
    Cue,
)

_WORD = re.compile(r"[A-Za-z]+")
_JOB_WINDOW_CHARS = 32
_SIGNS = frozenset("#$€£@+")
# Between a word and its number; a comma or a full stop ends what the word says.
_BETWEEN = " \t=:('\"[<-.\xa0"
_ASCII_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
# Programs that number their own errors in the range of Win32's.
_FOREIGN = re.compile(
    r"mysql|mariadb|\bora-|oracle|\bdb2\b|\bcurl\b|cuda|\blnk\b|link\.exe|sqlstate|\bftp\b|\bsmtp\b"
    r"|opengl|\bgl_|\bglget",
    re.IGNORECASE,
)
_FOREIGN_CHARS = 80
_ADDRESS_CHARS = 400
_ENDS_ADDRESS = re.compile(r"[\s<>|\"'()\[\]{}]")


@cache
def _stems() -> AhoCorasick:
    return AhoCorasick(STEMS, matchkind=MatchKind.LeftmostLongest)


def _places(lower: str) -> list[int]:
    """Where a cue may begin. One pass, whatever the number of cues."""
    return [start for _, start, _ in _stems().find_matches_as_indexes(lower)]


class Surroundings:
    """One text with its cues; every look-up is bounded, whatever the text holds."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def leaning(self) -> int:
        """How clearly the text speaks of Windows, from -4 (another system) to 4."""
        return windows_leaning(self.text)

    @cached_property
    def _cues(self) -> tuple[list[int], list[Cue]]:
        lower = self.text.lower()
        if len(lower) != len(self.text):
            # A capital dotted I becomes two characters; the places must stay those of the text.
            lower = self.text.translate(_ASCII_LOWER)
        ends: list[int] = []
        cues: list[Cue] = []
        for start in _places(lower):
            if ends and start < ends[-1]:
                continue
            match = ANY_CUE.match(lower, start)
            if match is not None:
                ends.append(match.end())
                cues.append(BY_ID[match.lastgroup or ""])
        return ends, cues

    @cached_property
    def _foreign_places(self) -> list[int]:
        return [match.start() for match in _FOREIGN.finditer(self.text)]

    def is_foreign(self, start: int) -> bool:
        """Tell whether a program with error numbers of its own is named near `start`."""
        places = self._foreign_places
        index = bisect_right(places, start - _FOREIGN_CHARS)
        return index < len(places) and places[index] < start + _FOREIGN_CHARS

    def cue_before(self, start: int) -> Cue | None:
        """Return the nearest cue from which only filler leads to `start`, or None."""
        ends, cues = self._cues
        index = bisect_right(ends, start) - 1
        for place in range(index, max(-1, index - 3), -1):
            if start - ends[place] > MAX_GAP_CHARS:
                return None
            if GAP.fullmatch(self.text, ends[place], start):
                return cues[place]
        return None

    def fails_on_line(self, start: int, chars: int) -> bool:
        """Tell whether a word for a failure stands before `start` on its line, within `chars`."""
        ends, cues = self._cues
        index = bisect_right(ends, start) - 1
        while index >= 0 and start - ends[index] <= chars:
            if cues[index].id in ("error", "failed", "winerror"):
                return "\n" not in self.text[ends[index] : start]
            index -= 1
        return False

    def is_in_address(self, start: int) -> bool:
        """Tell whether `start` lies inside a web address: its path may hold any number."""
        window = self.text[max(0, start - _ADDRESS_CHARS) : start]
        scheme = window.rfind("://")
        return scheme >= 0 and _ENDS_ADDRESS.search(window, scheme) is None

    def has_other_job(self, start: int, *, in_full: bool = False) -> bool:
        """Tell whether the words right before make the number a line, a port, an address…

        `in_full`: the number is a well-known code with all its digits; few words rule that out.
        """
        window = self.text[max(0, start - _JOB_WINDOW_CHARS) : start]
        if window[-1:] in _SIGNS and window:
            return True
        bare = window.rstrip(_BETWEEN)
        words = [word.lower() for word in _WORD.findall(bare)[-2:]]
        # The word must reach the number: "line 12: 5" says nothing about the 5.
        if not words or not bare[-1:].isascii() or not bare[-1:].isalpha():
            return False
        jobs = ADDRESS_WORDS if in_full else OTHER_JOBS
        return words[-1] in jobs or tuple(words) in OTHER_JOBS_OF_TWO
