"""What a button carries: which code it is about. Nothing is kept for it anywhere else."""

from __future__ import annotations

import json
from dataclasses import dataclass

from knowledge import Answer, Code, Reading

_MAX_CHARS = 500


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
