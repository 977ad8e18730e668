"""Search for texts that are slow to read and print the worst.

Usage: python -m benchmarks.workers.hostile extract|explain SECONDS
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from benchmarks.hostile import CHARS, search
from benchmarks.stages import explain_to_blocks, extract
from knowledge.loading import open_knowledge

_AGAIN = 3  # the worst are measured again: one slow run may be the machine's


def main(stage: str, seconds: float) -> dict[str, Any]:
    """Return the worst milliseconds of CPU time for a text, what it repeats, and the next worst."""
    base = open_knowledge()
    run = extract if stage == "extract" else explain_to_blocks

    def cost(text: str) -> float:
        begin = time.process_time()
        run(text, base)
        return (time.process_time() - begin) * 1000

    cost("error 0x80070005 in a text about ERROR_ACCESS_DENIED: access is denied")
    deadline = time.monotonic() + seconds
    ranked = search(cost, lambda: time.monotonic() > deadline)
    again = [(min(cost(recipe.text()) for _ in range(_AGAIN)), recipe) for _, recipe in ranked[:5]]
    again.sort(key=lambda pair: pair[0], reverse=True)
    return {
        "worst_ms": again[0][0], "worst": str(again[0][1]), "tried": len(ranked), "chars": CHARS,
        "next": [[round(spent, 1), str(recipe)] for spent, recipe in again[1:]],
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], float(sys.argv[2]))))
