from __future__ import annotations

import pytest

from benchmarks.figures import median_ratio, percentile


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        pytest.param(0, 1, id="lowest"),
        pytest.param(50, 50, id="half"),
        pytest.param(99, 99, id="p99"),
        pytest.param(100, 100, id="highest"),
    ],
)
def test_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    percent: float, expected: int
) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_percentile_of_one_value_is_that_value() -> None:
    assert percentile([7.0], 99) == 7.0


@pytest.mark.parametrize(
    ("values", "percent"),
    [pytest.param([], 50, id="no values"), pytest.param([1.0], 101, id="no percentage")],
)
def test_percentile_refuses_what_would_look_like_a_measurement(
    values: list[float], percent: float
) -> None:
    with pytest.raises(ValueError, match=r"measured|percentage"):
        percentile(values, percent)


def test_ratio_pairs_the_rounds_instead_of_dividing_medians() -> None:
    # The machine was half as fast in the second and third round, for both alike.
    assert median_ratio([10, 5, 5], [20, 10, 10]) == 0.5
    assert median_ratio([9, 1, 1], [1, 1, 9]) == 1


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param([], [], id="no rounds"),
        pytest.param([1.0, 2.0], [1.0], id="a round too many"),
        pytest.param([1.0], [0.0], id="nothing measured"),
    ],
)
def test_ratio_refuses_rounds_that_do_not_pair(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="round"):
        median_ratio(ours, theirs)
