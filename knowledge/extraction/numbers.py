"""Numbers in a text that may be Windows error codes.

Three kinds of numbers are looked for, each in one linear pass: `0x…`, eight bare hexadecimal
digits, and decimals. What makes one of them a mention is the words around it (`cues`), its being
in the catalogue, and what else the text speaks of.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice

from knowledge.codes.code import MAX_CODE, format_hex
from knowledge.extraction.decimals import decimals_worth_judging
from knowledge.extraction.digits import Digits
from knowledge.extraction.judging import LINE_CHARS, Judge, KnownCodes
from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import Mention, NumberForm

# A paste of an address dump must not cost more than a look: past this many numbers of one kind the
# rest of the text is not read for that kind.
MAX_CANDIDATES = 20_000
MAX_REPEATS = 100
MAX_JUDGED = 400
CHARS_OF_ONE_JUDGED = 400
# Half as many again as are looked up (resolution.MAX_DIFFERENT): further ones are a table's.
MAX_TOLD = 80
_LEAST_CONFIDENCE = 0.3
# What stands this near decides nearly always what a number is.
_RECALLED_CHARS = 64

_DIGIT = re.compile(r"[0-9]")
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]{1,16})(?![0-9A-Za-z_])")
_MEASURE = re.compile(
    r"\s?(?:%|ms\b|s\b(?!')|secs?\b|seconds?\b|minutes?\b|hours?\b|days?\b|[kmgt]i?b\b|bytes?\b|bits?\b|"
    r"times\b|files?\b|items?\b|rows?\b|errors\b|warnings?\b|"
    # What monitoring counts; in the singular, a sentence may go on: `error 1722 connection lost`.
    r"(?:re(?:quests|sponses|cords|tries)|connections|sessions|packets|messages|events|samples|"
    r"datapoints|inodes|queries|users)\b|of\s\d|/\d|\.(?!0\b)\d|[:#]\d|€|\$|"
    r"-\d\d-\d\d\b)",
    re.IGNORECASE,
)
# What numbers of SQL Server, of HTTP and of a compiler's list go on with.
_OF_OTHERS = re.compile(
    r"['\"]?,?\s{1,2}(?:severity\b|level\s\d|state:?\s\d|internal server|bad request|bad gateway|"
    r"service unavailable|gateway time|unauthorized\b|forbidden\b|not found \(http|module: \d|"
    r"(?:error|warning|fatal error) [a-z]{1,6}\d{3,5}\b)",
    re.IGNORECASE,
)
# `0x11 = SRB_STATUS_NO_HBA` defines a name of somebody else's.
_DEFINITION = re.compile(r"\s?=\s?[A-Z][A-Z0-9]{1,20}_")
# Firmware has statuses of its own, with the same top bit.
_EFI_BEHIND = re.compile(r"\s?[:(-]?\s?EFI_")
# `10:11:12,123 ERROR 1326 relay.service:`: a level, then a process or a thread, then a logger.
_LEVEL_CHARS = 80
_LEVEL_BEFORE = re.compile(r"(?:^|\n|\d\d:\d\d\S{0,16} {1,4})\[?ERROR\]? {1,6}\[?$")
_BEHIND_LOGGED = re.compile(r"\]? {1,4}(?:---|\[|[A-Za-z_]\w{0,60}\.[A-Za-z_])")
# `    ERROR = 1` in somebody's source.
_CONSTANT = re.compile(r"(?:^|\n)[ \t]*[A-Z][A-Z_]{2,30} = $")
# `4. Then restart it`, behind a line that ends with a word for an error.
_ITEM_BEFORE = re.compile(r"\n[ \t>*-]*$")
_ITEM_BEHIND = re.compile(r"[.)]{1,2}[ \t]")
# `Error<tab>102<tab>Unexpected…`: the row of an error list.
_ROW = re.compile(
    r"(?:^|\n)(?:error|fehler|erreur|errore|erro|ошибка|错误|エラー)\t$", re.IGNORECASE
)
# A log's column of threads: `InstallApplication    1608 (0x648)`.
_COLUMN_BEFORE = re.compile(r"(?:\s\s|\t|\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: [AP]M)? )$")
_RANGE = re.compile(r"\s?(?:-|\.\.|–|/)\s?(?:0[xX])?([0-9a-fA-F]{4,16})")
_SECOND_OF_PAIR = re.compile(r"(?:/|\s?\()(-?\d{1,10})(?!\d)")
_HEX_BEHIND = re.compile(r"\s{0,2}\(0x([0-9A-Fa-f]{1,8})\)")
# Below, tables of constants show both notations, too.
_LEAST_TELLING_PAIR = 256
_FAILURE_CHARS = 56
_FAILURE_BEFORE = re.compile(
    r"\b(?:fail(?:ed|s|ure)?|abort(?:ed|s)?)\b[^\n;:,]{0,30}[;:,] $", re.IGNORECASE
)
_REGISTRY_BEFORE = re.compile(r"REG_[DQ]WORD\s{1,8}$")
# How a failed HRESULT and an NTSTATUS begin.
_WELL_FORMED = frozenset({0x8, 0xC})
# From here on a 32-bit number is -65536 or more: -4 in hexadecimal is no code.
_SMALL_NEGATIVES = 0xFFFF_0000
_END_OF_RANGE = re.compile(r"[0-9A-Fa-f]{4}\s?(?:-|\.\.|–|~)\s?$")


_JET = re.compile(
    r"\bjet|esent|\bese\b|\.(?:edb|dit|jfm|jrs|jtx)\b|database (?:engine|error)|exchange|flush map"
    r"|\(\d{1,7},[A-Za-z],\d{1,4}\)",
    re.IGNORECASE,
)


def judged_at_most(chars: int) -> int:
    """How many numbers that could be codes are judged in a text of that length.

    Half of them may be written in one way. In 40,000 characters it is 500: what holds more is a
    dump or a table of codes, and its rest is not read.
    """
    return MAX_JUDGED + chars // CHARS_OF_ONE_JUDGED


def extract_numbers(around: Surroundings, known: KnownCodes) -> list[Mention]:
    """Return every number of the text that is probably an error code, in no particular order."""
    if _DIGIT.search(around.text) is None and not Digits(around.text).may_hold_bare_hex():
        return []
    return list(_Scanner(around, known).mentions())


class _Scanner:
    """The passes over one text."""

    def __init__(self, around: Surroundings, known: KnownCodes) -> None:
        self.around = around
        self.text = around.text
        self.known = known
        self.judge = Judge(around, known)
        self._told: defaultdict[str, int] = defaultdict(int)
        self._hopeless: dict[str, bool] = {}
        self._seen: dict[tuple[str, int], Mention | None] = {}

    def mentions(self) -> Iterator[Mention]:
        """Yield the mentions of all three passes; who repeats a number so often has been heard.

        The loop runs once for every number of a log: what was judged among the same words is
        recalled right here, and silence costs nothing more.
        """
        text, seen, told = self.text, self._seen, self._told
        hopeless, digits = self._hopeless, Digits(text)
        for matches, judge in (
            (_HEX.finditer(text), self._judge_hex),
            (digits.bare_hex(), self._judge_bare_hex),
            (
                decimals_worth_judging(self.around, digits, self.judge.may_be_code),
                self._judge_decimal,
            ),
        ):
            most = len(seen) + judged_at_most(len(text)) // 2
            different: set[str] = set()
            for match in islice(matches, MAX_CANDIDATES):
                written = match[0]
                if written not in hopeless:
                    hopeless[written] = self._is_hopeless(written)
                if hopeless[written] or (told and told.get(written, 0) >= MAX_REPEATS):
                    continue
                start, end = match.span()
                # The place within the window differs only at the text's beginning.
                first = start - _RECALLED_CHARS if start > _RECALLED_CHARS else 0
                key = text[first : end + _RECALLED_CHARS], start - first
                if key not in seen:
                    if len(seen) >= most:
                        break
                    mention = seen[key] = judge(match)
                else:
                    mention = seen[key]
                if mention is None:
                    continue
                told[written] += 1
                different.add(written)
                if len(different) > MAX_TOLD:
                    break
                if mention.start != start:
                    mention = replace(mention, start=start, end=start + len(mention.as_written))
                yield mention

    def _is_hopeless(self, written: str) -> bool:
        """Tell whether a number can be no code, whatever stands around it."""
        digits = written.removeprefix("0n").removeprefix("-")
        if written[:2] in ("0x", "0X"):
            # Ten digits are too many, but zeros are miscounted; sixteen hold a sign or zeros.
            value = int(written, 16)
            if len(digits) == 18 and value >> 32 in (0, MAX_CODE):
                value &= MAX_CODE
            return not 0 < value <= MAX_CODE or not self.judge.may_be_code(value)
        if written[0] == "-" or "-" in written:
            value = -int(digits)
            return value < -0x8000_0000 or (
                value <= -65536 and not self.judge.may_be_code(value & MAX_CODE)
            )
        is_decimal = digits.isdecimal()
        if is_decimal and int(digits) == 0:
            return True
        if is_decimal and self.judge.may_be_code(int(digits)):
            return False
        # Stop codes are written in hexadecimal, and so are eight digits.
        return not (len(digits) in (1, 2, 3, 8) and self.judge.may_be_code(int(digits, 16)))

    def _judge_hex(self, match: re.Match[str]) -> Mention | None:
        start, end = match.span()
        if start and _is_word(self.text[start - 1]):
            return None
        value = self._fold(match)
        if value is None or value == 0 or value >= _SMALL_NEGATIVES:
            return None
        if value < 0x1_0000 and _DEFINITION.match(self.text, end):
            return None
        if _EFI_BEHIND.match(self.text, end):
            return None
        if self._is_pair(end, value) and (sure := self._sureness_of_pair(start, end, value)):
            return self._mention(
                start, end, value, "hex", sure, "win32", "the same number in both notations"
            )
        if self._is_in_range(start, end, value):
            return None
        return self._judge(start, end, value, "hex")

    def _fold(self, match: re.Match[str]) -> int | None:
        """Read the digits as 32 bits; None where they are an address."""
        value, digits = int(match[1], 16), len(match[1])
        if value <= MAX_CODE and digits <= 8:
            return value
        if value <= MAX_CODE and digits <= 10 and self.around.cue_before(match.start()) is not None:
            return value  # 0x00000007B: zeros were miscounted
        if digits != 16:
            return None
        # 64-bit prints of a 32-bit code, zero- or sign-extended.
        high, low = value >> 32, value & MAX_CODE
        return low if low >= 0x8000_0000 and high in (0, MAX_CODE) else None

    def _is_in_range(self, start: int, end: int, value: int) -> bool:
        """Memory maps print 0x80070000-0x8007ffff; setup prints 0xC1900101 - 0x40017 for a code."""
        if _END_OF_RANGE.search(self.text[max(0, start - 8) : start]):
            return self.known.popularity(value) is None
        behind = _RANGE.match(self.text, end)
        if behind is None:
            return False
        return int(behind[1], 16) >= value

    def _is_pair(self, end: int, value: int) -> bool:
        """`0x0000274D/10061` and `0x57 (87)` give the same number twice."""
        decimal = _SECOND_OF_PAIR.match(self.text, end)
        if value >= _SMALL_NEGATIVES or not self.known.is_known(value):
            return False
        return decimal is not None and int(decimal[1]) & MAX_CODE == value

    def _sureness_of_pair(self, start: int, end: int, value: int) -> float:
        """Tell an error (`0x0000274D/10061`) from what the registry editor shows: `0x1 (1)`."""
        if self.text[end] == "/" or value >= 0x1_0000:
            return 0.95
        if _REGISTRY_BEFORE.search(self.text[max(0, start - 24) : start]):
            return 0.0
        if self.around.cue_before(start) or self.around.fails_on_line(start, LINE_CHARS):
            return 0.95
        telling = value >= _LEAST_TELLING_PAIR and self.known.popularity(value) is not None
        return 0.65 if telling and self.around.leaning >= 0 else 0.0

    def _judge_bare_hex(self, match: re.Match[str]) -> Mention | None:
        digits = match[0]
        value = int(digits, 16)
        start, end = match.span()
        if digits.isdigit() and not digits.startswith(("8", "0")):
            return None  # a decimal, or a date
        if value & 0xFFFF == 0 or not self.known.is_known(value):
            return None
        if self.text[start - 1 : start] == "`" and self.text[start - 2 : start - 1].isalnum():
            return None  # the second half of an address, as WinDbg prints it
        # Eight hexadecimal digits are an id or a hash unless something says otherwise.
        if self.around.cue_of(start, end) is None and not self._reads_as_code(start, value):
            return None
        return self._judge(start, end, value, "bare_hex")

    def _reads_as_code(self, start: int, value: int) -> bool:
        """A text about Windows, and not the hash at the head of a line of some history."""
        if self.text[max(0, start - 1) : start] in ("", "\n"):
            return False
        return self.around.leaning > 0 or (
            self.around.leaning == 0
            and (self.known.popularity(value) is not None or self._follows_failure(start, value))
            and self.around.fails_on_line(start, LINE_CHARS)
        )

    def _follows_failure(self, start: int, value: int) -> bool:
        """`request failed; 80d02002`: even a code that people seldom meet."""
        before = self.text[max(0, start - _FAILURE_CHARS) : start]
        return value >> 28 in _WELL_FORMED and _FAILURE_BEFORE.search(before) is not None

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
        if 0 < value < 100 and _is_item(self.text, start, end):
            return None
        if _BEHIND_LOGGED.match(self.text, end) and _LEVEL_BEFORE.search(
            self.text[max(0, start - _LEVEL_CHARS) : start]
        ):
            return None
        if 0 < value < 0x1_0000 and (
            _OF_OTHERS.match(self.text, end)
            or _CONSTANT.search(self.text[max(0, start - 40) : start])
            or self._is_row(start, end)
        ):
            return None
        if negative and value > -65536:
            return self._judge_small_negative(start, end, value)
        if not negative and len(digits) <= 3 and self._is_bug_check(start):
            return self._judge(start, end, int(digits, 16), "bare_hex")
        form: NumberForm = "signed" if negative else "decimal"
        if self._is_pair_in_hex(start, end, value):
            hint = "win32" if 0 < value < 0x10000 else None
            sure = self.around.cue_before(start) or not hint
            sure = sure or self.around.fails_on_line(start, LINE_CHARS)
            why = "the same number in both notations"
            # Beside nothing else, the pair is worth a word to somebody who asks.
            bold = value >= _LEAST_TELLING_PAIR and self.around.leaning >= 0
            least = 0.45 if not bold else 0.65 if self.around.leaning else 0.55
            return self._mention(
                start, end, value & MAX_CODE, form, 0.95 if sure else least, hint, why
            )
        return self._judge(start, end, value & MAX_CODE, form)

    def _is_row(self, start: int, end: int) -> bool:
        before = self.text[max(0, start - 16) : start]
        return self.text[end : end + 1] == "\t" and _ROW.search(before) is not None

    def _is_pair_in_hex(self, start: int, end: int, value: int) -> bool:
        """`1603 (0x643)`; logs also print their threads in both notations."""
        behind = _HEX_BEHIND.match(self.text, end)
        if behind is None or int(behind[1], 16) != value & MAX_CODE or value in (-1, MAX_CODE):
            return False
        if not self.known.is_known(value & MAX_CODE):
            return False
        cue = self.around.cue_before(start)
        if cue is not None:
            return cue.confidence >= _LEAST_CONFIDENCE
        if not 0 < value < 0x8000_0000:
            return True
        if self.around.has_other_job(start) or _COLUMN_BEFORE.search(self.text[start - 16 : start]):
            return False
        return self.known.popularity(value) is not None

    def _is_bug_check(self, start: int) -> bool:
        cue = self.around.cue_before(start)
        return cue is not None and cue.id == "bugcheck"

    @cached_property
    def _speaks_of_jet(self) -> bool:
        """Whether the text names the database engine; looked for once, not for every number."""
        return _JET.search(self.text) is not None

    def _judge_small_negative(self, start: int, end: int, value: int) -> Mention | None:
        """libuv numbers its Windows errors from -4095; ESENT counts down from -100."""
        if self.around.is_in_address(start):
            return None
        cue = self.around.cue_of(start, end)
        behind = _HEX_BEHIND.match(self.text, end)
        if behind is not None and int(behind[1], 16) == value & MAX_CODE and value < -100:
            if self.known.has_name(value & MAX_CODE):
                return self._mention(start, end, value & MAX_CODE, "signed", 0.95, "esent",
                                     "the same number in both notations")  # fmt: skip
            return None
        if cue is None or self.around.has_other_job(start):
            return None
        libuv = -4096 < value <= -4000
        jet = -2000 < value <= -100 and self._speaks_of_jet
        if not libuv and not jet:
            return None
        hint = "libuv" if libuv else "esent"
        return self._mention(start, end, value & MAX_CODE, "signed", 0.85, hint,
                             f"a negative {hint} number behind “{cue.id}”")  # fmt: skip

    def _judge(self, start: int, end: int, value: int, form: NumberForm) -> Mention | None:
        if self.around.is_in_address(start):
            return None
        cue = self.around.cue_of(start, end)
        in_full = form in ("hex", "signed") and value >= 0x8000_0000 and self.known.is_known(value)
        vouched_for = cue is not None and cue.small and cue.hint is not None
        if not vouched_for and self.around.has_other_job(start, in_full=in_full):
            return None
        if value >= 0x8000_0000 or value >= 0x0004_0000:
            confidence, why = self.judge.large(start, value, form, cue)
        else:
            confidence, why = self.judge.small(start, end, value, form, cue)
        if confidence < _LEAST_CONFIDENCE:
            return None
        return self._mention(start, end, value, form, confidence, cue.hint if cue else None, why)

    def _mention(self, start: int, end: int, value: int, form: NumberForm, confidence: float,
                 hint: str | None, why: str) -> Mention:  # fmt: skip
        return Mention(start, end, self.text[start:end], "number", value, form, hint,
                       confidence=round(confidence, 2), why=why or format_hex(value))  # fmt: skip


def _is_item(text: str, start: int, end: int) -> bool:
    """Tell whether the number counts the items of a list."""
    before = text[max(0, start - 16) : start]
    return _ITEM_BEHIND.match(text, end) is not None and _ITEM_BEFORE.search(before) is not None


def _is_key(text: str, start: int) -> bool:
    """`ERROR-1053` with nothing between is the key of a ticket."""
    return text[start - 1 : start] == "-" and text[start - 2 : start - 1].isupper()


def _is_word(character: str) -> bool:
    # Chinese has no blanks: `错误0xC004F074软件` is a code between words.
    return character.isascii() and (character.isalnum() or character == "_")
