"""The model of an entry of `families.yaml`: strict, so that a misspelt key is a fault."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from knowledge.codes.family import Space
from knowledge.strict_yaml import Strict

FAMILY_ID = r"^[a-z0-9][a-z0-9_]{1,39}$"
Word = Annotated[
    str, StringConstraints(pattern=r"^[^A-Z\s](?:[^A-Z]*[^A-Z\s])?$", min_length=2, max_length=40)
]


def _read_number(value: object) -> object:
    """Our YAML has no fractions: `0.5` arrives as text. What is no number is left to be refused."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


class FamilyEntry(Strict):
    """One family as people write it; the same fields as `knowledge.codes.family.Family`."""

    id: str = Field(pattern=FAMILY_ID)
    title: str = Field(min_length=3, max_length=80)
    space: Space
    looks_like: str = Field(min_length=3, max_length=100)
    met_in: str = Field(min_length=10, max_length=160)
    docs: str = Field(pattern=r"^https://\S+$")
    words: tuple[Word, ...] = ()
    prior: Annotated[float, BeforeValidator(_read_number), Field(ge=0, le=1)]
