"""The workspace's time: message timestamps that never repeat, and ids in Slack's form."""

from __future__ import annotations

import secrets
import time

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Clock:
    """Hands out message timestamps: seconds and microseconds as text, each later than the last."""

    def __init__(self) -> None:
        self._last = 0

    def ts(self) -> str:
        """The next message timestamp, such as 1700000000.123456."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


def new_id(prefix: str, length: int = 10) -> str:
    """A new id in Slack's form: a letter or two, then capitals and digits."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(length))


def is_ts(value: object) -> bool:
    """Whether a value has the form of a message timestamp."""
    if not isinstance(value, str) or not value.isascii():
        return False
    seconds, dot, micros = value.partition(".")
    return bool(dot) and seconds.isdigit() and micros.isdigit() and len(value) <= 20
