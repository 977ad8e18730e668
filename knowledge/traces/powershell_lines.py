"""The lines of a PowerShell error record: where it happened, its category, its script stack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.codes.code import to_unsigned
from knowledge.traces.trace import Frame

CATEGORY = re.compile(r"\s{0,40}(?P<plus>\+\s{0,4})?CategoryInfo\s{0,20}:\s?(?P<value>.*)$")
IDENTIFIER = re.compile(r"\s{0,40}(?:\+\s{0,4})?FullyQualifiedErrorId\s{0,20}:\s?(?P<value>.*)$")
SOURCE = re.compile(r"\s{0,12}\+(?:\s|$)(?!\s{0,4}(?:CategoryInfo|FullyQualifiedErrorId)\b)")
UNDERLINE = re.compile(r"\s{0,12}\+?\s{0,400}(?:~+|.{0,400}<<<<)")
PROMPT = re.compile(r"\s{0,4}(?:\[[^\]\n]{1,80}\]: )?PS(?: [^\n>]{0,200})?>")
CONCISE = re.compile(r"\s{0,4}Line \|\s*$")
CONCISE_SOURCE = re.compile(r"\s{0,12}(?P<line>\d{1,7}) \|")
CONCISE_TEXT = re.compile(r"\s{1,20}\|\s?(?P<text>.*)$")
PROPERTY = re.compile(r"\s{0,40}(?P<name>[A-Za-z]{3,40})\s{0,40}:(?:\s(?P<value>.*))?$")

_REASON = re.compile(
    r"(?P<category>\w{1,40})\s?:\s?\(.{0,2000}\)\s?\[[^\]\n]{0,400}\]\s?,\s?(?P<reason>[\w.+`]{1,200})"
)
# Every language keeps the shape `words place:line words:column`.
_POSITION = re.compile(
    r"\s{0,60}(?:PositionMessage\s{0,8}:\s)?(?P<where>\S.{0,500}?)[ \xa0]?:[ \xa0]?"
    r"(?P<line>\d{1,7})"
    r"[ \xa0]{1,4}(?:[^\W\d_]{1,14}\.?)?[ \xa0]?:[ \xa0]?(?P<column>\d{1,7})\s*$"
)
_PATH = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]:[\\/]|\\\\|(?<=\s)[/~.]+[\\/]|^[/~.]+[\\/]).*$")
_SCRIPT_FRAME = re.compile(
    r"\s{0,60}(?:ScriptStackTrace\s{0,8}:\s{0,4})?(?P<word>[^\W\d_]{1,12}:?) "
    r"(?P<function>[^,\n]{1,200}), (?P<file>[^\n]{1,400}): [^\W\d_]{1,12} (?P<line>\d{1,7})\s*$"
)
_TAG = re.compile(r"</?(?:S|Objs|Obj)\b[^>]{0,200}>")
_HRESULT = re.compile(
    r"(?:HRESULT[ \xa0]?:?|Error Code:?|error code is)[ \xa0]?\(?(0x[0-9A-Fa-f]{8})"
)
_NATIVE_ID = re.compile(r"(?:HRESULT )?(?P<hex>0x[0-9A-Fa-f]{8})\b|(?P<decimal>-\d{9,10}),")


@dataclass(frozen=True, slots=True)
class Category:
    """What `CategoryInfo` says: the category and the exception's short type."""

    category: str
    reason: str


def plain(text: str) -> str:
    """Drop the tags of CLIXML, in which a remote shell wraps each line."""
    return _TAG.sub("", text) if "<" in text else text


def ends_in_number(text: str) -> bool:
    """Whether the line may be a position or a frame of a script: both end in their number."""
    return "<" in text or text.rstrip()[-1:].isdigit()


def read_category(value: str) -> Category | None:
    """Read the value of `CategoryInfo`, joined from its lines."""
    match = _REASON.search(value[:4000])
    return Category(match["category"], match["reason"]) if match else None


def read_position(text: str) -> Frame | None:
    """Read a position line; `file` is None at the prompt."""
    if not ends_in_number(text):
        return None
    match = _POSITION.match(plain(text))
    if match is None:
        return None
    path = _PATH.search(match["where"])
    return Frame(None, path[0] if path else None, int(match["line"]), True, text.strip())


def read_script_frame(text: str) -> Frame | None:
    """Read one line of a ScriptStackTrace."""
    if not ends_in_number(text):
        return None
    match = _SCRIPT_FRAME.match(plain(text))
    if match is None:
        return None
    file = None if match["file"].startswith("<") else match["file"]
    return Frame(match["function"], file, int(match["line"]), True, text.strip())


def read_code(message: str | None, identifier: str | None) -> int | None:
    """Return the HRESULT that the message shows, or the one that the id begins with."""
    shown = _HRESULT.search(message or "")
    if shown:
        return int(shown[1], 16)
    native = _NATIVE_ID.match(identifier or "")
    if native is None:
        return None
    if native["hex"]:
        return int(native["hex"], 16)
    value = int(native["decimal"])
    return to_unsigned(value) if value >= -0x8000_0000 else None
