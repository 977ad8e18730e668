"""Rate limits of posts: about one a second for each channel, short bursts allowed."""

from __future__ import annotations

import math
import time


class PostLimiter:
    """A bucket of permissions for each channel, refilled at `per_second` up to `burst`."""

    def __init__(self, per_second: float | None, burst: int) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def retry_after(self, channel: str) -> int | None:
        """Whole seconds to wait before posting there; None when it is allowed, and counted."""
        if self._per_second is None:
            return None
        now = time.monotonic()
        left, at = self._buckets.get(channel, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        if left >= 1:
            self._buckets[channel] = (left - 1, now)
            return None
        self._buckets[channel] = (left, now)
        return max(1, math.ceil((1 - left) / self._per_second))
