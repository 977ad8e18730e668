"""Open the knowledge with overlays, work with it and print what their size costs.

Usage: python -m benchmarks.workers.growing CACHE_DIR [OVERLAY...]

The first run with an overlay compiles it: its `open_ms` and `peak_mb` are those of compiling.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.stages import extract
from benchmarks.texts import NAMES, alerts, log_lines, messages
from benchmarks.workers.loading import FIRST_TEXT
from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.loading import open_knowledge

_FAMILIES = ("win32", "ntstatus", "hresult")
_CODES_OF_EACH = 500
_ROUNDS = 5


def main(cache: Path, overlays: Sequence[Path]) -> dict[str, float]:
    """Return CPU milliseconds (load, extraction of a text, look-up of a code) and memory in MB."""
    from knowledge.explanation import explain

    before = _resident_megabytes()
    begin = time.process_time()
    base = open_knowledge(overlays, cache)
    opened = time.process_time()
    explain(FIRST_TEXT, base)
    loaded = time.process_time()
    loaded_mb = _resident_megabytes()
    texts = [*alerts(80), *messages(log_lines(NAMES, 200_000))]
    return {
        "open_ms": (opened - begin) * 1000,
        "load_ms": (loaded - begin) * 1000,
        "extract_ms": _extraction(texts, base),
        "lookup_ms": _look_ups(base),
        "loaded_mb": loaded_mb - before,
        "used_mb": _resident_megabytes() - before,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _extraction(texts: Sequence[str], base: KnowledgeBase) -> float:
    """The least of some rounds: what disturbs only makes it more."""
    rounds = [_cpu_ms(lambda: [extract(text, base) for text in texts]) for _ in range(_ROUNDS)]
    return min(rounds) / len(texts)


def _look_ups(base: KnowledgeBase) -> float:
    """Of our own codes, the same with every overlay, each once: no memory helps."""
    codes = [code for each in _FAMILIES for code in base.codes_of_family(each, _CODES_OF_EACH)]
    parts = [codes[start::_ROUNDS] for start in range(_ROUNDS)]
    rounds = [_cpu_ms(lambda: [_look_up(c, base) for c in part]) / len(part) for part in parts]  # noqa: B023 (called at once)
    return median(rounds)


def _look_up(code: Code, base: KnowledgeBase) -> object:
    base.codes_named(code.name or "")
    return [base.article_for(found) for found in base.codes_with_value(code.value)]


def _cpu_ms(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


def _resident_megabytes() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("the kernel tells no resident memory")


if __name__ == "__main__":
    folder, *more = map(Path, sys.argv[1:])
    sys.stdout.write(json.dumps(main(folder, more)))
