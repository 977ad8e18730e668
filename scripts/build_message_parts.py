"""Write knowledge/catalog/message_parts.tsv: hashes of four words in a row of system messages.

Usage: python scripts/build_message_parts.py --messages TABLE.tsv [--messages …] [--out FILE]

TABLE.tsv has the columns family, code_hex, name, official_message, as for build_fingerprints.py.
Kept are the messages of codes that an article is about or that are often met; write the file anew
when articles are added. It serves questions only (docs/catalogue.md).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from build_fingerprints import CATALOGUE, read_ranks, unfit
from message_sources import Message, read_messages

from knowledge.loading import open_knowledge
from knowledge.messages.parts import parts_of_message

COMMENT = """\
# Hashes of four words in a row of system messages, written by scripts/build_message_parts.py.
# See docs/catalogue.md.
hash\tvalue\tfamily\tname
"""


def rows_of(messages: Iterable[Message], wanted: set[int]) -> Iterator[tuple[int, int, str, str]]:
    """Yield (hash, value, family, name) for every part of the messages of the wanted values."""
    for message in messages:
        name = message.name if message.name.isidentifier() else ""
        if message.value in wanted:
            for part in parts_of_message(message.text):
                yield part, message.value, message.family, name


def main() -> None:
    """Read the tables, write the file and print how long it is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=Path, action="append", required=True, metavar="PATH")
    parser.add_argument("--out", type=Path, default=CATALOGUE / "message_parts.tsv")
    arguments = parser.parse_args()
    ranks = read_ranks(CATALOGUE / "priority.tsv")
    with closing(open_knowledge()) as base:
        wanted = {code.value for name in base.article_ids for code in base.article(name).codes}
    wanted |= {value for value, _ in ranks}
    messages = (each for path in arguments.messages for each in read_messages(path))
    fit = (message for message in messages if unfit(message, ranks) is None)
    rows = sorted(set(rows_of(fit, wanted)))
    lines = (
        f"0x{part:08X}\t0x{value:08X}\t{family}\t{name}\n" for part, value, family, name in rows
    )
    text = COMMENT + "".join(lines)
    arguments.out.write_text(text, encoding="utf-8")
    print(f"{arguments.out.name}: {len(rows)} rows, {len(text.encode()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
