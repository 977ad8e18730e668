"""Load the catalogue in one of two ways and print the CPU milliseconds that it took.

Usage: python -m benchmarks.workers.loading csv|open|ready
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path

FIRST_TEXT = "the copy failed with error 0x80070005 on web-14, status ERROR_ACCESS_DENIED"


def main(way: str) -> float:
    """Return the CPU milliseconds, imports of the way itself included for neither."""
    import knowledge.explanation
    import knowledge.loading

    begin = time.process_time()
    if way == "csv":
        read_tables()
    else:
        base = knowledge.loading.open_knowledge()
        if way == "ready":
            # What reads the names, ranks and families: the first text with an error in it.
            knowledge.explanation.explain(FIRST_TEXT, base)
    return (time.process_time() - begin) * 1000


def read_tables() -> int:
    """Read every table of codes as tuples with the standard library; how many rows."""
    import knowledge

    folder = Path(str(knowledge.__file__)).parent / "catalog"
    rows: list[tuple[str, ...]] = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            content = (line for line in lines if not line.startswith("#"))
            rows.extend(map(tuple, csv.reader(content, delimiter="\t", quoting=csv.QUOTE_NONE)))
    return len(rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"ms": main(sys.argv[1])}))
