"""A value that is never printed: tokens, signing secrets, addresses with a password."""

from __future__ import annotations

from typing import NoReturn

_SHOWN = "**********"


class Secret:
    """Holds a text; whoever prints, formats or logs it sees asterisks; it is not pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def get_secret_value(self) -> str:
        """The text itself, for whoever must send it."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __deepcopy__(self, memo: object) -> Secret:
        # dataclasses.asdict copies what it finds.
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written down")

    def __repr__(self) -> str:
        return f"Secret({str(self)!r})"

    def __str__(self) -> str:
        return _SHOWN if self._value else ""
