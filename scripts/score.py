"""Measure how well winerr reads labelled texts.

Usage: python scripts/score.py [--corpus DIR ...] [--show]

Reads `positive.jsonl` and `negative.jsonl` (codes) of each folder. Without `--corpus` it takes our
own texts in tests/data/texts and, where the folder lies beside the checkout, ../shared/corpus-dev.
`--show` prints every miss and every finding too many.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.explanation import explain
from knowledge.findings import Finding
from knowledge.loading import open_knowledge

ROOT = Path(__file__).resolve().parent.parent
OWN_TEXTS = ROOT / "tests" / "data" / "texts"
SAMPLE = ROOT.parent / "shared" / "corpus-dev"


@dataclass
class Score:
    """Counts over one folder of texts."""

    hits: int = 0
    missed: int = 0
    too_many: int = 0
    wrong_names: int = 0
    negatives: int = 0
    false_replies: int = 0
    false_findings: int = 0
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        """Return the figures in one line."""
        recall = self.hits / max(1, self.hits + self.missed)
        precision = self.hits / max(1, self.hits + self.too_many)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return (
            f"codes: recall {recall:.3f} precision {precision:.3f} F1 {f1:.3f} "
            f"({self.hits} hit, {self.missed} missed, {self.too_many} too many, "
            f"{self.wrong_names} names wrong); texts without an error: "
            f"{self.false_replies} of {self.negatives} would be answered unasked, "
            f"{self.false_findings} hold a finding"
        )


def main() -> None:
    """Score each folder and print a line for it; then the stack traces."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, action="append")
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    folders = arguments.corpus or [path for path in (OWN_TEXTS, SAMPLE) if path.is_dir()]
    base = open_knowledge()
    for folder in folders:
        score = score_folder(folder, base)
        print(f"{folder.name}: {score.summary()}")
        if arguments.show:
            print("\n".join(score.notes))
    traces = ROOT / "scripts" / "score_traces.py"
    if traces.is_file():
        sys.exit(subprocess.run([sys.executable, str(traces)], check=False).returncode)


def score_folder(folder: Path, base: KnowledgeBase) -> Score:
    """Compare what explain() finds with the labels."""
    score = Score()
    for text in _lines(folder / "positive.jsonl"):
        _score_positive(text, explain(text["text"], base).findings, score)
    for text in _lines(folder / "negative.jsonl"):
        explanation = explain(text["text"], base)
        score.negatives += 1
        score.false_replies += explanation.auto_reply
        score.false_findings += bool(explanation.findings)
        for finding in explanation.findings:
            score.notes.append(
                f"  {text['id']}: {finding.mention.as_written!r} taken for {finding.best.name} "
                f"({finding.mention.confidence}, {finding.mention.why})"
            )
    return score


def _score_positive(text: dict[str, Any], findings: tuple[Finding, ...], score: Score) -> None:
    found: dict[int, Finding] = {finding.best.value: finding for finding in findings}
    labelled = {int(label["code"], 16): label for label in text["expect"]}
    for value, label in labelled.items():
        if label.get("doubt"):
            found.pop(value, None)
        elif value in found:
            score.hits += 1
            names = found.pop(value).best.names
            if _bare(label["name"]) not in {_bare(name) for name in names}:
                score.wrong_names += 1
                score.notes.append(f"  {text['id']}: {label['name']} named {names}")
        else:
            score.missed += 1
            score.notes.append(f"  {text['id']}: missed {label['code']} in {label['evidence']!r}")
    inner = {finding.best.inner.value for finding in findings if finding.best.inner}
    for value, finding in found.items():
        if value in labelled or value in inner:
            continue
        score.too_many += 1
        score.notes.append(
            f"  {text['id']}: too many: {finding.mention.as_written!r} as {finding.best.name} "
            f"({finding.mention.confidence}, {finding.mention.why})"
        )


def _bare(name: str | None) -> str:
    return re.sub(r"^HRESULT_FROM_\w+\((\w+)\)$", r"\1", name or "")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


if __name__ == "__main__":
    main()
