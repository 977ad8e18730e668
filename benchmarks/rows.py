"""The result of a benchmark: rows of one table, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Unit = Literal["x", "ms", "s", ""]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must reach: at least or at most `limit`, in `unit`.

    "x" is a ratio, "" a number of things.
    """

    kind: Literal["at least", "at most"]
    limit: float
    unit: Unit = "x"

    def is_reached(self, value: float) -> bool:
        """Whether a value in the goal's unit reaches it."""
        return value >= self.limit if self.kind == "at least" else value <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.kind == "at least" else "<="
        return f"{sign} {self.limit:g} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    `value` is what the goal judges, in the goal's unit; `ratio` is the comparison, None where
    there is nothing to compare with. `figures` are the numbers behind it, for the JSON.
    """

    what: str
    measured: str
    ratio: float | None = None
    goal: Goal | None = None
    value: float | None = None
    note: str = ""
    figures: Mapping[str, object] = field(default_factory=dict)

    @property
    def reached(self) -> bool | None:
        """Whether the goal is reached; None without a goal or a value."""
        value = self.ratio if self.value is None else self.value
        if self.goal is None or value is None:
            return None
        return self.goal.is_reached(value)


_HEADINGS = ("measured in one run", "figure", "ratio", "goal", "reached")
_WORDS = {True: "yes", False: "no", None: "-"}


def format_table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table, notes below it with their numbers."""
    notes: list[str] = []
    lines = [_HEADINGS]
    for row in rows:
        what = row.what
        if row.note:
            notes.append(row.note)
            what += f" [{len(notes)}]"
        ratio = "-" if row.ratio is None else f"{_significant(row.ratio)} x"
        goal = "-" if row.goal is None else str(row.goal)
        lines.append((what, row.measured, ratio, goal, _WORDS[row.reached]))
    table = _align(lines)
    return "\n".join([*table, "", *(f"[{n}] {note}" for n, note in enumerate(notes, 1))]).rstrip()


def as_json(row: Row) -> dict[str, Any]:
    """Return a row for the JSON file."""
    return {
        "what": row.what,
        "measured": row.measured,
        "ratio": row.ratio,
        "goal": None if row.goal is None else str(row.goal),
        "reached": row.reached,
        "note": row.note or None,
        "figures": dict(row.figures),
    }


def _significant(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _align(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    rule = ["-" * width for width in widths]
    return [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in (lines[0], rule, *lines[1:])
    ]
