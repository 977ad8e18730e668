"""Where an answer is shown, and how sure a mention must be to be spoken of there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Surface = Literal["command", "mention", "alert"]
Thresholds = Mapping[Surface, float]

# From 0 to 1. Somebody who types a command asked for it; an alert channel asked for nothing, and an
# unasked answer to no error is the worst thing to do. WINERR_CONFIDENCE changes them.
THRESHOLDS: Thresholds = {"command": 0.4, "mention": 0.5, "alert": 0.7}
