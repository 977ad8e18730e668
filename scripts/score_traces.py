"""Measure how well winerr reads labelled stack traces.

Usage: python scripts/score_traces.py [FILE.jsonl ...] [--show]

Reads labelled traces and, from a file named `not_traces…`, look-alikes that hold none. Without a
file it takes ../shared/corpus-dev where that folder lies beside the checkout. `--show` prints
every difference.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from knowledge.traces import find_traces
from knowledge.traces.trace import Trace

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT.parent / "shared" / "corpus-dev"
COLUMNS = ("detected", "root type", "frames", "top frame", "message", "code")

Label = dict[str, Any]


def main() -> None:
    """Score every file and print one line per language."""
    parser = argparse.ArgumentParser(description="Measure trace parsing over labelled texts.")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    files = arguments.files or [SAMPLE / "traces.jsonl", SAMPLE / "not_traces.jsonl"]
    for path in files:
        if not path.is_file():
            print(f"{path.name}: not there, nothing to measure")
            continue
        labels = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        report = score_silence if path.name.startswith("not_") else score_traces
        print("\n".join(report(labels, show=arguments.show)))


def score_traces(labels: list[Label], *, show: bool) -> list[str]:
    """Return a table: right answers of labelled ones, per language and over all."""
    right: dict[str, Counter[str]] = defaultdict(Counter)
    asked: dict[str, Counter[str]] = defaultdict(Counter)
    notes: list[str] = []
    for label in labels:
        traces = find_traces(label["text"])
        verdicts = judge(traces[0] if traces else None, label)
        for column, is_right in verdicts.items():
            for row in (label["language"], "all"):
                asked[row][column] += 1
                right[row][column] += is_right
        if not all(verdicts.values()):
            notes.append(describe(label, traces, [c for c, ok in verdicts.items() if not ok]))
    table = [_row(language, right[language], asked[language]) for language in sorted(asked)]
    return table + (notes if show else [])


def score_silence(labels: list[Label], *, show: bool) -> list[str]:
    """Return how many texts without a trace were taken for one."""
    found = {label["id"]: find_traces(label["text"]) for label in labels}
    wrong = {name: traces for name, traces in found.items() if traces}
    lines = [f"false traces: {len(wrong)} of {len(labels)}"]
    return lines + ([f"  {name}: {traces[0]}" for name, traces in wrong.items()] if show else [])


def judge(trace: Trace | None, label: Label) -> dict[str, bool]:
    """Compare a trace with its label, leaving out what the label does not say."""
    verdicts = {"detected": trace is not None}
    root = label["exceptions"][label["root_cause_index"] or 0] if label["exceptions"] else None
    if root and root["type"]:
        verdicts["root type"] = trace is not None and same_type(trace.root.type, root["type"])
    verdicts["frames"] = trace is not None and trace.frames == label["frames_total"]
    if label["top_frame"]:
        verdicts["top frame"] = trace is not None and same_top(trace, label["top_frame"])
    if root and root["message"]:
        verdicts["message"] = trace is not None and trace.root.message == root["message"]
    if root and root["code"]:
        verdicts["code"] = trace is not None and trace.root.code == int(root["code"], 16)
    return verdicts


def same_type(found: str | None, labelled: str) -> bool:
    """Whether two types are equal; a namespace may be missing from one."""
    return found is not None and found.rsplit(".", 1)[-1] == labelled.rsplit(".", 1)[-1]


def same_top(trace: Trace, labelled: Label) -> bool:
    """Whether function, file and line are those that the label knows (None: lost in the paste)."""
    top = trace.top_frame
    return top is not None and all(
        labelled[key] is None or getattr(top, key) == labelled[key]
        for key in ("function", "file", "line")
    )


def describe(label: Label, traces: tuple[Trace, ...], wrong: list[str]) -> str:
    """Return a readable difference."""
    if not traces:
        return f"  {label['id']}: not found"
    trace = traces[0]
    root = label["exceptions"][label["root_cause_index"] or 0] if label["exceptions"] else {}
    return (
        f"  {label['id']}: wrong {', '.join(wrong)}\n"
        f"    label {root.get('type')} | {root.get('message')} | {root.get('code')} | "
        f"{label['frames_total']} | {label['top_frame']}\n"
        f"    found {trace.language} {trace.root.type} | {trace.root.message} | {trace.root.code} "
        f"| {trace.frames} | {trace.top_frame} | chain {[e.type for e in trace.exceptions]}"
    )


def _row(language: str, right: Counter[str], asked: Counter[str]) -> str:
    cells = [f"{column} {right[column]}/{asked[column]}" for column in COLUMNS if asked[column]]
    return f"{language:12} {'  '.join(cells)}"


if __name__ == "__main__":
    main()
