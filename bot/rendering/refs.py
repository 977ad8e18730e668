"""What buttons and windows carry: what they are about. Nothing is kept for them anywhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge import Answer, Code, Reading


_MAX_CHARS = 500
_MAX_WINDOW_CHARS = 3_000


@dataclass(frozen=True, slots=True)
class CodeRef:
    """A code by family and unsigned 32-bit value, and the article the answer rested on."""

    family: str
    value: int
    article: str | None = None

    def encode(self) -> str:
        """The value of a button."""
        data = {"f": self.family, "v": self.value}
        return json.dumps({**data, "a": self.article} if self.article else data)


def ref_of_answer(answer: Answer) -> CodeRef:
    """The reference to an answer's own code."""
    return CodeRef(answer.reading.family, answer.reading.value, answer.article)


def ref_of_code(code: Code | Reading) -> CodeRef:
    """The reference to a code without an answer yet."""
    return CodeRef(code.family, code.value)


def decode_ref(value: str) -> CodeRef | None:
    """Read what a button carried; None when it is not of this form (an older button, say)."""
    if len(value) > _MAX_CHARS:
        return None
    try:
        data = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    family, number, article = data.get("f"), data.get("v"), data.get("a")
    if not isinstance(family, str) or type(number) is not int or not 0 <= number <= 0xFFFF_FFFF:
        return None
    return CodeRef(family, number, article if isinstance(article, str) else None)


@dataclass(frozen=True, slots=True)
class WindowRef:
    """What a window (modal) is about: the value of the button that opened it, and where it stood.

    `response_url` answers the person who opened it, also where the bot is no member.
    """

    channel: str
    thread_ts: str | None = None
    about: str = ""
    response_url: str = ""

    def encode(self) -> str:
        """The private_metadata of a view."""
        data = {"c": self.channel, "t": self.thread_ts, "a": self.about, "r": self.response_url}
        return json.dumps({name: value for name, value in data.items() if value})


def decode_window(text: str) -> WindowRef | None:
    """Read what a view carried; None when it is not of this form."""
    if len(text) > _MAX_WINDOW_CHARS:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        return None
    channel = data.get("c", "")
    return WindowRef(channel, data.get("t"), data.get("a", ""), data.get("r", ""))
