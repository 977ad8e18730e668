"""`python -m benchmarks`: run the suites, print one table, write JSON on request."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.errors import BenchmarkError, SkippedError
from benchmarks.plan import FULL, QUICK, Plan
from benchmarks.processes import run_to_end
from benchmarks.rows import Row, as_json, format_table
from benchmarks.suites import LONG, SUITES, Suite


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 when a benchmark could not run, else 0."""
    options = build_parser().parse_args(arguments)
    wanted = chosen(options.only or (), full=options.full)
    try:
        prepare()
    except BenchmarkError as error:
        print(f"benchmarks: the knowledge cannot be opened: {error}", file=sys.stderr)
        return 1
    rows, failures = run_suites(
        wanted, QUICK if options.quick else FULL if options.full else Plan()
    )
    print(machine(), end="\n\n")
    print(format_table(rows))
    print("\nIn brackets: what winerr is compared with.")
    if options.json:
        write_json(options.json, rows, failures)
    return 1 if failures else 0


def chosen(names: Sequence[str], *, full: bool) -> list[Suite]:
    """Return the suites of these names; without any, all that are not long, or all in full."""
    if names:
        return [suite for suite in SUITES if suite.NAME in names]
    return [suite for suite in SUITES if full or suite not in LONG]


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [suite.NAME for suite in SUITES]
    parser.add_argument(
        "--only", action="append", choices=names, metavar="NAME",
        help=f"run only this ({', '.join(names)}); may be repeated",
    )  # fmt: skip
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a rough run of some minutes")
    size.add_argument(
        "--full", action="store_true",
        help="the full sizes, and what runs only by its name else: about an hour",
    )  # fmt: skip
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every figure to FILE")
    return parser


def prepare() -> None:
    """Compile the knowledge where it is old, so that no measurement does it."""
    code = "from knowledge import open_knowledge; open_knowledge()"
    run_to_end((sys.executable, "-c", code))


def run_suites(suites: Sequence[Suite], plan: Plan) -> tuple[list[Row], list[str]]:
    """Run suites one after the other; their rows, and a sentence for each that could not run."""
    rows: list[Row] = []
    failures: list[str] = []
    for suite in suites:
        begin = time.monotonic()
        try:
            rows += suite.measure(plan)
        except SkippedError as reason:
            rows.append(Row(suite.NAME, "skipped", note=str(reason)))
        except BenchmarkError as error:
            failures.append(f"{suite.NAME}: {error}")
            rows.append(Row(suite.NAME, "could not run", note=str(error)))
        print(f"{suite.NAME}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
    return rows, failures


def machine() -> str:
    """Return what the figures depend on, without anything that names this machine."""
    load = os.getloadavg()[0]
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("slack-bolt", "slack-sdk", "aiohttp")
    )
    return (
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, load {load:.1f};"
        f" Python {platform.python_version()}, {versions}"
    )


def write_json(path: Path, rows: Sequence[Row], failures: Sequence[str]) -> None:
    """Write everything that was measured."""
    content = {
        "machine": machine(), "rows": [as_json(row) for row in rows], "failures": list(failures)
    }  # fmt: skip
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
