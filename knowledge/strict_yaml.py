"""YAML without surprises: what stands in the file is what is read, and every value keeps its line.

Only `true`, `false`, `null`, whole numbers (decimal, 0x) and dates (2026-11-23) are more than text:
`NO`, `0123`, `1e3` and `12:30:45` stay the text they look like. Repeated keys, aliases and tags are
faults.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge.errors import Fault

Place = tuple[str | int, ...]
Rule = Callable[[Mapping[str, Any]], Iterable[tuple[Place, str]]]
Scalar = str | int | bool | date | None
MAX_SOURCE_BYTES = 1_000_000
MAX_DEPTH = 20

_PLAIN = "tag:yaml.org,2002:"
_FORMS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("bool", re.compile(r"^(?:true|false)$"), "tf"),
    ("int", re.compile(r"^(?:-?(?:0|[1-9][0-9]{0,18})|0x[0-9A-Fa-f]{1,16})$"), "-0123456789"),
    ("null", re.compile(r"^(?:null|~|)$"), "n~"),
    ("timestamp", re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "0123456789"),
)
_READERS: Mapping[str, Callable[[str], Scalar]] = {
    f"{_PLAIN}str": str,
    f"{_PLAIN}bool": lambda text: text == "true",
    f"{_PLAIN}int": lambda text: int(text, 0),
    f"{_PLAIN}null": lambda _: None,
    f"{_PLAIN}timestamp": date.fromisoformat,
}

ModelT = TypeVar("ModelT")


class Strict(BaseModel):
    """Base of the models of the other files: an unknown key is a fault, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _resolvers() -> dict[str | None, list[tuple[str, re.Pattern[str]]]]:
    table: dict[str | None, list[tuple[str, re.Pattern[str]]]] = {"": [], None: []}
    for name, pattern, first_characters in _FORMS:
        for character in first_characters:
            table.setdefault(character, []).append((_PLAIN + name, pattern))
    table[""].append((_PLAIN + "null", _FORMS[2][1]))
    return table


class _Loader(yaml.CSafeLoader):
    """The C parser with our own, shorter list of what is not text."""

    yaml_implicit_resolvers = _resolvers()


class Document:
    """The values of one YAML file, the line of each (1-based), and the faults found in reading."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: object = None
        self.faults: list[Fault] = []
        self._lines: dict[Place, int] = {}
        self._seen: set[int] = set()

    def fault(self, place: Place, message: str) -> Fault:
        """A fault at a place, with the line of the nearest value that stands in the file."""
        known = next((place[:n] for n in range(len(place), 0, -1) if place[:n] in self._lines), ())
        line = self._lines[known] if known else None
        field = ", ".join(filter(None, [name_place(place), f"line {line}" if line else ""]))
        return Fault(self.file, field, message)

    def read(self, node: yaml.Node, place: Place = ()) -> object:
        """The value of a node; what may not stand there becomes a fault and reads as None."""
        self._lines[place] = node.start_mark.line + 1
        if id(node) in self._seen:
            return self._refuse(place, "aliases (*name) are not read: write the text out")
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode) and node.tag == f"{_PLAIN}map":
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_PLAIN}seq":
            return [self.read(item, (*place, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if not isinstance(key_node, yaml.ScalarNode):
                self._refuse(place, "a key must be a word")
            elif key in values:
                self._lines[(*place, key)] = key_node.start_mark.line + 1
                self._refuse((*place, key), "repeated key: join the two, the first would be lost")
            else:
                values[key] = self.read(value_node, (*place, key))
        return values

    def _scalar(self, node: yaml.Node, place: Place) -> Scalar:
        reader = _READERS.get(node.tag)
        if reader is None or not isinstance(node, yaml.ScalarNode):
            return self._refuse(place, f"the tag {node.tag} is not read: remove it")
        try:
            return reader(node.value)
        except ValueError as error:
            return self._refuse(place, f"{node.value!r}: {error}")

    def _refuse(self, place: Place, message: str) -> Scalar:
        self.faults.append(self.fault(place, message))
        return None


def name_place(place: Iterable[str | int]) -> str:
    """A place as people write it: `causes[0].tell`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def read_document(path: Path, file: str) -> Document:
    """Read one YAML file whose top level is a mapping; what is wrong with it is in `faults`."""
    document = Document(file)
    try:
        text = _read_text(path)
        _refuse_deep_nesting(text)
        node = yaml.compose(text, Loader=_Loader)
    except OSError as error:
        document.faults.append(Fault(file, "", f"cannot be read: {error.strerror or error}"))
    except (yaml.YAMLError, ValueError) as error:
        document.faults.append(_syntax_fault(file, error))
    else:
        if isinstance(node, yaml.MappingNode):
            document.data = document.read(node)
        else:
            document.faults.append(Fault(file, "", "must hold `key: value` lines"))
    return document


