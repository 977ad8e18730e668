"""A text that is nothing but a code or a name: a look-up, where every reading counts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from knowledge.codes.code import MAX_CODE
from knowledge.findings import NumberForm

MAX_QUERY_CHARS = 120

_QUOTES = " \t\r\n`'\"“”‘’„*_<>.,;:!?()[]{}"
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"))
_HEX = re.compile(r"0[xX]([0-9A-Fa-f]+)[lLuU]{0,2}")
# A doubled x or a letter o: read as a typing error, so as a suggestion.
_MISTYPED = re.compile(r"[0oO][xX]{1,3}([0-9A-Fa-f]{1,16})")
_IIS_STATUS = re.compile(r"([345]\d\d)\.(\d{1,3})", re.ASCII)
_EMPTY_HEX = re.compile(r"0[xX]+")
_HEX_SUFFIX = re.compile(r"([0-9A-Fa-f]{1,8})[hH]")
_DECIMAL = re.compile(r"(?:0n)?([+-]?[0-9]+)[lLuU]{0,2}", re.ASCII)
_BARE_HEX = re.compile(r"[0-9A-Fa-f]{1,8}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{1,99}")
_WRAPPED = re.compile(r"HRESULT_FROM_(?:WIN32|NT)\(\s*(\w{3,100})\s*\)")
# What people put before a code that they look up, and the family or form that it announces.
_LEADS: tuple[tuple[str, str | None], ...] = (
    (r"(?:windows|system)", "win32"),
    (r"(?:win32|winerror)", "win32"),
    (r"(?:error|err|code|status)", None),
    (r"event(?:\sids?)?", "event_id"),
    (r"(?:stop|bug\s?check|bsod|livekernelevent)", "bugcheck"),
    (r"(?:hresult|hr)", "hresult"),
    (r"nt\s?status", "ntstatus"),
    (r"exit", "exit"),
    (r"errno", "errno"),
    (r"(?:msi|windows installer|installer)", "msi"),
    (r"rpc", "rpc"),
    (r"(?:kerberos|kdc|krb)", "kerberos_rfc4120"),
    (r"ldap", "ldap"),
    (r"(?:tls|ssl|schannel)(?: alert)?", "tls_alert"),
    (r"robocopy", "robocopy"),
    (r"(?:http|iis)", "http_status"),
    (r"(?:winsock|socket|wsa)", "winsock"),
    (r"(?:rdp|remote desktop|mstsc)", "rdp_disconnect"),
    (r"(?:device manager|pnp|problem code)", "pnp_problem"),
    (r"(?:sql server|sql)", "sqlclient"),
    (r"(?:printer|printing|print)", "printing"),
    (r"(?:aadsts|entra)", "aadsts"),
)
# "error 759", "stop 0x7e", "win32 5", "ldap error 49": a word or two, then the code.
_LED = re.compile(
    "(?:" + "|".join(f"({words})" for words, _ in _LEADS) + ")"
    r"(?:\s(?:error|exit|status|problem|alert))?(?:\s?code)?[\s:=#]+(?P<rest>\S+)",
    re.IGNORECASE,
)


# Whose numbers are everybody's numbers: only their name tells that they are meant.
_OWN_NUMBERS = frozenset(
    {"kerberos_rfc4120", "ldap", "tls_alert", "robocopy", "http_status", "rdp_disconnect",
     "pnp_problem", "sqlclient", "printing", "aadsts", "bugcheck"}
)  # fmt: skip
_OWN_LEADS = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), family)
    for words, family in _LEADS
    if family in _OWN_NUMBERS
)


def announced_family(question: str) -> str | None:
    """The family with numbers of its own that a question names; None without one, or with two."""
    named = {family for words, family in _OWN_LEADS if words.search(question)}
    return named.pop() if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class NumberForms:
    """One way to read the digits that were typed; a query may have two (`80` is 80 and 0x80)."""

    value: int
    form: NumberForm


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for: numbers, the likeliest first, or a name; and a family if one was said.

    `substatus` is what follows the dot in an IIS status such as 500.19, whose status is the number.
    `mistyped` holds the hexadecimal digits of a code with a typing error in its prefix. `fault`
    says in a sentence why the digits cannot be a Windows code. Beside them the rest is
    empty. `led` tells that a word such as “error” stood before the code.
    """

    start: int
    end: int
    numbers: tuple[NumberForms, ...] = ()
    name: str | None = None
    wrapped: bool = False
    hint: str | None = None
    substatus: int | None = None
    mistyped: str | None = None
    fault: str | None = None
    led: bool = False


