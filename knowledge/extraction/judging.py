"""How sure a number makes us that it is an error code, from its size, its writing and its cue."""

from __future__ import annotations

import re
from typing import Protocol

from knowledge.codes.code import MAX_CODE
from knowledge.extraction.cues import Cue
from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import NumberForm

_PADDED = re.compile(r"0[xX]0000[0-9A-Fa-f]{4}(?![0-9A-Za-z])")
# "failed with error 2" is said of make, too; below the alert threshold whatever else is bolder.
_EVERYBODYS = 2
_WHEN_ASKED = 0.65
# errno, signals, and what most programs count their own errors from.
_EVERYBODYS_DECIMALS = 130
# One byte: what a device or a protocol answers.
_EVERYBODYS_BYTES = 0x100
_WINSOCK = frozenset((*range(10035, 10072), 10004, 10009, 10013, 10014, 10022, 10024, 11001, 11004))
# How far back on its line a word for a failure speaks for a number.
LINE_CHARS = 160
_LEADS = frozenset(":(=>[")
# What an unnamed failure begins with: HRESULTs, NTSTATUS and their customer and N bits.
_NIBBLES_OF_FAILURES = frozenset({0x8, 0x9, 0xA, 0xC, 0xD, 0xE})
_LEAST_OF_FAILURES = min(_NIBBLES_OF_FAILURES) << 28
# Below this, numbers of ten digits are also sizes (2 GiB and a little) and registry roots.
_LEAST_TELLING = 0x8001_0000
_CUSTOMER = 0x2000_0000
_WRAPPED_SUCCESS = 0x8007_0000
# From here on being in the catalogue says much by itself.
_LEAST_LARGE = 0x0004_0000
# The registry's roots are numbered like warnings (two that people meet apart); a single bit is a
# flag.
_ROOTS = frozenset(range(0x8000_0000, 0x8000_0100)) - {0x8000_0003, 0x8000_0004}
# Windows Update, setup, backup and servicing have more codes than names.
_FACILITIES = frozenset({0x8024, 0x800F, 0x8078, 0x8073, 0xC190})
# `relay.exe (1060)`, `process relay (1060)`: the number of a process.
_PROCESS_BEFORE = re.compile(r"(?:\.exe|\bprocess\b[^\n]{0,40}|\bpid\b[^\n]{0,8})\s\($", re.I)
_PROCESS_CHARS = 64
# Mozilla's and VirtualBox' components number like COM on every system: NS_ERROR_FAILURE.
_XPCOM_SIGN = "ns_error_"
_XPCOM_BEFORE = re.compile(r"\bNS_ERROR_\w{3,40} \($")
# What make, nmake and their kin say of a tool that they ran: its own exit code.
_TOOL_CHARS = 320
_TOOL_SIGNS = ("***", "u1077")
_OF_TOOL = re.compile(r"\*\*\*\s{1,9}\[[^\]]*\]\serror $|\bu1077:[^\n]*$", re.I)
_HTTP = re.compile(r"https?\b|redirect|\bresponse\b|\brequest\b|\bGET\b|\bPOST\b", re.IGNORECASE)
_HTTP_CHARS = 80
_HTTP_STATUSES = frozenset({200, 201, 202, 204, *range(300, 600)})


class KnownCodes(Protocol):
    """What number extraction asks of the catalogue."""

    def is_known(self, value: int) -> bool:
        """Tell whether the value, or the code that it wraps, has a name."""
        ...

    def has_name(self, value: int) -> bool:
        """Tell whether any family has a name for the value."""
        ...

    def is_system_error(self, value: int) -> bool:
        """Tell whether a family that numbers like Win32 has a name for the value."""
        ...

    def is_of_family(self, value: int, family: str) -> bool:
        """Tell whether a family has the value."""
        ...

    def is_called(self, value: int, name: str) -> bool:
        """Tell whether a code that is written in hexadecimal has the value and the name."""
        ...

    def is_announced(self, value: int, around: Surroundings, start: int) -> bool:
        """Tell whether words of a family that has the value stand near a place of the text."""
        ...

    def popularity(self, value: int) -> int | None:
        """Return the rank among the codes that people meet most; 1 is the first."""
        ...


