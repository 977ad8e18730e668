"""Search for texts that are slow to read and print the worst.

Usage: python -m benchmarks.workers.hostile extract|explain SECONDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.hostile import CHARS, search
from benchmarks.stages import explain_to_blocks, extract, settle
from knowledge.loading import open_knowledge

# The worst of the search are measured at full length; quick ones more than once, because one slow
# run of a few milliseconds may be the machine's.
_FINALISTS = 6
_QUICK_MS = 100.0


def main(stage: str, seconds: float) -> dict[str, Any]:
    """Return the worst milliseconds of CPU time for a text, what it repeats, and the next worst."""
    base = open_knowledge()
    run = extract if stage == "extract" else explain_to_blocks

    def cost(text: str) -> float:
        begin = time.process_time()
        run(text, base)
        return (time.process_time() - begin) * 1000

    cost("error 0x80070005 in a text about ERROR_ACCESS_DENIED: access is denied")
    settle()
    deadline = time.monotonic() + seconds
    names = sorted(base.names)
    ranked = search(cost, lambda: time.monotonic() > deadline, names=names)
    again = []
    for _, recipe in ranked[:_FINALISTS]:
        again.append((_in_full(recipe.text(names=names), cost), recipe))
        if time.monotonic() > deadline + seconds / 2:
            break
    again.sort(key=lambda pair: pair[0], reverse=True)
    return {
        "worst_ms": again[0][0],
        "worst": str(again[0][1]),
        "tried": len(ranked),
        "chars": CHARS,
        "next": [[round(spent, 1), str(recipe)] for spent, recipe in again[1:]],
    }


def _in_full(text: str, cost: Callable[[str], float]) -> float:
    first = cost(text)
    return first if first > _QUICK_MS else min(first, cost(text), cost(text))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], float(sys.argv[2]))))
