"""The words around the numbers of one text, found once and asked often.

A log holds hundreds of numbers. Finding every cue in one pass, and then asking for each number
which cue ends before it, keeps a hostile text of nothing but numbers linear and cheap.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, cached_property

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from knowledge.extraction.context import windows_leaning
from knowledge.extraction.cues import (
    ADDRESS_WORDS,
    BY_ID,
    ERROR_AFTER,
    GAP,
    MAX_GAP_CHARS,
    OTHER_JOBS,
    OTHER_JOBS_OF_TWO,
    SECOND_WORDS_OF_JOBS,
    STEMS,
    Cue,
    cues_beginning,
)
from knowledge.wording import begins_word, ends_word

_WORD = re.compile(r"[A-Za-z]+")
_LETTERS = string.ascii_letters
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_JOB_WINDOW_CHARS = 32
_WORDS_AFTER = (
    r"(?i:[\"'`”’)\]*]{0,3}[ \xa0](?:(?P<stop>stop\s(?:error|code)|bug\s?check|blue\s?screen|bsod)"
    r"|(?:(?:windows|system|jet|ese|esent|com|rpc|first[- ]chance)\s)?"
    r"(?:error|failure|exception|hresult|(?P<status>status)|fehler|fehlercode)s?(?:\scode)?\b"
    r"(?!\s(?:messages|reports|lines|events|entries|logs?|rate|counts?)\b))"
    # `809错误`: no blank, and a count would have a word of its own between.
    r"|(?<=\d\d\d)[ ]?(?P<ideographic>错误|錯誤|エラー|오류|에러))"
)
# What stands behind a number that is an error's.
_CUE_AFTER = re.compile(_WORDS_AFTER)
SIGNS_OF_WORDS_AFTER = (
    "stop", "bug", "blue", "bsod", "error", "failure", "exception", "hresult", "status", "fehler",
    "错误", "錯誤", "エラー", "오류", "에러",
)  # fmt: skip
"""One of them stands, in lower case, in whatever `cue_after` finds behind a number."""
BEFORE_WORDS_AFTER = re.compile(
    r"[0-9](?:[\"'`”’)\]*]{0,3}[ \xa0]"
    r"(?:(?:windows|system|jet|ese|esent|com|rpc|first[- ]chance)\s)?| ?)$"
)
"""From the number's last digit to that sign, in lower case; a bounded window is searched."""
_ARTICLE = re.compile(
    r"\b(?:an?|the|this|that|same|my|with|of|get|gets|getting|got|gives?|throws?|returns?|returned|"
    r"windows|infamous|dreaded|der|den|dem|ein|einen|mit)\s[\"'`“‘(*]{0,3}$",
    re.IGNORECASE,
)
# What mostly stands between words and a number; `GAP` holds them, and nothing of it parts the two.
_PLAIN_GAPS = frozenset({"", " ", ":", ": ", "=", " = ", " ("})
_IDENTIFIER = re.compile(r"[A-Z0-9]_[A-Z]+$")
_SIGNS = frozenset("#$€£@+")
# Between a word and its number; a comma or a full stop ends what the word says.
_BETWEEN = " \t=:('\"[<-.\xa0"
_ASCII_LOWER = {ord(upper): ord(upper) + 32 for upper in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
# Programs that number their own errors in the range of Win32's; True where the word ends there.
_FOREIGN = {
    "mysql": False, "mariadb": False, "ora-": False, "oracle": False, "db2": True, "curl": True,
    "cuda": False, "lnk": True, "link.exe": False, "sqlstate": False, "ftp": True, "smtp": True,
    "rsync": True,
    "opengl": False, "gl_": False, "glget": False,
}  # fmt: skip
_DATABASES = {"sql": True, "sqlserver": False, "sql server": False, "mssql": False, "spid": False}
_PROGRAMS = (*_FOREIGN, *_DATABASES)
_FOREIGN_CHARS = 80
_OF_FAILURE = frozenset(
    {
        "error",
        "failed_error",
        "failed",
        "failed_with",
        "winerror",
        "bugcheck",
        "ntstatus",
        "hresult",
    }
)
_ADDRESS_CHARS = 400
_ENDS_ADDRESS = re.compile(r"[\s<>|\"'()\[\]{}]")


@cache
def _stems() -> AhoCorasick:
    return AhoCorasick(
        STEMS, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
    )


@cache
def _program_names() -> AhoCorasick:
    return AhoCorasick(_PROGRAMS, matchkind=MatchKind.LeftmostLongest)


class Surroundings:
    """One text with its cues; every look-up is bounded, whatever the text holds."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = _lower(text)
        """The text in lower case, every place the same as in the text."""
        self._signs: dict[str, bool] = {}
        self._cues_before: dict[int, Cue | None] = {}

    @cached_property
    def leaning(self) -> int:
        """How clearly the text speaks of Windows, from -4 (another system) to 4."""
        return windows_leaning(self.text)

    @cached_property
    def _cues(self) -> tuple[list[int], list[Cue]]:
        lower = self.lower
        ends: list[int] = []
        cues: list[Cue] = []
        read_to = 0
        # One pass finds where a cue may begin, whatever the number of cues.
        for index, start, _ in _stems().find_matches_as_indexes(lower):
            if start < read_to:
                continue
            match = cues_beginning(STEMS[index]).match(lower, start)
            if match is not None:
                read_to = match.end()
                ends.append(read_to)
                cues.append(BY_ID[match.lastgroup or ""])
        return ends, cues

    @property
    def cue_ends(self) -> Sequence[int]:
        """Where the cues of the text end, in order."""
        return self._cues[0]

    def places_of(self, cue_id: str) -> list[int]:
        """Return where the words of a cue end, in order."""
        if not self._cues[0]:
            return []
        return [end for end, cue in zip(*self._cues, strict=True) if cue.id == cue_id]

    @cached_property
    def _programs(self) -> tuple[list[int], list[int]]:
        """Where other programs, and where database servers, are named."""
        foreign: list[int] = []
        databases: list[int] = []
        lower = self.lower
        for index, start, end in _program_names().find_matches_as_indexes(lower):
            is_foreign = index < len(_FOREIGN)
            name = _PROGRAMS[index]
            ends = _FOREIGN[name] if is_foreign else _DATABASES[name]
            if begins_word(name, lower, start) and not (ends and not ends_word(name, lower, end)):
                (foreign if is_foreign else databases).append(start)
        return foreign, databases

    def is_of_database(self, start: int) -> bool:
        """Tell whether a database server is named near `start`: most of its errors are its own."""
        places = self._programs[1]
        index = bisect_right(places, start - _FOREIGN_CHARS)
        return index < len(places) and places[index] < start + _FOREIGN_CHARS

    def is_foreign(self, start: int) -> bool:
        """Tell whether a program with error numbers of its own is named near `start`."""
        places = self._programs[0]
        index = bisect_right(places, start - _FOREIGN_CHARS)
        return index < len(places) and places[index] < start + _FOREIGN_CHARS

    def cue_before(self, start: int) -> Cue | None:
        """Return the nearest cue from which only filler leads to `start`, or None."""
        # Several questions about one number ask for it.
        if start not in self._cues_before:
            self._cues_before[start] = self._find_cue_before(start)
        return self._cues_before[start]

    def _find_cue_before(self, start: int) -> Cue | None:
        ends, cues = self._cues
        index = bisect_right(ends, start) - 1
        found: Cue | None = None
        for place in range(index, max(-1, index - 3), -1):
            end = ends[place]
            if start - end > MAX_GAP_CHARS:
                break
            if self.text[end:start] not in _PLAIN_GAPS and (
                not GAP.fullmatch(self.text, end, start) or self._is_parted(end, start)
            ):
                continue
            # “Stop error code 0x141”: “code” says less than what stands before it.
            if found is None or cues[place].confidence > found.confidence:
                found = cues[place]
            # “GetLastError returns 2”: so does “returns”.
            if found.id not in ("code", "status"):
                break
        return found

    def _is_parted(self, end: int, start: int) -> bool:
        """Tell whether a table's columns or a link's brackets part a word from the number."""
        between = self.text[end:start]
        if '","' in between or "][" in between:
            return True
        if between == "(" and _IDENTIFIER.search(self.text[max(0, end - 24) : end]):
            return True  # CURLINFO_PROXY_ERROR(3): the chapter of a manual, an argument
        # `[5]: https://…` is where a link goes, `$Error[1]` an element.
        if between.endswith("\n[") or between == "[":
            return between != "[" or self.text[end - 6 : end].lower() == "$error"
        return False

    def cue_after(self, start: int, end: int) -> Cue | None:
        """Return the cue that follows a number (`a 0x0000007E stop error`), or None.

        Decimals are also counted (`1053 errors`), so before one an article or the like must stand.
        """
        match = _CUE_AFTER.match(self.text, end)
        if match is None:
            return None
        if match["ideographic"]:
            return ERROR_AFTER
        if self.text[start:end].isdecimal():
            window = self.text[max(0, start - _JOB_WINDOW_CHARS) : start]
            if _ARTICLE.search(window) is None:
                return None
        elif match["status"]:
            return None
        return BY_ID["bugcheck"] if match["stop"] else ERROR_AFTER

    def cue_of(self, start: int, end: int) -> Cue | None:
        """Return the cue before a number, else the one behind it."""
        return self.cue_before(start) or self.cue_after(start, end)

    def fails_on_line(self, start: int, chars: int) -> bool:
        """Tell whether a word for a failure stands before `start` on its line, within `chars`."""
        ends, cues = self._cues
        index = bisect_right(ends, start) - 1
        while index >= 0 and start - ends[index] <= chars:
            if cues[index].id in _OF_FAILURE:
                return "\n" not in self.text[ends[index] : start]
            index -= 1
        return False

    def fails_behind(self, end: int, chars: int) -> bool:
        """Tell whether a word for a failure stands behind `end` on its line, within `chars`."""
        ends, cues = self._cues
        for index in range(bisect_right(ends, end), len(ends)):
            if ends[index] - end > chars:
                return False
            if cues[index].id in _OF_FAILURE:
                return "\n" not in self.text[end : ends[index]]
        return False

    def is_in_address(self, start: int) -> bool:
        """Tell whether `start` lies inside a web address: its path may hold any number."""
        if not self.speaks_of("://"):
            return False
        scheme = self.text.rfind("://", max(0, start - _ADDRESS_CHARS), start)
        return scheme >= 0 and _ENDS_ADDRESS.search(self.text, scheme, start) is None

    def speaks_of(self, sign: str) -> bool:
        """Tell whether a sign, in lower case, stands anywhere in the text: looked for once."""
        found = self._signs.get(sign)
        if found is None:
            found = self._signs[sign] = sign in self.lower
        return found

    def has_other_job(self, start: int, *, in_full: bool = False) -> bool:
        """Tell whether the words right before make the number a line, a port, an address…

        `in_full`: the number is a well-known code with all its digits; few words rule that out.
        """
        window = self.text[max(0, start - _JOB_WINDOW_CHARS) : start]
        if window[-1:] in _SIGNS and window:
            # Colours and tickets have few digits, and no 0x: `Error #-2147467259` is a code.
            return not in_full
        bare = window.rstrip(_BETWEEN)
        # The word must reach the number: "line 12: 5" says nothing about the 5.
        before = bare.rstrip(_LETTERS)
        written = bare[len(before) :]
        if not written or ". (" in window[len(bare) :]:
            return False  # no word, or a sentence ended
        word = written.lower()
        if word in SECOND_WORDS_OF_JOBS:
            words = tuple(each.lower() for each in _WORD.findall(bare)[-2:])
            if words in OTHER_JOBS_OF_TWO:
                return True
        if in_full:
            # `Invalid pointer (0x80004003)` names the error, not a pointer.
            return word in ADDRESS_WORDS and "(" not in window[len(bare) :]
        if word in OTHER_JOBS:
            return True
        if written.islower() or written.isupper():
            return False
        # `Win32StartAddr:` is an address, too.
        parts = _CAMEL.findall(written)
        return len(parts) > 1 and parts[-1].lower() in OTHER_JOBS


def _lower(text: str) -> str:
    lower = text.lower()
    # A capital dotted I becomes two characters; the places must stay those of the text.
    return lower if len(lower) == len(text) else text.translate(_ASCII_LOWER)
