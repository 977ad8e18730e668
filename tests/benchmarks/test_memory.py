"""The line through a series of memory, and the mix of events that makes it."""

from __future__ import annotations

import pytest

from benchmarks.errors import CannotRunError
from benchmarks.plan import Plan
from benchmarks.suites import memory
from benchmarks.suites.memory import Series


def test_four_of_ten_events_are_alerts_whatever_their_number() -> None:
    texts = memory.mixed()
    assert sum("FIRING" in text for text in texts) == 400
    for number in (1, 999, 1_000, 2_501):
        assert ("FIRING" in texts[number % len(texts)]) is memory.asks(number)


def test_slope_is_what_each_event_adds() -> None:
    assert memory.slope([0, 100, 200], [50.0, 60.0, 70.0]) == pytest.approx(0.1)
    assert memory.slope([0, 100, 200], [50.0, 50.0, 50.0]) == 0


@pytest.mark.parametrize(
    ("last", "posts", "reached"),
    [
        pytest.param(81.0, 40, [True, True], id="flat"),
        pytest.param(95.0, 40, [False, True], id="growing"),
        pytest.param(81.0, 41, [True, False], id="one twice"),
        pytest.param(81.0, 39, [True, False], id="one lost"),
    ],
)
def test_growth_counts_from_the_end_of_the_warm_up(
    monkeypatch: pytest.MonkeyPatch, last: float, posts: int, reached: list[bool]
) -> None:
    async def run(_: Plan) -> Series:
        return Series([25_000, 50_000, 75_000, 100_000], [80.0, 80.5, 80.7, last], 40, posts)

    monkeypatch.setattr(memory, "_measure", run)
    rows = memory.measure(Plan())
    assert [row.reached for row in rows] == reached
    assert "25k 80.0" in rows[0].note


def test_too_few_events_show_nothing() -> None:
    with pytest.raises(CannotRunError, match="show nothing"):
        memory.measure(Plan(memory_events=10))
