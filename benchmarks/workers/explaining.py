"""Explain typical texts and print the CPU time of each round.

Usage: python -m benchmarks.workers.explaining ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence

from benchmarks.stages import explain_to_blocks, settle
from benchmarks.texts import alerts, traces
from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


def main(rounds: int) -> dict[str, list[float]]:
    """Return milliseconds of CPU time a text, one figure a round, for alerts and traces."""
    base = open_knowledge()
    sets = {"alert": alerts(100), "trace": traces(20)}
    for texts in sets.values():
        _round(texts, base)
    settle()
    figures: dict[str, list[float]] = {name: [] for name in sets}
    for _ in range(rounds):
        for name, texts in sets.items():
            figures[name].append(_round(texts, base))
    return figures


def _round(texts: Sequence[str], base: KnowledgeBase) -> float:
    begin = time.process_time()
    for text in texts:
        explain_to_blocks(text, base)
    return (time.process_time() - begin) * 1000 / len(texts)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
