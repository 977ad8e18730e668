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
    """Read a gettext file: translations of sentences whose English form is a message.

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


# A page of the localised documentation: an anchor that bears the code's name, the number, and then
# the sentence. The anchor is the only place where the name is never translated.
_ANCHOR = re.compile(
    r'(?:<span id="([A-Za-z_][A-Za-z0-9_]{3,80})"></span>\s*(?:<span id="\w+"></span>)?)'
)
_ORIGINAL = re.compile(r'<span class="sxs-lookup">.{0,4000}?</span>\s*</span>', re.DOTALL)
_TAGS = re.compile(r"<[^<>\n]{0,300}>")
_CODE = re.compile(r"(?:(\d{1,10})\s*)?[(（]?\s*0[xX]([0-9A-Fa-f]{1,8})L?\s*[)）]?|(\d{1,5})")


def read_page(path: Path, language: str, known: dict[str, list[Message]]) -> Iterator[Message]:
    """Read a localised page of error codes; `known` maps a name to its codes.

    A sentence counts only where name and number stand before it and agree with what is known.
    """
    text = _ORIGINAL.sub("", path.read_text(encoding="utf-8"))
    parts = _ANCHOR.split(text)
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        lines = [plain for line in body.splitlines()[:40] if (plain := _plain(line))]
        values = [number for line in lines[:3] if (number := _number(line)) is not None]
        sentences = [line for line in lines if _number(line) is None and "**" not in line]
        for message in known.get(name, ()):
            if sentences and message.value in values and not _is_english(sentences[0], message):
                yield Message(message.family, message.value, name, sentences[0], language)


def _is_english(sentence: str, message: Message) -> bool:
    """Pages are translated in part: some sentences were left as they were."""
    return comparable(message.text)[:20] in comparable(sentence)


def _number(line: str) -> int | None:
    match = _CODE.fullmatch(line)
    if match is None:
        return None
    return int(match[2], 16) if match[2] else int(match[1] or match[3])


def _plain(line: str) -> str:
    return _TAGS.sub("", line).replace("\\", "").replace("&nbsp;", " ").strip()
