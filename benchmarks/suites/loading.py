"""Loading the catalogue, against reading the same tables with the csv module."""

from __future__ import annotations

from statistics import median

from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.processes import worker
from benchmarks.rows import Row

NAME = "loading"
_WAYS = ("csv", "open", "ready")


def measure(plan: Plan) -> list[Row]:
    """Load in fresh processes, the ways in turn."""
    times: dict[str, list[float]] = {way: [] for way in _WAYS}
    for _ in range(plan.commands):
        for way in _WAYS:
            times[way].append(worker("loading", way).json()["ms"])
    what = {
        "open": "opening the knowledge, CPU / reading its tables with csv",
        "ready": "opening it and explaining the first text, CPU / the same",
    }
    return [
        Row(
            text,
            f"{median(times[way]):.0f} ms ({median(times['csv']):.0f})",
            median_ratio(times[way], times["csv"]),
            figures={"winerr_ms": times[way], "csv_ms": times["csv"]},
        )
        for way, text in what.items()
    ]
