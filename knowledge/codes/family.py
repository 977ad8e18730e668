"""A family of codes: what the numbers of one component or header have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Space = Literal["win32", "hresult", "ntstatus", "bugcheck", "own"]


@dataclass(frozen=True, slots=True)
class Family:
    """What one family of the catalogue is.

    `space` says what kind of number its codes are; `own` numbers mean nothing outside the family.
    `words` are lower-case words and phrases that announce it in a text. `prior` (0 to 1) is how
    likely a bare small number, with nothing said about it, is meant to be of this family.
    """

    id: str
    title: str
    space: Space
    looks_like: str
    met_in: str
    docs: str
    words: tuple[str, ...]
    prior: float
