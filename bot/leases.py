"""Whether the job at hand is still ours: when our lease ran out, another process may answer it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

holds_lease: ContextVar[Callable[[], bool]] = ContextVar("holds_lease", default=lambda: True)
"""Set by the inbox for each attempt; asked right before something is said for everybody."""
