"""What the check allows and refuses, as people maintain it in `lists.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from knowledge.errors import SourceError
from knowledge.strict_yaml import Strict, read_document, validate

LISTS = Path(__file__).with_name("lists.yaml")


class RefusedCommand(Strict):
    """A first word that may not stand in a command, and what to write instead."""

    word: str
    instead: str


class AllowedNumber(Strict):
    """A hexadecimal number that is no code, and what it is."""

    value: int = Field(ge=0)
    what: str


class Lists(Strict):
    """The lists of `lists.yaml`; the comments there say what each is for."""

    commands: tuple[str, ...]
    debugger_commands: tuple[str, ...]
    refused_commands: tuple[RefusedCommand, ...]
    destructive: tuple[str, ...]
    official_domains: tuple[str, ...]
    other_domains: tuple[str, ...]
    refused_phrases: tuple[str, ...]
    names: tuple[str, ...]
    placeholders: tuple[str, ...]
    numbers: tuple[AllowedNumber, ...]
    not_functions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowed:
    """The lists in the forms that the rules look things up in."""

    commands: frozenset[str]
    debugger_commands: frozenset[str]
    instead_of: dict[str, str]
    destructive: tuple[re.Pattern[str], ...]
    official: frozenset[str]
    domains: frozenset[str]
    phrases: tuple[re.Pattern[str], ...]
    names: frozenset[str]
    name_beginnings: tuple[str, ...]
    placeholders: frozenset[str]
    numbers: frozenset[int]
    not_functions: frozenset[str]


def read_lists(path: Path = LISTS) -> Allowed:
    """Read the lists; SourceError with every fault in them."""
    document = read_document(path, f"{path.parent.name}/{path.name}")
    lists = validate(document, Lists, {}, ())
    if lists is None or document.faults:
        raise SourceError(document.faults)
    return Allowed(
        commands=frozenset(word.casefold() for word in lists.commands),
        debugger_commands=frozenset(lists.debugger_commands),
        instead_of={entry.word: entry.instead for entry in lists.refused_commands},
        destructive=tuple(re.compile(pattern) for pattern in lists.destructive),
        official=frozenset(lists.official_domains),
        domains=frozenset((*lists.official_domains, *lists.other_domains)),
        phrases=tuple(re.compile(pattern, re.IGNORECASE) for pattern in lists.refused_phrases),
        names=frozenset(lists.names),
        name_beginnings=tuple(name[:-1] for name in lists.names if name.endswith("*")),
        placeholders=frozenset(lists.placeholders),
        numbers=frozenset(entry.value for entry in lists.numbers),
        not_functions=frozenset(lists.not_functions),
    )
