"""The line that names a .NET exception: `Type (0xHRESULT): message ---> Type: message`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.codes.code import to_unsigned

_SEGMENT = r"[^\W\d]\w{0,100}(?:`\d{1,2})?"
# Where punctuation must follow, giving back characters of a name never helps.
_WHOLE_SEGMENT = r"[^\W\d]\w{0,100}+(?:`\d{1,2})?"
_GENERIC = r"(?:\[{1,2}[^\n]{1,600}?\]{1,2}(?=:|[ ]\(|\s*$|[ ]--->))?"
TYPE = rf"(?:{_SEGMENT}[.+]){{0,20}}{_SEGMENT}{_GENERIC}"
_WHOLE_TYPE = rf"(?:{_WHOLE_SEGMENT}[.+]){{0,20}}+{_WHOLE_SEGMENT}{_GENERIC}"
_NUMBER = r"(?P<number>0x[0-9A-Fa-f]{1,8}|-?\d{1,11})"
_EXCEPTION = re.compile(
    rf"(?<![\w.+/\\$-])(?<!\w`)(?P<type>{_WHOLE_TYPE})(?:[ ]\({_NUMBER}\))?"
    r"(?:[ \xa0]?:(?:[ \t\xa0]|$)|(?P<dash>[ ]-[ ])|(?P<bare>,?\s*$"
    r"|[ ](?:was unhandled|occurred in|was thrown)\b[^\n]{0,120}$))"
)
# Reports that print the parts of an exception one by one: `Exception type: X`, JSON, XML.
_LABELLED = re.compile(
    rf"\bexception[ .]?type\b[\"'*]{{0,3}}[ ]{{0,4}}[:=>][ \"'*]{{0,4}}(?P<type>{TYPE})(?P<number>)"
    rf"|\bexception:[ ]?\[(?P<type2>{TYPE})\](?P<number2>)",
    re.IGNORECASE,
)
_LABEL_SIGNS = (
    "exception type", "exceptiontype", "exception.type", "exception:[", "exception: [",
)  # fmt: skip
_LABELLED_MESSAGE = re.compile(
    r"\bexception[ .]?message\b[\"']?[ ]{0,4}[:=][ ]{0,2}"
    r"(?:\"(?P<quoted>[^\"\n]{1,1000})|(?P<plain>[^\n]{1,1000}))",
    re.IGNORECASE,
)
_ARROW = re.compile(r"[ \t]{0,8}--->[ \t]{0,4}(?=\(|[^\W\d])")
_INNER_NUMBER = re.compile(r"[ \t]{0,12}\([^()\n]{1,60}?[ ]?#(?P<number>\d{1,4})\)[ \t]{0,4}")
_TYPE_ENDS = ("Exception", "Error", "Fault", "Failure")
_HRESULT = re.compile(
    r"(?:HRESULT[ \xa0]{0,2}[:=]?[ \xa0]{0,2}|\()(0x[89a-f][0-9a-f]{7})\b", re.IGNORECASE
)
# `Unhandled Exception:`, `Exception Info:` and their translations are words, not types.
_NOT_TYPES = frozenset({"Exception", "Error", "Fault", "Failure", "FATAL", "ERROR"})


@dataclass(frozen=True, slots=True)
class Header:
    """One exception of a header line. `number` is n of `(Inner Exception #n)`."""

    type: str
    message: str | None
    code: int | None
    shown_code: str | None
    number: int | None = None
    is_inner: bool = False


# Several parsers ask for the same line. `forget` empties it.
@lru_cache(maxsize=256)
def parse_headers(text: str, *, lenient: bool = False) -> tuple[Header, ...]:
    """Read the exceptions that a line names, outermost first; empty when it names none.

    `lenient` (for a line directly above frames) also takes a dotted type with an unusual ending.
    """
    parts = _split_arrows(text)
    headers: list[Header] = []
    for index, part in enumerate(parts):
        if index == 0 and not part.strip():
            continue
        header = _parse_one(part, lenient=lenient or index > 0, inner=index > 0)
        if header is None and index == 0:
            continue
        if header is not None:
            headers.append(header)
    return tuple(headers)


def forget() -> None:
    """Keep nothing of the text that was read."""
    parse_headers.cache_clear()


def begins_with_arrow(text: str) -> bool:
    """Whether a line carries on a chain that began above it."""
    return text.lstrip().startswith("--->")


def _split_arrows(text: str) -> list[str]:
    if "--->" not in text:
        return [text]
    parts, begin = [], 0
    for arrow in _ARROW.finditer(text):
        rest = text[arrow.end() : arrow.end() + 800]
        number = _INNER_NUMBER.match(rest)
        if number is None and _find_type(rest, lenient=True, anywhere=False) is None:
            continue
        parts.append(text[begin : arrow.start()])
        begin = arrow.end()
    parts.append(text[begin:])
    return parts


def _parse_one(part: str, *, lenient: bool, inner: bool) -> Header | None:
    number = _INNER_NUMBER.match(part) if inner or part.lstrip().startswith("(") else None
    body = part[number.end() :] if number else part
    found = _find_type(body, lenient=lenient, anywhere=not inner)
    labelled = _labelled(body) if not inner and _may_be_labelled(body) else None
    if labelled is not None and (found is None or "." not in found["type"]):
        return labelled
    if found is None:
        return None
    message = body[found.end() :].replace("<---", "").strip()
    if body[: found.start()].rstrip(" ").endswith("[") and message.endswith("]"):
        message = message[:-1].rstrip()
    code, shown = _read_code(found["number"], message)
    index = int(number["number"]) if number else None
    return Header(found["type"], message or None, code, shown, index, inner)


def _may_be_labelled(body: str) -> bool:
    if "xception" not in body:
        return False
    lowered = body.lower()
    return any(sign in lowered for sign in _LABEL_SIGNS)


def _labelled(body: str) -> Header | None:
    found = _LABELLED.search(body[:3000])
    if found is None:
        return None
    name = found["type"] or found["type2"]
    said = _LABELLED_MESSAGE.search(body[:3000])
    message = (said["quoted"] or said["plain"] or "").strip() if said else ""
    if found["type2"]:
        message = body[found.end() :].strip()
    code, shown = _read_code(None, message)
    return Header(name, message or None, code, shown)


def _find_type(body: str, *, lenient: bool, anywhere: bool) -> re.Match[str] | None:
    """Find the type: at the beginning if there is one, else the first dotted one in the line."""
    # One of _TYPE_ENDS, asked of most lines, so without a loop.
    has_ending = "Exception" in body or "Error" in body or "Fault" in body or "Failure" in body
    if not has_ending and not lenient:
        return None
    indent = len(body) - len(body.lstrip(" \t{*([\"'`"))
    at_start = _EXCEPTION.match(body, indent)
    if at_start and _is_type(at_start, lenient=lenient):
        return at_start
    if not anywhere or not has_ending:
        return None
    found = None
    for candidate in _EXCEPTION.finditer(body[:3000], indent):
        if not _is_type(candidate, lenient=False):
            continue
        if "." in candidate["type"]:
            return candidate
        if found is None and body[: candidate.start()].rstrip().endswith((":", "]", ".", "-", ")")):
            found = candidate
    return found


def _is_type(match: re.Match[str], *, lenient: bool) -> bool:
    name = match["type"]
    last = name.partition("[")[0].replace("+", ".").rpartition(".")[2].partition("`")[0]
    is_dotted = "." in name or "+" in name
    if match["dash"] and not (is_dotted and last.endswith("Exception")):
        return False
    if last.endswith(_TYPE_ENDS):
        is_word = name in _NOT_TYPES
        return is_dotted or (not is_word and match["bare"] is None) or (lenient and not is_word)
    return lenient and is_dotted and match["bare"] is None


def _read_code(number: str | None, message: str) -> tuple[int | None, str | None]:
    """Return the HRESULT that the line shows, else another native number as printed."""
    if number and number.startswith("0x"):
        value = int(number, 16)
        return (value, None) if value > 0xFFFF else (None, number)
    shown = _HRESULT.search(message)
    if shown:
        return int(shown[1], 16), number
    if number and int(number) < 0 and int(number) >= -0x8000_0000:
        return to_unsigned(int(number)), None
    return None, number
