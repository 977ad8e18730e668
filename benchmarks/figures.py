"""From many measurements to one figure: medians, percentiles and pairwise ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that `percent` (0 to 100) of the values do not exceed.

    ValueError without values: a figure made of nothing would look like a measurement.
    """
    if not values:
        raise ValueError("no values to take a percentile of; was anything measured?")
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} is no percentage: give 0 to 100")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios ours / theirs, round by round.

    Rounds of both ways lie side by side in time, so what slows the machine slows both; the ratio
    of two medians would lose that. ValueError when the rounds do not pair or a divisor is 0.
    """
    if not ours or len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} rounds cannot be paired with {len(theirs)}")
    if not all(theirs):
        raise ValueError("a round measured 0: make it longer")
    return median(mine / yours for mine, yours in zip(ours, theirs, strict=True))
