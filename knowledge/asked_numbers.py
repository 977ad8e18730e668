"""Is a number in a question the code that it asks about, or a count, a version, a web status?"""

from __future__ import annotations

import re

from knowledge.extraction.cues import OTHER_JOBS_OF_TWO

LOOK_BACK = 32
"""Characters before a number that are looked at."""
_LOOK_AHEAD = 16
_WORD = re.compile(r"[A-Za-z0-9]+")
# Before a small number: without such a word it is a count.
_ANNOUNCED = re.compile(
    r"(?:error|err|code|alert|event|stop|status|exit|exits|exited|returns?|returned|result|"
    r"errno|problem|winerror|getlasterror|failure|data|with|gives?|gave|id)[\s:=#(]{1,3}$",
    re.IGNORECASE,
)
# Before a number that is none of ours: products, versions, places.
_NO_CODE = re.compile(
    r"\b(?:windows|server|office|exchange|sql|studio|sharepoint|build|version|ver|release|kb|port|line|"
    r"page|pid|year|since|in|ticket|case|issue|bug|room|step|chapter|line)[\s:=#]{1,2}$",
    re.IGNORECASE,
)
# Programs that number their own errors in the range of Win32's.
_OTHER_PROGRAM = re.compile(
    r"\b(?:mysql|mariadb|oracle|ora|postgres(?:ql)?|sqlstate|curl|cuda|ftp|smtp|rsync|php)\b"
    r"[\s:-]{1,3}(?:(?:error|err|code|returned|exit)[\s:]{1,3}){0,2}$",
    re.IGNORECASE,
)
# `Ticket Encryption Type: 0x12` in an audit event.
_OTHER_FIELD = re.compile(
    r"(?:type|options|logon id|level|mask|version)[\s:=]{1,4}$", re.IGNORECASE
)
_UNIT_AFTER = re.compile(
    r"\s?(?:[kmgt]i?b|bytes?|bits?|ms|secs?|seconds?|mins?|minutes?|hours?|days?|weeks?|months?|"
    r"years?|percent|times|users?|clients?|servers?|machines?|pcs|vms|hosts?|devices|computers|"
    r"files|folders|rows|[mg]hz|cores?|threads|nodes|people)\b|\s?%",
    re.IGNORECASE,
)
_WEB = re.compile(
    r"\b(?:https?|redirects?|gateway|upstream|rest|api|url|endpoint|nginx|apache|curl|webhook)\b",
    re.IGNORECASE,
)
_WEB_OF_WINDOWS = re.compile(
    r"\b(?:iis|w3wp|http\.sys|app ?pool|application pool)\b", re.IGNORECASE
)
_WEB_STATUSES = range(100, 600)


class AskedNumbers:
    """The numbers of one question."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._is_of_web = bool(_WEB.search(text)) and not _WEB_OF_WINDOWS.search(text)

    def is_code(self, kind: str, start: int, end: int, value: int) -> bool:
        """Tell whether the number is meant as a code; `kind` is how it is written.

        Kinds: hex, signed, bare (eight hexadecimal digits), decimal, small (one or two digits).
        """
        before = self._text[max(0, start - LOOK_BACK) : start]
        if kind == "hex":
            return not _OTHER_FIELD.search(before)
        if kind not in ("decimal", "small"):
            return True
        is_announced = _ANNOUNCED.search(before) is not None
        if kind == "small" and not is_announced:
            return False
        if not is_announced and _UNIT_AFTER.match(self._text, end, end + _LOOK_AHEAD):
            return False
        if self._is_of_web and value in _WEB_STATUSES:
            return False
        others = _NO_CODE.search(before) or _OTHER_PROGRAM.search(before)
        return not others and not _is_other_code(before)


def is_version(text: str, start: int) -> bool:
    """Tell whether a product, a place or the like stands before the number: `Windows 2019`."""
    return _NO_CODE.search(text[max(0, start - LOOK_BACK) : start]) is not None


def _is_other_code(before: str) -> bool:
    """“promo code 28”: a code of another kind."""
    words = tuple(word.lower() for word in _WORD.findall(before)[-2:])
    return words[-1:] == ("code",) and words in OTHER_JOBS_OF_TWO
