"""Write knowledge/catalog/fingerprints.tsv: hashes of system messages, never their words.

Usage:
  python scripts/build_fingerprints.py --messages TABLE.tsv [--messages fr=TABLE.tsv]
      [--po de=de.po] [--pages de=FOLDER] [--onto FILE] [--out FILE]

TABLE.tsv has the columns family, code_hex, name, official_message. A gettext file (`--po`) and a
folder of localised documentation pages (`--pages`) are joined with the English tables, by sentence
and by name. `--onto` adds the sentences to a file that was built before: what it has stays, and
the big sources need not be at hand. docs/catalogue.md says what the shipped file was made from.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from message_sources import Message, comparable, read_messages, read_page, read_po

from knowledge.messages.fingerprints import LANGUAGES, Fingerprint, Step, fixed_runs, steps_of
from knowledge.messages.table import format_table, parse_table
from knowledge.messages.words import Words

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "knowledge" / "catalog"
COMMENT = """\
# Hashes of system messages, written by scripts/build_fingerprints.py; see docs/catalogue.md.
# No sentence can be read from them. flags: knowledge/messages/fingerprints.py, Step.pack.
"""

# Documentation describes these codes, but no machine prints the description.
NOT_PRINTED = frozenset({"bugcheck", "event_id"})
# Titles of windows and tables, and the notes of a community where no vendor published a text.
NO_SENTENCE = ("TITLE_", "(")
# Whose code to name first when several share a sentence, after what people meet most.
FIRST_FAMILIES = ("win32", "winsock", "rpc", "dns", "sspi", "hresult", "com", "ntstatus")
MAX_CODES = 8
MIN_SENTENCE_WORDS = 5
MIN_CLAUSE_WORDS = 7
MIN_UNNAMED_WORDS = 6

# What a C library prints on any system: of these, only Windows' own wording counts.
SAID_ELSEWHERE = frozenset(
    ("|", *Words(os.strerror(number)).forms) for number in range(1, 134) if os.strerror(number)
)


@dataclass(slots=True)
class Report:
    """What happened to the messages that were read."""

    read: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    shared: int = 0
    collisions: int = 0

    def lines(self) -> Iterator[str]:
        """Yield the report, a line for each figure."""
        for language in self.read:
            yield f"{language}: {self.read[language]} messages read, {self.rows[language]} rows"
        for why, count in sorted(self.left_out.items()):
            yield f"left out: {count} {why}"
        yield f"hashes that several codes share: {self.shared}"
        yield f"hashes that different words share: {self.collisions}"


def build(messages: Iterable[Message], ranks: dict[tuple[int, str], int]) -> tuple[
    list[Fingerprint], Report
]:  # fmt: skip
    """Return the rows, sorted by hash and the code to name first, and what happened."""
    report = Report()
    found: dict[int, list[tuple[Message, Step]]] = defaultdict(list)
    words: dict[int, tuple[str, ...]] = {}
    for message in messages:
        report.read[message.language] += 1
        why = unfit(message, ranks)
        if why:
            report.left_out[why] += 1
            continue
        for text, shortened in variants(message.text):
            steps = steps_of(text, LANGUAGES.index(message.language))
            if not steps and not shortened:
                report.left_out["say too little"] += 1
            for (value, step), spelt in zip(steps, _spelt(text), strict=True):
                report.collisions += words.setdefault(value, spelt) != spelt
                literal = spelt in SAID_ELSEWHERE
                found[value].append((message, replace(step, shortened=shortened, literal=literal)))
    rows = [row for value in sorted(found) for row in _rows(value, found[value], ranks, report)]
    return rows, report


def unfit(message: Message, ranks: dict[tuple[int, str], int]) -> str | None:
    """Say why a message is not worth a fingerprint; None when it is."""
    if message.family in NOT_PRINTED:
        return "describe codes that are shown without words"
    if message.name.startswith(NO_SENTENCE) and _fixed_words(message.text) < MIN_UNNAMED_WORDS:
        return "are titles or notes"
    # 0x0000FFFF < value < 0x80000000: severity success or informational in an HRESULT or NTSTATUS.
    succeeded = message.value == 0 or 0xFFFF < message.value < 0x8000_0000
    if succeeded and (message.value, message.name) not in ranks:
        return "report a success"
    return None


def variants(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the message, and its first sentence and clause when those can stand for it."""
    yield text, False
    sentence = re.split(r"(?<=[.!?])(?:\s|%n)+|(?<=[。！？])", text, maxsplit=1)[0]
    if _says(sentence, text) >= MIN_SENTENCE_WORDS:
        yield sentence, True
    clause = sentence.split(",", 1)[0]
    if _says(clause, sentence) >= MIN_CLAUSE_WORDS:
        yield clause, True


def _says(part: str, whole: str) -> int:
    """Count the fixed words of a part; 0 when it is the whole."""
    says = _fixed_words(part)
    return says if says < len(Words(whole).forms) else 0


