"""Numbers in a text that may be Windows error codes.

Three kinds of numbers are looked for, each in one linear pass: `0x…`, eight bare hexadecimal
digits, and decimals. What makes one of them a mention is the words around it (`cues`), its being
in the catalogue, and what else the text speaks of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from knowledge.codes.code import MAX_CODE, format_hex
from knowledge.extraction.cues import Cue
from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import Mention, NumberForm

# A paste of an address dump must not cost more than a look: past this many numbers of one kind the
# rest of the text is not read for that kind.
MAX_CANDIDATES = 20_000

_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{1,16})(?![0-9A-Za-z_])")
_BARE_HEX = re.compile(r"(?<![0-9A-Za-z_.\-])([0-9A-Fa-f]{8})(?![0-9A-Za-z_\-])")
_DECIMAL = re.compile(
    r"(?<![0-9A-Za-z_.,])(?<!\d-)(?:0n)?(-?)([0-9]{1,10})(?=[lL]?(?![0-9A-Za-z_]))"
)
_MEASURE = re.compile(
    r"\s?(?:%|ms\b|s\b(?!')|secs?\b|seconds?\b|minutes?\b|hours?\b|days?\b|[kmgt]i?b\b|bytes?\b|bits?\b|"
    r"times\b|files?\b|items?\b|rows?\b|errors?\b|warnings?\b|of\s\d|/\d|\.(?!0\b)\d|[:#]\d|€|\$)",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:-|\.\.|–|/)\s?(?:0[xX])?([0-9a-fA-F]{4,16})")
_SECOND_OF_PAIR = re.compile(r"(?:/|\s?\()(-?\d{1,10})(?!\d)")
_HEX_BEHIND = re.compile(r"\s?\(0x([0-9A-Fa-f]{1,8})\)")
_PADDED = re.compile(r"0[xX]0000[0-9A-Fa-f]{4}(?![0-9A-Za-z])")
# From here on a 32-bit number is -65536 or more: -4 in hexadecimal is no code.
_SMALL_NEGATIVES = 0xFFFF_0000
_LINE_CHARS = 160
_LEADS = frozenset(":(=>[")
_END_OF_RANGE = re.compile(r"[0-9A-Fa-f]{4}\s?(?:-|\.\.|–|~)\s?$")


_JET = re.compile(r"\bjet|esent|\bese\b|\.edb\b|\.dit\b|database engine|exchange", re.IGNORECASE)
# What an unnamed failure begins with: HRESULTs, NTSTATUS and their customer and N bits.
_NIBBLES_OF_FAILURES = frozenset({0x8, 0x9, 0xA, 0xC, 0xD, 0xE})


class KnownCodes(Protocol):
    """What number extraction asks of the catalogue."""

    def is_known(self, value: int) -> bool:
        """Tell whether the value, or the code that it wraps, has a name."""
        ...

    def has_name(self, value: int) -> bool:
        """Tell whether any family has a name for the value."""
        ...

    def is_announced(self, value: int, around: Surroundings, start: int) -> bool:
        """Tell whether words of a family that has the value stand near a place of the text."""
        ...

    def popularity(self, value: int) -> int | None:
        """Return the rank among the codes that people meet most; 1 is the first."""
        ...


def extract_numbers(around: Surroundings, known: KnownCodes) -> list[Mention]:
    """Return every number of the text that is probably an error code, in no particular order."""
    scanner = _Scanner(around, known)
    return [*scanner.hex_numbers(), *scanner.bare_hex_numbers(), *scanner.decimals()]


class _Scanner:
    """The passes over one text."""

    def __init__(self, around: Surroundings, known: KnownCodes) -> None:
        self.around = around
        self.text = around.text
        self.known = known

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        for count, match in enumerate(pattern.finditer(self.text)):
            if count == MAX_CANDIDATES:
                return
            yield match

    def hex_numbers(self) -> Iterator[Mention]:
        for match in self._matches(_HEX):
            mention = self._judge_hex(match)
            if mention is not None:
                yield mention

    def _judge_hex(self, match: re.Match[str]) -> Mention | None:
        start, end = match.span()
        if start and _is_word(self.text[start - 1]):
            return None
        value = _fold_64_bits(int(match[1], 16), len(match[1]))
        if value is None or value == 0 or value >= _SMALL_NEGATIVES:
            return None
        if self._is_pair(end, value):
            return self._mention(
                start, end, value, "hex", 0.95, "win32", "the same number in both notations"
            )
        if self._is_in_range(start, end, value):
            return None
        return self._judge(start, end, value, "hex")

    def _is_in_range(self, start: int, end: int, value: int) -> bool:
        """Memory maps print 0x80070000-0x8007ffff; setup prints 0xC1900101 - 0x40017 for a code."""
        if _END_OF_RANGE.search(self.text[max(0, start - 8) : start]):
            return True
        behind = _RANGE.match(self.text, end)
        if behind is None:
            return False
        return int(behind[1], 16) >= value or self.known.popularity(value) is None

    def _is_pair(self, end: int, value: int) -> bool:
        """`0x0000274D/10061` and `0x57 (87)` give the same number twice."""
        decimal = _SECOND_OF_PAIR.match(self.text, end)
        if value >= _SMALL_NEGATIVES or not self.known.is_known(value):
            return False
        return decimal is not None and int(decimal[1]) & MAX_CODE == value

    def bare_hex_numbers(self) -> Iterator[Mention]:
        for match in self._matches(_BARE_HEX):
            digits = match[1]
            value = int(digits, 16)
            start, end = match.span(1)
            if digits.isdigit() and not digits.startswith(("8", "0")):
                continue  # a decimal, or a date
            if value & 0xFFFF == 0 or not self.known.is_known(value):
                continue
            if self.text[start - 1 : start] == "`" and self.text[start - 2 : start - 1].isalnum():
                continue  # the second half of an address, as WinDbg prints it
            # Eight hexadecimal digits are an id or a hash unless something says otherwise.
            if self.around.cue_before(start) is None and not self._reads_as_code(start):
                continue
            mention = self._judge(start, end, value, "bare_hex")
            if mention is not None:
                yield mention

    def _reads_as_code(self, start: int) -> bool:
        """A text about Windows, and not the hash at the head of a line of some history."""
        return self.around.leaning > 0 and self.text[max(0, start - 1) : start] not in ("", "\n")

    def decimals(self) -> Iterator[Mention]:
        for match in self._matches(_DECIMAL):
            mention = self._judge_decimal(match)
            if mention is not None:
                yield mention

    def _judge_decimal(self, match: re.Match[str]) -> Mention | None:
        start, end = match.span()
        digits, negative = match[2], bool(match[1])
        value = -int(digits) if negative else int(digits)
        if (
            not -0x8000_0000 <= value < MAX_CODE
            or value == 0
            or (len(digits) > 1 and digits[0] == "0")
        ):
            return None
        if _MEASURE.match(self.text, end) or _is_key(self.text, start):
            return None
        if negative and value > -65536:
            return self._judge_small_negative(start, end, value)
        if not negative and len(digits) <= 3 and self._is_bug_check(start):
            return self._judge(start, end, int(digits, 16), "bare_hex")
        form: NumberForm = "signed" if negative else "decimal"
        behind = _HEX_BEHIND.match(self.text, end)
        same = behind is not None and int(behind[1], 16) == value & MAX_CODE
        if same and -1 != value != MAX_CODE and self.known.is_known(value & MAX_CODE):
            hint = "win32" if 0 < value < 0x10000 else None
            return self._mention(
                start, end, value & MAX_CODE, form, 0.95, hint, "the same number in both notations"
            )
        return self._judge(start, end, value & MAX_CODE, form)

    def _is_bug_check(self, start: int) -> bool:
        cue = self.around.cue_before(start)
        return cue is not None and cue.id == "bugcheck"

    def _judge_small_negative(self, start: int, end: int, value: int) -> Mention | None:
        """libuv numbers its Windows errors from -4095; ESENT counts down from -100."""
        if self.around.is_in_address(start):
            return None
        cue = self.around.cue_before(start)
        if cue is None or self.around.has_other_job(start):
            return None
        libuv = -4096 < value <= -4000
        jet = -2000 < value <= -100 and _JET.search(self.text)
        if not libuv and not jet:
            return None
        hint = "libuv" if libuv else "esent"
        return self._mention(start, end, value & MAX_CODE, "signed", 0.85, hint,
                             f"a negative {hint} number behind “{cue.id}”")  # fmt: skip

    def _judge(self, start: int, end: int, value: int, form: NumberForm) -> Mention | None:
        if self.around.is_in_address(start):
            return None
        cue = self.around.cue_before(start)
        if cue is None or not cue.small:
            in_full = form == "hex" and value >= 0x8000_0000 and self.known.is_known(value)
            if self.around.has_other_job(start, in_full=in_full):
                return None
        elif cue.hint is None and self.around.has_other_job(start):
            return None
        if value >= 0x8000_0000 or value >= 0x0004_0000:
            confidence, why = self._judge_large(value, form, cue)
        else:
            confidence, why = self._judge_small(start, value, form, cue)
        if confidence < 0.3:
            return None
        return self._mention(start, end, value, form, confidence, cue.hint if cue else None, why)

    def _judge_large(self, value: int, form: NumberForm, cue: Cue | None) -> tuple[float, str]:
        known = self.known.is_known(value)
        if cue is not None and known:
            return max(cue.confidence, 0.9), f"a known code behind “{cue.id}”"
        if cue is not None and value >> 28 in _NIBBLES_OF_FAILURES and value >> 20 != 0xFFF:
            if cue.id in ("failed", "code") or self.around.leaning < 0:
                return 0.0, ""
            strong = cue.hint in ("hresult", "ntstatus")
            return (0.8 if strong else 0.5), f"an unnamed code behind “{cue.id}”"
        if not known or (value < 0x8000_0000 and self.known.popularity(value) is None):
            return 0.0, ""
        if self.known.popularity(value) is not None and form != "bare_hex":
            return 0.85, "a code that people meet, written as codes are"
        if form == "hex":
            return 0.75, "a known code in eight hexadecimal digits"
        in_text = 0.55 if form == "bare_hex" else 0.6
        return (in_text if self.around.leaning > 0 else 0.0), "a known code in a text about Windows"

    def _judge_small(
        self, start: int, value: int, form: NumberForm, cue: Cue | None
    ) -> tuple[float, str]:
        if not self.known.has_name(value):
            return 0.0, ""
        if cue is None:
            return self._judge_small_without_cue(start, value, form)
        # Devices and protocols have exception codes of their own, small and decimal.
        if form == "decimal" and value < 256 and cue.hint in ("ntstatus", "hresult"):
            return 0.0, ""
        if cue.hint is not None and cue.confidence >= 0.9:
            return cue.confidence, f"behind the words for a {cue.hint} error"
        if self.around.is_foreign(start):
            return 0.0, ""
        if cue.id == "code" and self.text[start - 2 : start - 1] == '"':
            return 0.0, ""  # `"code":49` of some JSON: its own numbering
        announced = cue.hint is None and self.known.is_announced(value, self.around, start)
        if form == "decimal" and not announced and not _can_be_decimal(value, cue):
            return 0.0, ""
        return self._score_small(value, form, cue, announced)

    def _score_small(
        self, value: int, form: NumberForm, cue: Cue, announced: bool
    ) -> tuple[float, str]:
        ranked = self.known.popularity(value) is not None
        leaning = self.around.leaning
        score = cue.confidence - (0.1 if cue.small else 0.2)
        score += 0.1 if ranked else -0.15
        score += 0.35 if announced else 0.0
        score += 0.08 * max(-4, min(leaning, 2))
        if form != "decimal":
            score += 0.4 if form == "bare_hex" else 0.15 if cue.small or value >= 0x10 else 0.0
        elif value < 130:
            score -= 0.05 if leaning > 0 else 0.25
        elif 400 <= value < 600 and not (cue.hint and leaning > 0):
            score -= 0.3  # an HTTP status, far more often than a Win32 error
        if cue.id == "exit" and not ranked:
            score -= 0.4
        why = f"behind “{cue.id}”" + (", a code that people meet" if ranked else "")
        return min(score, 0.9), why

    def _judge_small_without_cue(
        self, start: int, value: int, form: NumberForm
    ) -> tuple[float, str]:
        """`failed to find a DC: 0x525`: hexadecimal, on a line that speaks of a failure."""
        if form != "hex" or self.around.leaning <= 0:
            return 0.0, ""
        if _PADDED.match(self.text, start):
            return 0.6, "padded to eight digits, in a text about Windows"
        led = self.text[max(0, start - 2) : start].strip()[-1:] in _LEADS
        if value >= 0x100 and led and self.around.fails_on_line(start, _LINE_CHARS):
            return 0.6, "in hexadecimal, on a line that speaks of a failure"
        return 0.0, ""

    def _mention(self, start: int, end: int, value: int, form: NumberForm, confidence: float,
                 hint: str | None, why: str) -> Mention:  # fmt: skip
        return Mention(start, end, self.text[start:end], "number", value, form, hint,
                       confidence=round(confidence, 2), why=why or format_hex(value))  # fmt: skip


def _is_key(text: str, start: int) -> bool:
    """`ERROR-1053` with nothing between is the key of a ticket."""
    return text[start - 1 : start] == "-" and text[start - 2 : start - 1].isupper()


def _can_be_decimal(value: int, cue: Cue) -> bool:
    """Programs choose their small exit codes and results themselves."""
    if cue.id == "exit":
        return value >= 256
    if cue.id == "errno":
        return value >= 2
    return cue.small or value >= 50


def _is_word(character: str) -> bool:
    # Chinese has no blanks: `错误0xC004F074软件` is a code between words.
    return character.isascii() and (character.isalnum() or character == "_")


def _fold_64_bits(value: int, digits: int) -> int | None:
    """Read a 64-bit print of a 32-bit code (zero- or sign-extended); None when it is an address."""
    if value <= MAX_CODE and digits <= 8:
        return value
    if digits != 16:
        return None
    high, low = value >> 32, value & MAX_CODE
    return low if low >= 0x8000_0000 and high in (0, MAX_CODE) else None
