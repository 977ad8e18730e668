"""What a check of `winerr doctor` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fault", "skipped"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: for people, in one sentence, with what to do where it is no success."""

    name: str
    state: State
    told: str
