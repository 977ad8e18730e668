"""explain() of typical texts and of the worst that a search can find."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.plan import Plan
from benchmarks.processes import worker
from benchmarks.rows import Goal, Row

NAME = "explain"


def measure(plan: Plan) -> list[Row]:
    """Measure both kinds of texts in processes of their own."""
    typical = worker("explaining", str(plan.explain_rounds)).json()
    half = plan.search_seconds / 2
    limit = plan.search_seconds + 240
    extraction = worker("hostile", "extract", str(half), seconds=limit).json()
    everything = worker("hostile", "explain", str(half), seconds=limit).json()
    return [
        _typical("explain() of a 300 B alert, to blocks, CPU", typical["alert"], 0.4),
        _typical("explain() of a 4 KB trace, to blocks, CPU", typical["trace"], 2.0),
        _hostile("worst 40 KB text, extraction", extraction, 10.0),
        _hostile("worst 40 KB text, all stages to blocks", everything, 25.0),
    ]


def _typical(what: str, rounds: list[float], goal_ms: float) -> Row:
    value = median(rounds)
    goal = Goal("at most", goal_ms, "ms")
    return Row(what, f"{value:.2f} ms", None, goal, value, figures={"ms": rounds})


def _hostile(what: str, found: dict[str, Any], goal_ms: float) -> Row:
    value = found["worst_ms"]
    goal = Goal("at most", goal_ms, "ms")
    note = f"of {found['tried']} texts tried the worst repeats {found['worst']}"
    return Row(what, f"{value:.0f} ms", None, goal, value, note, figures=found)
