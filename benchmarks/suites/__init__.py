"""What is measured, one module per question: each has `NAME` and `measure(plan) -> rows`."""

from __future__ import annotations

from typing import Protocol

from benchmarks.plan import Plan
from benchmarks.rows import Row
from benchmarks.suites import (
    answered,
    commands,
    explaining,
    extraction,
    growth,
    ignored,
    inbox,
    latency,
    loading,
    memory,
    replicas,
    starting,
    storm,
    tls,
)


class Suite(Protocol):
    """What each module of this package offers."""

    NAME: str

    def measure(self, plan: Plan) -> list[Row]:
        """Measure and return the rows; CannotRunError or SkippedError when that cannot be."""
        ...


SUITES: tuple[Suite, ...] = (
    answered, inbox, tls, ignored, latency, extraction, explaining, starting, commands, loading,
    storm, growth, replicas, memory,
)  # fmt: skip
LONG: tuple[Suite, ...] = (memory,)
"""Those that run only when they are named, or in a full run."""