def parse_query(text: str) -> Query | None:
    """Read the text as a single code or name; None when it holds anything else."""
    if len(text) > 4 * MAX_QUERY_CHARS:
        return None
    bare = text.strip()
    if len(bare) > MAX_QUERY_CHARS or "\n" in bare:
        return None
    plain = text
    if not text.isascii():
        plain = text.translate(_INVISIBLE).replace("\u2212", "-").replace("\u2013", "-")
    # The closing bracket of HRESULT_FROM_WIN32(…) is no quote.
    wrapped = _WRAPPED.search(plain) if "_FROM_" in plain else None
    core = wrapped[0] if wrapped else plain.strip(_QUOTES)
    if not core:
        return None
    hint = None
    led = _LED.fullmatch(core)
    if led:
        said = next(place for place in range(len(_LEADS)) if led[place + 1])
        hint = _LEADS[said][1]
        core = led["rest"].strip(_QUOTES)
    if wrapped is None and " " in core:
        return None  # more than a word: no form has a blank in it
    start = max(0, text.find(core))
    end = start + len(core) if text.find(core) >= 0 else len(text)
    query = _parse_core(core, start, end, hint)
    return replace(query, led=True) if query and led else query


def _parse_core(core: str, start: int, end: int, hint: str | None) -> Query | None:
    if match := _HEX.fullmatch(core) or _HEX_SUFFIX.fullmatch(core):
        return _numbers(start, end, hint, core, [(int(match[1][:40], 16), "hex")])
    if _EMPTY_HEX.fullmatch(core):
        return Query(
            start, end, fault=f"“{core}” has no digits. A code looks like 0x80070005 or 0x2F7."
        )
    if match := _MISTYPED.fullmatch(core):
        return Query(start, end, mistyped=match[1])
    if match := _IIS_STATUS.fullmatch(core):
        status = NumberForms(int(match[1]), "decimal")
        return Query(start, end, (status,), hint="http_status", substatus=int(match[2]))
    if match := _DECIMAL.fullmatch(core):
        digits = match[1]
        value = int(digits[:40])
        forms: list[tuple[int, NumberForm]] = [(value, "signed" if value < 0 else "decimal")]
        if _BARE_HEX.fullmatch(digits):
            as_hex = (int(digits, 16), "bare_hex")
            # Eight digits that begin like an HRESULT or NTSTATUS are one; `0000000A` likewise.
            first = len(digits) == 8 and digits[0] in "0489"
            forms.insert(0 if first else 1, as_hex)  # type: ignore[arg-type]
        return _numbers(start, end, hint, core, forms)
    if _BARE_HEX.fullmatch(core) and any(c.isdigit() for c in core):
        return _numbers(start, end, hint, core, [(int(core, 16), "bare_hex")])
    if match := _WRAPPED.fullmatch(core):
        return Query(start, end, name=match[1], wrapped=True, hint="hresult")
    if _NAME.fullmatch(core):
        return Query(start, end, name=core, hint=hint)
    return None


def _numbers(
    start: int, end: int, hint: str | None, core: str, forms: list[tuple[int, NumberForm]]
) -> Query:
    fitting: list[NumberForms] = []
    for value, form in forms:
        folded = _fold(value)
        if folded is not None and all(known.value != folded for known in fitting):
            fitting.append(NumberForms(folded, form))
    if fitting:
        return Query(start, end, tuple(fitting), hint=hint)
    nine_digits = core[2:] if core[:2] in ("0x", "0X") and len(core) == 11 else None
    return Query(
        start, end, hint=hint, mistyped=nine_digits,
        fault=f"“{core[:40]}” does not fit in 32 bits, and Windows error codes do. "
        "Is a digit too many?",
    )  # fmt: skip


def _fold(value: int) -> int | None:
    """Fold to unsigned 32 bits; 64-bit prints of a sign-extended code are accepted, too."""
    if -0x8000_0000 <= value <= MAX_CODE:
        return value & MAX_CODE
    if value >> 32 == MAX_CODE and value & 0x8000_0000:
        return value & MAX_CODE
    return None