def _read_text(path: Path) -> str:
    size = path.stat().st_size
    if size > MAX_SOURCE_BYTES:
        raise ValueError(f"{size} bytes: more than {MAX_SOURCE_BYTES}, split it")
    return path.read_text(encoding="utf-8")


def _refuse_deep_nesting(text: str) -> None:
    """ValueError when the text nests too deep; composing recurses in C, and would crash."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise ValueError(f"nested deeper than {MAX_DEPTH} levels: flatten it")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _syntax_fault(file: str, error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).splitlines()[0]
    if "nesting depth" in problem:  # newer parsers stop by themselves, before they tell of events
        problem = f"nested deeper than {MAX_DEPTH} levels: flatten it"
    return Fault(file, f"line {mark.line + 1}" if mark else "", f"not valid YAML: {problem}")


def validate(
    document: Document, model: type[ModelT], extra: Mapping[str, object], rules: Iterable[Rule]
) -> ModelT | None:
    """The document as a model or a dataclass, `extra` added; None, and all faults in the document.

    `rules` look across fields; they are run even where single fields are wrong, so that an author
    learns of everything at once.
    """
    if not isinstance(document.data, dict):
        return None
    for key in extra.keys() & document.data.keys():
        document.faults.append(document.fault((key,), "is taken from the path: remove it"))
    data = {**document.data, **extra}
    stripped = _stripped(data)
    broken = [document.fault(*finding) for rule in rules for finding in rule(stripped)]
    document.faults.extend(broken)
    try:
        # As JSON, strict: lists become tuples and dates are read, but "5" never becomes 5.
        return _adapter(model).validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        document.faults.extend(set(faults_of(error, document)) - set(broken))
        return None


def _stripped(value: Any) -> Any:
    """The value as the models keep it, without blanks around its texts."""
    if isinstance(value, dict):
        return {key: _stripped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value.strip() if isinstance(value, str) else value


_ADAPTERS: dict[type[object], TypeAdapter[Any]] = {}


def _adapter(model: type[ModelT]) -> TypeAdapter[ModelT]:
    # Building one costs more than checking an article.
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


def faults_of(error: ValidationError, document: Document) -> list[Fault]:
    """What pydantic found, in our words, each with its line."""
    details = error.errors()
    return [
        document.fault(detail["loc"], _message(detail))
        for detail in details
        if detail["type"] != "too_short" or not _has_faults_inside(detail["loc"], details)
    ]


def _has_faults_inside(place: Place, details: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list only seems too short because its own items are wrong."""
    size = len(place)
    return any(len(detail["loc"]) > size and detail["loc"][:size] == place for detail in details)


def _message(detail: Mapping[str, Any]) -> str:
    if detail["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        return "unknown key: remove it or correct its spelling"
    if detail["type"] == "missing":
        return "is missing: add it"
    message = str(detail["msg"]).removeprefix("Value error, ")
    given = detail.get("input")
    return f"{message} (found {given!r})" if isinstance(given, int | bool) else message