def _fixed_words(text: str) -> int:
    return sum(len(run.forms) for run in fixed_runs(text)[0])


def _spelt(text: str) -> Iterator[tuple[str, ...]]:
    spelt: tuple[str, ...] = ()
    for run in fixed_runs(text)[0]:
        spelt = (*spelt, "|", *run.forms)
        yield spelt


def _rows(
    value: int, found: list[tuple[Message, Step]], ranks: dict[tuple[int, str], int], report: Report
) -> Iterator[Fingerprint]:
    """Yield the rows of one hash: one for each code, and one where a chain goes on."""
    complete = [pair for pair in found if pair[1].last]
    if any(not step.shortened for _, step in complete):
        complete = [pair for pair in complete if not pair[1].shortened]
    complete.sort(
        key=lambda pair: (ranks.get((pair[0].value, pair[0].name), 1 << 20), _order(pair[0]))
    )
    # The same words may stand among different function words: each form is kept, for quotations.
    codes: dict[tuple[str, int], dict[tuple[int, int], tuple[Message, Step]]] = defaultdict(dict)
    for message, step in complete:
        forms = codes[message.family, message.value]
        forms.setdefault((step.span, step.lead), (message, step))
    report.shared += len(codes) > 1
    for number, forms in enumerate(list(codes.values())[:MAX_CODES]):
        for message, step in forms.values():
            yield _row(value, message, replace(step, preferred=number == 0), report)
    continued = next((pair for pair in found if not pair[1].last), None)
    if continued is not None:
        yield _row(value, *continued, report)


def _order(message: Message) -> tuple[int, int, str, int]:
    """The Win32 code before the HRESULT that wraps it, well-known families before the others."""
    first = message.family in FIRST_FAMILIES
    place = FIRST_FAMILIES.index(message.family) if first else len(FIRST_FAMILIES)
    return message.value > 0xFFFF, place, message.family, message.value


def _row(value: int, message: Message, step: Step, report: Report) -> Fingerprint:
    report.rows[message.language] += 1
    name = message.name if re.fullmatch(r"[A-Za-z_]\w{1,99}", message.name) else None
    return Fingerprint(value, message.family, message.value, name, step.pack())


def add_onto(before: Sequence[Fingerprint], rows: Iterable[Fingerprint]) -> list[Fingerprint]:
    """Return both tables as one, in order; a hash that was known keeps its rows."""
    known = {row.hash for row in before}
    added = [row for row in rows if row.hash not in known]
    return sorted([*before, *added], key=lambda row: row.hash)


def read_ranks(path: Path) -> dict[tuple[int, str], int]:
    """Read how often people meet a code: (value, name) -> rank, 1 first; empty without the file."""
    ranks: dict[tuple[int, str], int] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        cells = line.split("\t")
        if cells[0].isdigit():
            ranks[int(cells[1], 16), cells[2]] = int(cells[0])
    return ranks


def read_sources(arguments: argparse.Namespace) -> Iterator[Message]:
    """Yield the messages of all sources that were named, English first."""
    english: list[Message] = []
    for language, path in map(_language_and_path, arguments.messages):
        found = list(read_messages(path, language))
        english += found if language == "en" else ()
        yield from found
    by_sentence: dict[str, list[Message]] = defaultdict(list)
    by_name: dict[str, list[Message]] = defaultdict(list)
    for message in english:
        by_sentence[comparable(message.text)].append(message)
        by_name[message.name].append(message)
    for language, path in map(_language_and_path, arguments.po):
        yield from read_po(path, language, by_sentence)
    for language, path in map(_language_and_path, arguments.pages):
        for page in sorted(path.glob("*.md")):
            yield from read_page(page, language, by_name)


def _language_and_path(argument: str) -> tuple[str, Path]:
    language, equals, path = argument.partition("=")
    if not equals:
        return "en", Path(argument)
    if language not in LANGUAGES:
        sys.exit(f"build_fingerprints: no language {language!r}; choose one of {LANGUAGES}")
    return language, Path(path)


def main() -> None:
    """Read the sources, write the table and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for source in ("messages", "po", "pages"):
        parser.add_argument(f"--{source}", action="append", default=[], metavar="[LANG=]PATH")
    parser.add_argument("--onto", type=Path, metavar="FILE")
    parser.add_argument("--out", type=Path, default=CATALOGUE / "fingerprints.tsv")
    arguments = parser.parse_args()
    if not arguments.messages:
        parser.error("name at least one table with --messages")
    rows, report = build(read_sources(arguments), read_ranks(CATALOGUE / "priority.tsv"))
    if arguments.onto:
        rows = add_onto([*parse_table(arguments.onto.read_text(encoding="utf-8"))], rows)
    text = COMMENT + format_table(rows)
    arguments.out.write_text(text, encoding="utf-8")
    print("\n".join(report.lines()))
    print(f"{arguments.out.name}: {len(rows)} rows, {len(text.encode()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
