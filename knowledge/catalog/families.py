"""Reading `families.yaml`: every entry checked, all faults collected."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from knowledge.catalog.family import FamilyEntry
from knowledge.errors import Fault
from knowledge.strict_yaml import Document, name_place, read_document


@dataclass(frozen=True, slots=True)
class FamiliesFile:
    """What stands in one file: the sound entries, the ids of all, and the faults of the others."""

    entries: dict[str, FamilyEntry]
    ids: frozenset[str]
    faults: tuple[Fault, ...]


def read_families(path: Path, shown_as: str) -> FamiliesFile:
    """Read one file, a mapping of family id to entry; `shown_as` is how faults name it."""
    document = read_document(path, shown_as)
    data = document.data if isinstance(document.data, dict) else {}
    entries: dict[str, FamilyEntry] = {}
    for key, body in data.items():
        if not isinstance(body, dict):
            document.faults.append(document.fault((key,), "must hold `key: value` lines"))
        elif entry := _read_entry(document, key, body):
            entries[key] = entry
    return FamiliesFile(entries, frozenset(data), tuple(document.faults))


def _read_entry(document: Document, key: str, body: dict[str, object]) -> FamilyEntry | None:
    text = json.dumps({**body, "id": key}, default=str)
    try:
        return FamilyEntry.model_validate_json(text, strict=True)
    except ValidationError as error:
        for detail in error.errors():
            place = (key, *detail["loc"])
            document.faults.append(
                document.fault(place, _message(name_place(place), detail["msg"]))
            )
        return None


def _message(place: str, problem: str) -> str:
    if problem.startswith("Extra inputs"):
        return f"{place.rpartition('.')[2]} is no field of a family: remove it or correct it"
    return "is missing: add it" if problem == "Field required" else problem
