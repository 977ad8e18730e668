from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import cli
from benchmarks.errors import BenchmarkError, CannotRunError, SkippedError
from benchmarks.plan import QUICK, Plan
from benchmarks.rows import Goal, Row, as_json, format_table
from benchmarks.suites import LONG, SUITES


@dataclass(frozen=True)
class Suite:
    NAME: str
    outcome: Row | BenchmarkError

    def measure(self, plan: Plan) -> list[Row]:
        if isinstance(self.outcome, BenchmarkError):
            raise self.outcome
        return [self.outcome]


FAST = Row("speed", "12 (10)", 1.2, Goal("at least", 1.1))


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        pytest.param(FAST, True, id="ratio is enough"),
        pytest.param(Row("a", "b", 1.0, Goal("at least", 1.1)), False, id="ratio is too small"),
        pytest.param(Row("a", "b", 3.0, Goal("at most", 10, "ms"), 9.0), True, id="value counts"),
        pytest.param(Row("a", "b", None, Goal("at most", 1)), None, id="nothing to judge"),
        pytest.param(Row("a", "b", 1.0), None, id="no goal"),
    ],
)
def test_goal_is_judged_by_the_value_else_by_the_ratio(row: Row, reached: bool | None) -> None:
    assert row.reached is reached


def test_table_shows_figure_ratio_goal_and_verdict_with_notes_below() -> None:
    text = format_table([FAST, Row("memory", "9 MB", note="measured once")])
    lines = text.splitlines()
    assert lines[2].split(" | ")[1:] == ["12 (10)", "1.20 x", ">= 1.1 x", "yes     |"]
    assert "memory [1]" in lines[3]
    assert lines[-1] == "[1] measured once"
    assert len({len(line) for line in lines[:4]}) == 1


def test_json_holds_the_numbers_behind_a_row() -> None:
    row = Row("speed", "12", 1.2, Goal("at least", 1.1), figures={"winerr": [12, 13]})
    assert as_json(row)["figures"] == {"winerr": [12, 13]}
    assert as_json(row)["goal"] == ">= 1.1 x"
    assert as_json(row)["reached"] is True


def test_what_cannot_run_is_told_and_the_rest_is_still_measured() -> None:
    suites = [Suite("one", CannotRunError("no port")), Suite("two", FAST)]
    rows, failures = cli.run_suites(suites, QUICK)
    assert [row.measured for row in rows] == ["could not run", "12 (10)"]
    assert failures == ["one: no port"]


def test_what_is_skipped_is_told_with_its_reason_and_is_no_failure() -> None:
    rows, failures = cli.run_suites([Suite("grep", SkippedError("grep is not there"))], QUICK)
    assert (rows[0].measured, rows[0].note) == ("skipped", "grep is not there")
    assert failures == []


def test_exit_code_and_json_file_tell_what_could_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "SUITES", (Suite("one", CannotRunError("no port")),))
    target = tmp_path / "figures.json"
    assert cli.main(["--quick", "--only", "one", "--json", str(target)]) == 1
    assert json.loads(target.read_text())["failures"] == ["one: no port"]
    assert "no port" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("names", "full", "is_long"),
    [
        pytest.param([], False, False, id="by default"),
        pytest.param([], True, True, id="in full"),
        pytest.param(["memory"], False, True, id="by its name"),
    ],
)
def test_what_takes_long_runs_only_in_full_or_by_its_name(
    names: list[str], full: bool, is_long: bool
) -> None:
    found = cli.chosen(names, full=full)
    assert (LONG[0] in found) is is_long
    assert len(found) == (1 if names else len(SUITES) - (not full) * len(LONG))


def test_names_of_suites_are_unique_and_an_unknown_one_is_refused_with_all_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [suite.NAME for suite in SUITES]
    assert len(set(names)) == len(names)
    with pytest.raises(SystemExit):
        cli.main(["--only", "nonsense"])
    assert "answered" in capsys.readouterr().err
