"""What somebody asked for and nobody could explain: the number or name alone, never the text."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from bot.rendering.answer_blocks import Rendered
from bot.store.unknown_table import WRITTEN_CHARS

if TYPE_CHECKING:
    from knowledge import Answer

_AT_MOST = 3
_LOOKED_AT_CHARS = 4_000
# A number in hexadecimal, or a name that begins as Windows' own do: in a text, any other word with
# underscores may be a secret. Keys and tokens that people paste by mistake look otherwise.
_PREFIX = "(?:error|status|ntstatus|e|nte|sec|rpc|wsa|dns|ldap|wu|cert|crypt|win32|hresult|hr)"
_PARTS = "(?:_[A-Za-z0-9]{1,24}){1,9}"
_WRITTEN = re.compile(
    rf"(?<![\w./\\-])(?:0x[0-9a-f]{{1,8}}|{_PREFIX}{_PARTS})(?![\w/\\-])", re.IGNORECASE
)
_LOG_CHARS = 100_000
_IN_A_LOG = re.compile(
    r"(?:error|code|hresult|ntstatus|status|result|with)[ \t:=(]{1,3}(?P<number>0x[0-9a-f]{1,8})"
    rf"(?![\w/\\-])|(?<![\w./\\-])(?P<name>(?-i:{_PREFIX.upper()}"
    r"(?:_[A-Z0-9]{1,24}){1,9}))(?![\w/\\-])",
    re.IGNORECASE,
)
# Alone, without a text around it, any capital name and a decimal are meant as a code.
_NAME = re.compile(rf"[A-Z][A-Z0-9]{{0,24}}{_PARTS}")
_DECIMAL = re.compile(r"-?[0-9]{1,10}")


def unknown_codes(asked: str, rendered: Rendered, in_files: str = "") -> tuple[str, ...]:
    """What of it has neither article nor playbook; `rendered` is what the person was answered.

    `in_files` is the text of the files beside it: a log is full of numbers that nobody asks for.
    """
    if rendered.is_unknown:
        return (_written(asked) or _written_as_errors(in_files))[:_AT_MOST]
    bare = [_name(answer) for answer in rendered.answers if answer.basis == "structure"]
    return tuple(dict.fromkeys(bare))[:_AT_MOST]


def _written(asked: str) -> tuple[str, ...]:
    """The numbers and names in a text that are written like codes."""
    alone = asked.strip()
    if _DECIMAL.fullmatch(alone) or (len(alone) <= WRITTEN_CHARS and _NAME.fullmatch(alone)):
        return (alone,)
    found = (match.group() for match in _WRITTEN.finditer(asked[:_LOOKED_AT_CHARS]))
    named = (_same_for_all(each) for each in found if len(each) <= WRITTEN_CHARS)
    return tuple(dict.fromkeys(named))[:_AT_MOST]


def _written_as_errors(text: str) -> tuple[str, ...]:
    """The names in a log, and the numbers behind a word for an error."""
    found = (match["number"] or match["name"] for match in _IN_A_LOG.finditer(text[:_LOG_CHARS]))
    named = (_same_for_all(each) for each in found if len(each) <= WRITTEN_CHARS)
    return tuple(islice(dict.fromkeys(named), _AT_MOST))


def _name(answer: Answer) -> str:
    reading = answer.reading
    return (reading.name or reading.hex)[:WRITTEN_CHARS]


def _same_for_all(written: str) -> str:
    """One spelling for what differs in case only."""
    if written[:2].lower() == "0x":
        return f"0x{int(written, 16):08X}"
    return written.upper()
