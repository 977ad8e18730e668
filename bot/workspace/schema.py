"""Checks of JSON values that note every fault with its place, as Slack words them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Payload = dict[str, Any]


class Problems:
    """The faults found so far; each ends in the JSON pointer of its place."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def add(self, fault: str, pointer: str) -> None:
        """Note a fault at a place."""
        self.messages.append(f"{fault} [json-pointer:{pointer}]")


Check = Callable[[Any, str, Problems], None]
Fields = Mapping[str, tuple[bool, Check]]


def required(check: Check) -> tuple[bool, Check]:
    """A field that must be there."""
    return True, check


def optional(check: Check) -> tuple[bool, Check]:
    """A field that may be left out."""
    return False, check


def string(longest: int, shortest: int = 1) -> Check:
    """A text of `shortest` to `longest` characters."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add("must be a string", pointer)
        elif len(value) > longest:
            problems.add(f"must be less than {longest + 1} characters", pointer)
        elif len(value) < shortest:
            problems.add(f"must be more than {shortest - 1} characters", pointer)

    return check


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(f"must be one of: {', '.join(allowed)}", pointer)

    return check


def of_type(kind: type, name: str) -> Check:
    """A value of one JSON type; a boolean is no integer."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        wrong = isinstance(value, bool) and kind is int
        if wrong or not isinstance(value, kind):
            problems.add(f"must be {name}", pointer)

    return check


boolean = of_type(bool, "a boolean")
integer = of_type(int, "an integer")
mapping = of_type(dict, "an object")


def anything(value: Any, pointer: str, problems: Problems) -> None:
    """Whatever it is, it is not looked at."""


def list_of(item: Check, longest: int, shortest: int = 1) -> Check:
    """A list of `shortest` to `longest` items."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add("must be an array", pointer)
            return
        if len(value) > longest:
            problems.add(f"no more than {longest} items allowed", pointer)
        if len(value) < shortest:
            problems.add(f"no fewer than {shortest} items allowed", pointer)
        for index, entry in enumerate(value):
            item(entry, f"{pointer}/{index}", problems)

    return check


def object_of(fields: Fields) -> Check:
    """An object with these fields and no other."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add("must be an object", pointer)
            return
        for name, (is_required, field) in fields.items():
            if name in value and value[name] is not None:
                field(value[name], f"{pointer}/{name}", problems)
            elif is_required:
                problems.add(f"missing required field: {name}", pointer)
        for name in value:
            if name not in fields:
                problems.add(f"invalid additional property: {name}", pointer)

    return check


def typed(what: str, kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check holds."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add(f"{what} must be an object", pointer)
            return
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            kinds[kind](value, pointer, problems)

    return check


def both(*checks: Check) -> Check:
    """Several checks of the same value."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        for each in checks:
            each(value, pointer, problems)

    return check


def unique(key: str) -> Check:
    """A list of objects in which no two have the same `key`."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        seen: set[str] = set()
        for index, entry in enumerate(value if isinstance(value, list) else ()):
            name = entry.get(key) if isinstance(entry, dict) else None
            if not isinstance(name, str):
                continue
            if name in seen:
                problems.add(f'`{key}` "{name}" already exists', f"{pointer}/{index}/{key}")
            seen.add(name)

    return check


def needs_one(*names: str) -> Check:
    """An object with at least one of these fields."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            problems.add(f"must provide {' or '.join(names)}", pointer)

    return check
