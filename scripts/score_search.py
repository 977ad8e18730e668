"""Measure how well questions lead to articles.

Usage: python scripts/score_search.py [--corpus DIR] [--count N] [--show] [--only MEASURE]

Three measures. Questions: those of tests/data/questions, written from an article's title alone; the
half `dev` is there to work with, `held_out` to judge by, and --show never prints its misses.
Wordings: from every FAQ entry one of its other wordings is taken out of the index and then asked;
only wordings without a number or name count, for those would be found by it. They are short and
have no context, so their figures lie below those of real questions. Sample: the labelled questions
in `questions.jsonl` of a folder (default ../shared/corpus-dev, if present).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from knowledge.base import KnowledgeBase  # noqa: E402
from knowledge.codes import hresult  # noqa: E402
from knowledge.compiling import compile_knowledge  # noqa: E402
from knowledge.loading import open_knowledge  # noqa: E402
from knowledge.search import SearchResult, answers_to  # noqa: E402
from knowledge.sources import PACKAGE, Sources  # noqa: E402

SAMPLE = ROOT.parent / "shared" / "corpus-dev"
QUESTIONS = ROOT / "tests" / "data" / "questions"
MEASURES = ("questions", "wordings", "sample")
_NUMBER_OR_NAME = re.compile(r"\d|[A-Z]{2,}_[A-Z]")
_OFTEN_MET = 150

Fits = Callable[[SearchResult], bool]


class Score:
    """How often the right article came first, and how often among the first three."""

    def __init__(self) -> None:
        self.asked = self.first = self.three = 0

    def note(self, results: tuple[SearchResult, ...], fits: Fits) -> bool:
        """Count one question; whether the right article came first."""
        found = [fits(result) for result in results[:3]]
        self.asked += 1
        self.first += found[:1] == [True]
        self.three += any(found)
        return found[:1] == [True]

    def told(self) -> str:
        """The figures in words."""
        count = max(1, self.asked)
        return (
            f"{self.asked} questions: right article first {self.first / count:.1%}, "
            f"in the first three {self.three / count:.1%}"
        )


@dataclass(slots=True)
class QuestionScore:
    """Figures over labelled questions, and what went wrong."""

    kinds: dict[str, Score] = field(default_factory=dict)
    all: Score = field(default_factory=Score)
    foreign: int = 0
    """Questions about something else."""
    answered: int = 0
    """Those of them that got an answer all the same."""
    notes: list[str] = field(default_factory=list)

    def lines(self, name: str) -> Iterator[str]:
        """The figures in words, one line for each kind."""
        yield f"{name:<12} {self.all.told()}"
        for kind, score in sorted(self.kinds.items()):
            yield f"  {kind:<10} {score.told()}"
        yield f"  foreign    {self.foreign} questions: {self.answered} answered"


def score_questions(path: Path, base: KnowledgeBase) -> QuestionScore:
    """Ask the questions of a file: {"id", "kind", "text", "articles"}, none meaning silence."""
    score = QuestionScore()
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        results = answers_to(record["text"], base)
        found = [result.article or f"no article, {result.code}" for result in results[:3]]
        meant = set(record["articles"])
        if not meant:
            score.foreign += 1
            score.answered += bool(results)
            is_right = not results
        else:

            def fits(result: SearchResult, meant: set[str] = meant) -> bool:
                return result.article in meant

            score.kinds.setdefault(record["kind"], Score()).note(results, fits)
            is_right = score.all.note(results, fits)
        if not is_right:
            wanted = ", ".join(sorted(meant)) or "silence"
            score.notes.append(f"{record['text']!r}: {wanted}, found {found}")
    return score


def hold_out(folder: Path) -> Iterator[tuple[str, str]]:
    """Copy the articles without one wording of each question; yield those wordings with the id."""
    shutil.copytree(PACKAGE / "catalog", folder / "catalog")
    shutil.copytree(PACKAGE / "playbooks", folder / "playbooks")
    for source in sorted((PACKAGE / "articles").rglob("*.yaml")):
        name = source.relative_to(PACKAGE / "articles")
        article = yaml.load(source.read_bytes(), yaml.CSafeLoader)
        for entry in article["faq"]:
            wordings = entry.get("also_asked") or []
            plain = [each for each in wordings if not _NUMBER_OR_NAME.search(str(each))]
            if plain:
                wordings.remove(plain[-1])
                yield str(plain[-1]), name.with_suffix("").as_posix()
        target = folder / "articles" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yaml.safe_dump(article, allow_unicode=True), encoding="utf-8")


def score_wordings(count: int, *, show: bool) -> tuple[Score, Score]:
    """Ask what was held out; all of it, and what is about codes that are often met."""
    everything, often = Score(), Score()
    with tempfile.TemporaryDirectory(prefix="winerr-score-") as folder:
        root = Path(folder, "knowledge")
        questions = list(hold_out(root))
        random.Random(759).shuffle(questions)  # noqa: S311 (no secret)
        report = compile_knowledge(Sources((), root), root / "compiled.sqlite")
        with closing(KnowledgeBase(report.target)) as base:
            for question, article in questions[:count]:
                results = answers_to(question, base)

                def fits(result: SearchResult, article: str = article) -> bool:
                    return result.article == article

                is_first = everything.note(results, fits)
                rank = min(base.rank(c.code) or 9999 for c in base.article(article).codes)
                if rank <= _OFTEN_MET:
                    often.note(results, fits)
                if show and not is_first:
                    found = [result.article for result in results[:3]]
                    print(f"  {question!r}: {article}, found {found}")
    return everything, often


def score_sample(path: Path, base: KnowledgeBase, *, show: bool) -> Score:
    """Ask the labelled questions; a result fits when it is about the code that is meant."""
    score = Score()
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record.get("doubt"):
            continue
        meant = {
            int(record[name], 16) for name in ("expect_code", "expect_code_2") if name in record
        }
        meant |= {value & 0xFFFF for value in meant if hresult.is_hresult_from_win32(value)}

        def fits(result: SearchResult, meant: set[int] = meant) -> bool:
            codes = {result.code.value} | ({result.inner.value} if result.inner else set())
            if result.article is not None:
                codes |= {code.value for code in base.article(result.article).codes}
            return bool(codes & meant)

        results = answers_to(record["text"], base)
        if not score.note(results, fits) and show:
            print(f"  {record['id']} {record['expect_code']}: {[r.article for r in results[:3]]}")
    return score


def main() -> None:
    """Print a line for each measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=SAMPLE)
    parser.add_argument("--count", type=int, default=600, help="wordings to ask")
    parser.add_argument("--show", action="store_true", help="print every miss")
    parser.add_argument("--only", choices=MEASURES, help="take one measure")
    arguments = parser.parse_args()
    measures = (arguments.only,) if arguments.only else MEASURES
    with closing(open_knowledge()) as base:
        if "questions" in measures:
            for half in ("dev", "held_out"):
                questions = score_questions(QUESTIONS / f"{half}.jsonl", base)
                print(*questions.lines(half), sep="\n")
                if arguments.show and half == "dev":
                    print(*(f"  {note}" for note in questions.notes), sep="\n")
        sample = arguments.corpus / "questions.jsonl"
        if "sample" in measures and sample.is_file():
            told = score_sample(sample, base, show=arguments.show).told()
            print(f"{arguments.corpus.name:<12} {told}")
        elif "sample" in measures:
            print(f"{sample.name}: not there, nothing to measure")
    if "wordings" in measures:
        everything, often = score_wordings(arguments.count, show=arguments.show)
        print(f"wordings     {everything.told()}")
        print(f"  often met  {often.told()}")


if __name__ == "__main__":
    main()
