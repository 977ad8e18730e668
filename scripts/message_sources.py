"""Where system messages can be read from: tables, gettext files, localised pages, resource scripts.

Nothing of what is read here is ever written: `build_fingerprints.py` keeps hashes only.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Message:
    """A system message with the code that it belongs to; `language` as in LANGUAGES."""

    family: str
    value: int
    name: str
    text: str
    language: str = "en"


class SourceFormatError(Exception):
    """A source that is not of the form that was announced; says what was expected."""


def read_messages(path: Path, language: str = "en") -> Iterator[Message]:
    """Read a table with the columns family, code_hex, name and official_message (tabs)."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        wanted = {"family", "code_hex", "name", "official_message"}
        missing = wanted - set(rows.fieldnames or ())
        if missing:
            raise SourceFormatError(f"{path.name}: the columns {sorted(missing)} are missing")
        for row in rows:
            yield Message(
                row["family"], int(row["code_hex"], 16), row["name"], row["official_message"],
                language,
            )  # fmt: skip


def read_po(path: Path, language: str, english: dict[str, list[Message]]) -> Iterator[Message]:
    """Read a gettext file: translations of sentences whose English form is known.

    `english` maps a sentence, as `comparable` gives it, to its codes. Entries marked fuzzy are
    left out: they are guesses.
    """
    for original, translation, fuzzy in po_entries(path.read_text(encoding="utf-8")):
        if fuzzy or not translation:
            continue
        for known in english.get(comparable(original), ()):
            yield Message(known.family, known.value, known.name, translation, language)


def comparable(sentence: str) -> str:
    """Return a sentence without the differences that two copies of the same text show."""
    return re.sub(r"[\s.]+", " ", sentence.casefold()).strip()


_PO_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
_PO_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def po_entries(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield msgid, msgstr and whether the entry is marked fuzzy; plural entries are left out."""
    for block in re.split(r"\n\s*\n", text):
        parts: dict[str, list[str]] = {}
        current = ""
        for line in block.splitlines():
            head = re.match(r"(msgctxt|msgid|msgstr|msgid_plural|msgstr\[\d\])\s", line)
            if head:
                current = head[1]
            if line.startswith("#"):
                continue
            strings = [_unescape(match[1]) for match in _PO_STRING.finditer(line)]
            parts.setdefault(current, []).extend(strings)
        if "msgid" in parts and "msgstr" in parts and "msgid_plural" not in parts:
            fuzzy = re.search(r"^#,.*\bfuzzy\b", block, re.MULTILINE) is not None
            yield "".join(parts["msgid"]), "".join(parts["msgstr"]), fuzzy


def _unescape(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda match: _PO_ESCAPES.get(match[1], match[1]), quoted)


# A page of the localised documentation: the name in bold, then `5 (0x5)`, then the sentence.
_NAME = re.compile(r"\*\*((?:[A-Z][A-Z0-9]*\\?_)[A-Za-z0-9\\_]+|WSA[A-Z]+)\*\*")
_TAGS = re.compile(r"<[^<>\n]{0,300}>")
_ORIGINAL = re.compile(r'<span class="sxs-lookup">.*?</span>\s*</span>', re.DOTALL)
_CODE = re.compile(r"^\s*(\d{1,5})\s*[(（]\s*0x([0-9A-Fa-f]{1,8})\s*[)）]\s*$")


def read_page(path: Path, language: str, known: dict[str, list[Message]]) -> Iterator[Message]:
    """Read a localised page of system error codes; `known` maps a name to its codes.

    A sentence counts only where name and number stand before it and agree with what is known.
    """
    text = _ORIGINAL.sub("", path.read_text(encoding="utf-8"))
    parts = _NAME.split(text)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        name = name.replace("\\", "")
        lines = [_plain(line) for line in body.splitlines()]
        lines = [line for line in lines if line]
        code = _CODE.match(lines[0]) if lines else None
        if code is None or len(lines) < 2:
            continue
        for message in known.get(name, ()):
            if message.value == int(code[1]):
                yield Message(message.family, message.value, name, lines[1], language)


def _plain(line: str) -> str:
    return _TAGS.sub("", line).replace("\\", "").replace("&nbsp;", " ").strip()
