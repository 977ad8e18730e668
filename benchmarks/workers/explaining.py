"""Explain typical texts and print the CPU time of each round.

Usage: python -m benchmarks.workers.explaining ROUNDS
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence

from benchmarks.stages import answer_unasked_to_blocks, explain_to_blocks, settle
from benchmarks.texts import alerts, traces
from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


def main(rounds: int) -> dict[str, list[float]]:
    """Return milliseconds of CPU time a text, one figure a round, for alerts and traces."""
    base = open_knowledge()
    sets = {
        "alert": (alerts(100), answer_unasked_to_blocks),
        "trace": (traces(20), explain_to_blocks),
    }
    for texts, run in sets.values():
        _round(texts, run, base)
    settle()
    figures: dict[str, list[float]] = {name: [] for name in sets}
    for _ in range(rounds):
        for name, (texts, run) in sets.items():
            figures[name].append(_round(texts, run, base))
    return figures


def _round(
    texts: Sequence[str], run: Callable[[str, KnowledgeBase], int], base: KnowledgeBase
) -> float:
    begin = time.process_time()
    for text in texts:
        run(text, base)
    return (time.process_time() - begin) * 1000 / len(texts)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
