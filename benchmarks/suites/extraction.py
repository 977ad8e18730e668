"""Every code, name and system message of generated logs, against GNU grep on the same file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks.errors import SkippedError
from benchmarks.plan import Plan
from benchmarks.processes import Finished, run_to_end, worker
from benchmarks.rows import Goal, Row
from benchmarks.texts import log_lines
from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge

NAME = "extraction"
_NUMBERS = (
    r"0[xX][0-9A-Fa-f]{1,16}"
    r"|([Ee]rror|code|status|failed|returned|HRESULT)[ :=#(]{1,4}-?[0-9]{1,10}"
)
_NOTE = (
    "grep counts lines and knows no system messages (they are shipped as hashes); winerr finds each"
    " mention, judges it and looks it up"
)


def measure(plan: Plan) -> list[Row]:
    """Compare the CPU time a megabyte of both whole processes; SkippedError without grep."""
    if shutil.which("grep") is None:
        raise SkippedError("grep is not installed")
    base = open_knowledge()
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as name:
        logs, names = Path(name) / "logs.txt", Path(name) / "names.txt"
        _write(logs, names, base, plan.megabytes * 1_000_000)
        grep = _grep(logs, names)
        ours = worker("extraction", str(logs), str(plan.extraction_seconds))
    return [_row(ours, grep, plan.megabytes)]


def _write(logs: Path, names: Path, base: KnowledgeBase, total_bytes: int) -> None:
    known = sorted(base.names)
    names.write_text("\n".join(known) + "\n", encoding="ascii")
    with logs.open("w", encoding="ascii") as output:
        output.writelines(line + "\n" for line in log_lines(known, total_bytes))


def _grep(logs: Path, names: Path) -> float:
    """Return the CPU seconds of GNU grep for the names and for the numbers."""
    in_c = {"LC_ALL": "C"}
    searches = (["-cFf", str(names)], ["-cE", _NUMBERS])
    return sum(run_to_end(["grep", *what, str(logs)], in_c).cpu for what in searches)


def _row(ours: Finished, grep: float, megabytes: int) -> Row:
    found = ours.json()
    read = found["bytes"] / 1e6
    ratio = (ours.cpu / read) / (grep / megabytes)
    note = _NOTE
    if read < 0.99 * megabytes:
        note += f"; winerr read only the first {read:.1f} MB, and its time is scaled to all of them"
    return Row(
        f"extraction over {megabytes} MB of logs, CPU of the whole process / GNU grep",
        f"{ours.cpu / read * megabytes:.1f} s ({grep:.2f})",
        ratio,
        Goal("at most", 1.5),
        note=note,
        figures={"winerr_cpu_s": ours.cpu, "winerr_mb": read, "grep_cpu_s": grep, **found},
    )
