"""Read a file of logs message by message, extracting all that winerr knows.

Usage: python -m benchmarks.workers.extraction FILE CPU_SECONDS (stops early when they are used)
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.stages import extract
from benchmarks.texts import messages
from knowledge.loading import open_knowledge


def main(path: Path, cpu_seconds: float) -> dict[str, float]:
    """Return how many bytes were read and what was found in them."""
    base = open_knowledge()
    read = found = 0
    with path.open(encoding="ascii") as lines:
        for message in messages(line.rstrip("\n") for line in lines):
            found += extract(message, base)
            read += len(message) + 1
            if time.process_time() > cpu_seconds:
                break
    return {"bytes": read, "found": found}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), float(sys.argv[2]))))
