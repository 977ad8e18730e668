"""What can keep a benchmark from running.

BenchmarkError
├── CannotRunError      this benchmark failed; the run goes on and ends with exit code 1
└── SkippedError        something that it compares with is not on this machine; no failure
"""

from __future__ import annotations


class BenchmarkError(Exception):
    """Base of all; the text says what to do."""


class CannotRunError(BenchmarkError):
    """A benchmark could not be run."""


class SkippedError(BenchmarkError):
    """A benchmark makes no sense here, for example without the tool that it compares with."""
