"""What the growth of the knowledge costs: sizes, pairs of rounds, and the linear part."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.plan import Plan
from benchmarks.suites import growth
from benchmarks.suites.growth import Grown
from benchmarks.workers import growing

PLAN = Plan(growth_articles=(2, 4), growth_codes=10)


def grown(load: float, articles: int = 0, rate: float = 300.0) -> Grown:
    figures = {"load_ms": load, "extract_ms": load, "lookup_ms": load}
    return Grown(
        Path("x"), articles, 0, {"open_ms": 5_000.0, "peak_mb": 90.0}, [rate], [80.0], [figures]
    )


def test_each_size_has_a_folder_of_its_own_and_no_overlay_comes_first(tmp_path: Path) -> None:
    made = growth._overlays(tmp_path, PLAN)
    assert [(one.articles, one.codes) for one in made.values()] == [(0, 0), (2, 0), (4, 0), (0, 10)]
    folders = [one.folder for one in made.values()]
    assert folders[0] is None
    assert [len([*folder.rglob("*.yaml")]) for folder in folders[1:] if folder] == [3, 5, 1]


def test_rows_compare_with_our_own_knowledge_alone() -> None:
    rows = growth._rows("5 articles more", grown(60.0, 5, 150.0), grown(50.0))
    assert [row.ratio for row in rows] == [0.5, 1.2, 1.2, 1.2, 1.0, None]
    assert [row.reached for row in rows] == [False, True, True, None, None, None]


@pytest.mark.parametrize(
    ("load", "reached"), [pytest.param(150.0, True, id="linear"), pytest.param(900.0, False)]
)
def test_ten_times_the_articles_may_take_ten_times_the_time(load: float, reached: bool) -> None:
    (row,) = growth._linear([grown(60.0, 10), grown(load, 100)], grown(50.0))
    assert row.reached is reached
    assert growth._linear([grown(60.0, 10)], grown(50.0)) == []


def test_the_worker_measures_our_own_knowledge(tmp_path: Path) -> None:
    figures = growing.main(tmp_path, ())
    assert figures["load_ms"] >= figures["open_ms"]
    assert figures["lookup_ms"] > 0
    assert figures["extract_ms"] > 0
    assert figures["peak_mb"] > figures["used_mb"] >= 0
