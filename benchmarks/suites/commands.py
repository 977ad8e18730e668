"""The command line: whole processes, and what importing costs."""

from __future__ import annotations

import sys
from statistics import median

from benchmarks.bots import WINERR
from benchmarks.figures import median_ratio
from benchmarks.plan import Plan
from benchmarks.processes import run_to_end
from benchmarks.rows import Goal, Row

NAME = "command"


def measure(plan: Plan) -> list[Row]:
    """Run a look-up, and import the bot against importing Bolt, each in a fresh process."""
    lookup = (*WINERR, "lookup", "0x2F7")
    run_to_end(lookup)
    walls = [run_to_end(lookup).wall for _ in range(plan.commands)]
    ours: list[float] = []
    bolt: list[float] = []
    for _ in range(plan.commands):
        ours.append(_import_cpu("bot.running"))
        bolt.append(_import_cpu("slack_bolt.async_app"))
    return [
        Row(
            "`winerr lookup 0x2F7`, whole process",
            f"{median(walls):.3f} s",
            None,
            Goal("at most", 0.25, "s"),
            median(walls),
            figures={"wall_s": walls},
        ),
        Row(
            "importing the bot, CPU / importing Bolt's async app",
            f"{median(ours) * 1000:.0f} ms ({median(bolt) * 1000:.0f})",
            median_ratio(ours, bolt),
            figures={"winerr_s": ours, "bolt_s": bolt},
        ),
    ]


def _import_cpu(module: str) -> float:
    return run_to_end((sys.executable, "-c", f"import {module}")).cpu