class Judge:
    """Confidences (0 to 1) with their reasons for the numbers of one text; 0 means no code."""

    def __init__(self, around: Surroundings, known: KnownCodes) -> None:
        self.around = around
        self.known = known

    def may_be_code(self, value: int) -> bool:
        """Tell whether `large` or `small` could see a code in the value in any surroundings."""
        if value < _LEAST_OF_FAILURES:
            return self.known.is_known(value)
        if value >= _LEAST_LARGE and value >> 28 in _NIBBLES_OF_FAILURES and value <= MAX_CODE:
            return True  # unnamed, but built like one
        return value <= MAX_CODE and (value >> 16 in _FACILITIES or self.known.is_known(value))

    def large(self, start: int, value: int, form: NumberForm, cue: Cue | None) -> tuple[float, str]:
        """Judge a number of 0x40000 or more: being in the catalogue says much by itself."""
        if value & 0x0FFF_FFFF == 0 or (cue is None and value in _ROOTS):
            return 0.0, ""
        if value == _WRAPPED_SUCCESS:
            return 0.0, ""
        if self.around.speaks_of(_XPCOM_SIGN) and _XPCOM_BEFORE.search(
            self.around.text[max(0, start - _PROCESS_CHARS) : start]
        ):
            return 0.0, ""
        known = self.known.is_known(value)
        if cue is not None and known:
            return max(cue.confidence, 0.9), f"a known code behind “{cue.id}”"
        if cue is not None and value >> 28 in _NIBBLES_OF_FAILURES and value >> 20 != 0xFFF:
            if value & _CUSTOMER and cue.hint is None:
                return 0.0, ""  # its maker says that it is not Microsoft's
            if cue.id in ("failed", "failed_with", "code") or self.around.leaning < 0:
                return 0.0, ""
            strong = cue.hint in ("hresult", "ntstatus")
            return (0.8 if strong else 0.5), f"an unnamed code behind “{cue.id}”"
        if form == "hex" and value >> 16 in _FACILITIES and self.around.leaning > 0 and not known:
            return 0.55, "of a facility of Windows, though nobody named it"
        if not known or (value < 0x8000_0000 and self.known.popularity(value) is None):
            return 0.0, ""
        return self._large_alone(value, form)

    def _large_alone(self, value: int, form: NumberForm) -> tuple[float, str]:
        ranked = self.known.popularity(value) is not None
        if form == "bare_hex":
            # Where the text does not speak of Windows, the line speaks of a failure.
            if self.around.leaning >= 0:
                return 0.55, "a known code in eight digits, where Windows or a failure is told of"
            return 0.0, ""
        if ranked:
            return 0.85, "a code that people meet, written as codes are"
        if form == "hex":
            leaning = self.around.leaning
            sure = 0.75 if leaning > 0 else 0.65 if leaning == 0 else 0.45
            return sure, "a known code in eight hexadecimal digits"
        if value >= _LEAST_TELLING:
            return 0.72, "one of the few numbers of this size that are codes"
        return (0.6 if self.around.leaning > 0 else 0.0), "a known code in a text about Windows"

    def small(
        self, start: int, end: int, value: int, form: NumberForm, cue: Cue | None
    ) -> tuple[float, str]:
        """Judge a short number: everybody has such numbers, only the words around it can tell."""
        if not self.known.has_name(value) and (
            form == "decimal"
            or cue is None
            or not self.known.is_announced(value, self.around, start)
        ):
            return 0.0, ""  # a nameless number, and no word of its family near
        if cue is None:
            return self._small_alone(start, end, value, form)
        # Devices, protocols and other systems have exception codes of their own, small ones.
        own_numbers = value < 1000 and (form == "decimal" or self.around.leaning < 0)
        if own_numbers and cue.hint in ("ntstatus", "hresult"):
            return 0.0, ""
        if cue.hint == "bugcheck" and not self.known.is_of_family(value, "bugcheck"):
            return 0.0, ""  # `Stop error 500`: somebody else's
        if cue.own:
            fits = self.around.leaning >= 0 and self.known.is_of_family(value, cue.hint or "")
            return (cue.confidence, f"behind the words for a {cue.hint}") if fits else (0.0, "")
        if cue.hint is not None and cue.confidence >= 0.9:
            return cue.confidence, f"behind the words for a {cue.hint} error"
        if self.around.is_foreign(start):
            return 0.0, ""
        if cue.id == "code" and self.around.text[start - 2 : start - 1] == '"':
            return 0.0, ""  # `"code":49` of some JSON: its own numbering
        if form == "decimal" and value in _HTTP_STATUSES and self._speaks_of_http(start):
            return 0.0, ""
        if value < 256 and self._is_of_tool(start):
            return 0.0, ""
        announced = cue.hint is None and self.known.is_announced(value, self.around, start)
        if form == "decimal" and value < 50 and cue.id in ("status", "failed", "failed_with"):
            return 0.0, ""  # `return 1;`
        if form == "decimal" and not announced and not self._can_be_decimal(start, value, cue):
            return 0.0, ""
        return self._score_small(start, value, form, cue, announced)

    def _is_of_tool(self, start: int) -> bool:
        if not any(self.around.speaks_of(sign) for sign in _TOOL_SIGNS):
            return False
        return _OF_TOOL.search(self.around.text[max(0, start - _TOOL_CHARS) : start]) is not None

    def _speaks_of_http(self, start: int) -> bool:
        near = self.around.text[max(0, start - _HTTP_CHARS) : start + _HTTP_CHARS]
        return _HTTP.search(near) is not None

    def _score_small(
        self, start: int, value: int, form: NumberForm, cue: Cue, announced: bool
    ) -> tuple[float, str]:
        ranked = self.known.popularity(value) is not None
        leaning = self.around.leaning
        score = cue.confidence - (0.1 if cue.small else 0.2)
        score += 0.1 if ranked else -0.15
        score += 0.35 if announced else 0.0
        score += 0.08 * max(-4, min(leaning, 2))
        if form != "decimal":
            score += 0.4 if form == "bare_hex" else 0.15 if cue.small or value >= 0x10 else 0.0
        elif value < _EVERYBODYS_DECIMALS:
            score -= 0.05 if leaning > 0 else 0.25
        elif 400 <= value < 600 and not (cue.hint and leaning > 0):
            score -= 0.3  # an HTTP status, far more often than a Win32 error
        if cue.id == "exit" and not ranked:
            score -= 0.4
        if form == "decimal" and value in _WINSOCK:
            # Nobody else's errno reaches there, and hardly anybody's codes do.
            score = max(score + 0.12, 0.8 if cue.id == "errno" else 0.0)
        if cue.id == "failed_error" and value > _EVERYBODYS and leaning >= 0:
            score = max(score, min(score + 0.1, _WHEN_ASKED))
        padded = _PADDED.match(self.around.text, start)
        anybodys = form != "hex" or (value < _EVERYBODYS_BYTES and not padded)
        # POSIX has no exit code of this size, but other programs have.
        own_exit = cue.id == "exit" and not self.known.is_of_family(value, "msi")
        # Other systems have RPC, too, and errors from 1 on: `rpc error 14`, `SNMP error code 5`.
        spoken_for = announced and not (form == "decimal" and value < _EVERYBODYS_DECIMALS)
        if anybodys and leaning <= 0 and (cue.hint is None or own_exit) and not spoken_for:
            # Only the word "error", and a number of a size that other programs have, too.
            device = form == "hex" and cue.id == "failed"
            score = min(score, _WHEN_ASKED) - (0.1 if device else 0.0)
        why = f"behind “{cue.id}”" + (", a code that people meet" if ranked else "")
        return min(score, 0.9), why

    def _small_alone(self, start: int, end: int, value: int, form: NumberForm) -> tuple[float, str]:
        """`failed to find a DC: 0x525`, `could not start the service. (1053)`."""
        if self.around.leaning <= 0:
            return 0.0, ""
        text = self.around.text
        if form == "decimal":
            return self._in_brackets(start, end, value)
        if form != "hex":
            return 0.0, ""
        before = self.around.fails_on_line(start, LINE_CHARS)
        if _PADDED.match(text, start) and (before or self.around.fails_behind(end, LINE_CHARS)):
            return 0.6, "padded to eight digits, on a line that speaks of a failure"
        led = text[max(0, start - 2) : start].strip()[-1:] in _LEADS
        if value >= 0x100 and led and before:
            return 0.6, "in hexadecimal, on a line that speaks of a failure"
        return 0.0, ""

    def _in_brackets(self, start: int, end: int, value: int) -> tuple[float, str]:
        text = self.around.text
        if value < 1000 or text[start - 2 : start] != " (" or text[end : end + 1] != ")":
            return 0.0, ""
        if self.known.popularity(value) is None or self.around.is_foreign(start):
            return 0.0, ""
        if _PROCESS_BEFORE.search(text[max(0, start - _PROCESS_CHARS) : start]):
            return 0.0, ""
        if not self.around.fails_on_line(start, LINE_CHARS):
            return 0.0, ""
        return 0.6, "in brackets behind the words for a failure, a code that people meet"

    def _can_be_decimal(self, start: int, value: int, cue: Cue) -> bool:
        """Programs choose their small exit codes and results themselves."""
        if not self.known.is_system_error(value) and cue.hint is None:
            return False
        if self.known.popularity(value) is None and self.around.is_of_database(start):
            return False
        if cue.id == "exit":
            return value >= 256
        if cue.id == "errno":
            return value >= 2
        return cue.small or value >= 50
