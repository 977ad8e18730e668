"""Symbolic names in a text: ERROR_PROCESS_NOT_IN_JOB, WSAECONNREFUSED, HRESULT_FROM_WIN32(…)."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

from knowledge.codes.code import Code
from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import Mention

# A name has an underscore or is one of the few families without; lengths are bounded so that a
# megabyte without blanks stays linear.
_NAME = re.compile(r"(?<![A-Za-z0-9_])(?:[A-Za-z][A-Za-z0-9]{0,40}_\w{1,100}|WSA[A-Z]{2,24})")
_MAX_PREFIX_CHARS = 42  # one more than a name may have before its underscore
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
_WRAPPED = re.compile(r"HRESULT_FROM_(?:WIN32|NT)\s?\(\s?(\w{3,100})\s?\)")
_ACCESS = re.compile(r"(?<=VIOLATION)_(?:READ|WRITE|EXEC)$")
# Other systems have names such as STATUS_TIMEOUT, too.
_SURE_ELSEWHERE = 0.45
# Who repeats a name so often has been understood.
MAX_REPEATS = 100
# A text with more different names than this lists them; those that come later are not looked up.
MAX_NAMES = 400
# So many that are Windows' are a list of its errors.
MAX_TOLD = 80
_SUCCESS_NAMES = frozenset(
    {"S_OK", "NO_ERROR", "ERROR_SUCCESS", "STATUS_SUCCESS", "S_FALSE", "NERR_SUCCESS", "RPC_S_OK"}
)


class KnownNames(Protocol):
    """What symbol extraction asks of the catalogue."""

    def codes_named(self, name: str) -> tuple[Code, ...]:
        """Return every code of that name; letters of either case match."""
        ...

    def family_prior(self, family: str) -> float:
        """Return how likely (0 to 1) people mean this family when nothing announces it."""
        ...


def extract_symbols(around: Surroundings, known: KnownNames) -> Iterator[Mention]:
    """Yield every name of the catalogue that stands in the text as a word of its own."""
    text = around.text
    told: defaultdict[str, int] = defaultdict(int)
    different: set[str] = set()
    for match in _names_in(text):
        name = match[0]
        if name in _SUCCESS_NAMES or told[name] >= MAX_REPEATS:
            continue
        told[name] += 1
        if len(told) > MAX_NAMES and told[name] == 1:
            continue
        wrapped = _WRAPPED.match(text, match.start()) if name.startswith("HRESULT_FROM") else None
        if wrapped:
            codes = known.codes_named(wrapped[1])
            start, end, cue = match.start(), wrapped.end(), "hresult"
        else:
            # Crash reporters say how memory was touched: EXCEPTION_ACCESS_VIOLATION_READ.
            name = _ACCESS.sub("", name)
            codes = known.codes_named(name)
            start, end, cue = match.start(), match.start() + len(name), None
        # Windows writes its names in capitals (JET_errX, hrX and MAPI's apart): `error_code` in
        # some program's log is not the constant.
        if not codes or not any(code.name == (wrapped[1] if wrapped else name) for code in codes):
            continue
        if all(code.value == 0 for code in codes):
            continue
        different.add(name)
        if len(different) > MAX_TOLD:
            break
        confidence = _confidence(around, start, name, codes, known)
        if around.leaning < 0:
            confidence = min(confidence, _SURE_ELSEWHERE)
        yield Mention(
            start, end, text[start:end], "symbol", None, None, cue, (codes[0].name or name,),
            confidence, "the name stands in the text",
        )  # fmt: skip


def _names_in(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_NAME.finditer` would, looking only around underscores and at `WSA`."""
    end = 0
    underscore, socket = text.find("_"), text.find("WSA")
    while underscore >= 0 or socket >= 0:
        sign = underscore if socket < 0 or 0 <= underscore < socket else socket
        # Unlike `\w`, a name is ASCII before its underscore.
        before = text[max(end, sign - _MAX_PREFIX_CHARS) : sign]
        match = _NAME.match(text, sign - len(before) + len(before.rstrip(_LETTERS_AND_DIGITS)))
        if match is not None:
            end = match.end()
            yield match
        read_to = max(end, sign + 1)
        if 0 <= underscore < read_to:
            underscore = text.find("_", read_to)
        if 0 <= socket < read_to:
            socket = text.find("WSA", read_to)


def _confidence(
    around: Surroundings, start: int, name: str, codes: tuple[Code, ...], known: KnownNames
) -> float:
    if name.startswith(("ERROR_", "STATUS_", "WSAE", "E_", "EXCEPTION_", "HRESULT_FROM_", "RPC_")):
        return 0.97
    if name.startswith("UV_") and around.leaning <= 0:
        return _SURE_ELSEWHERE  # libuv has its names on every system
    prior = max(known.family_prior(code.family) for code in codes)
    cue = around.cue_before(start)
    if cue is not None and "\n" not in around.text[max(0, start - 3) : start]:
        return 0.95 if prior >= 0.1 else 0.6
    if prior >= 0.2 or name.count("_") >= 2:
        return 0.9
    return 0.6 if around.leaning > 0 else _SURE_ELSEWHERE
