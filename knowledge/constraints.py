"""What a field of an article may hold, written beside its type: `Annotated[str, Chars(10, 300)]`.

Only checking and building read these marks, through pydantic: it is imported there. Who reads what
was built pays nothing for them, since annotations stay text until somebody asks.
"""

from __future__ import annotations

from typing import Any


class Mark:
    """Adds its bounds to the schema of the type that it stands beside."""

    __slots__ = ("_bounds",)

    def __init__(self, **bounds: object) -> None:
        self._bounds = {name: bound for name, bound in bounds.items() if bound is not None}

    def __get_pydantic_core_schema__(self, source: object, handler: Any) -> dict[str, Any]:
        """Return the schema with the bounds in it; pydantic asks for it by this name."""
        return {**handler(source), **self._bounds}


class Chars(Mark):
    """How many characters a text has, and the pattern that it follows."""

    __slots__ = ()

    def __init__(
        self, least: int | None = None, most: int | None = None, pattern: str | None = None
    ) -> None:
        super().__init__(min_length=least, max_length=most, pattern=pattern)


class AtLeast(Mark):
    """How many items a tuple has at least."""

    __slots__ = ()

    def __init__(self, least: int) -> None:
        super().__init__(min_length=least)


class Between(Mark):
    """The least and the greatest value of a number."""

    __slots__ = ()

    def __init__(self, least: int, most: int) -> None:
        super().__init__(ge=least, le=most)
