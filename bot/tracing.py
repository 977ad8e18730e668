"""Where the time of an event goes, as spans of one trace; nothing at all while nobody asks for it.

Only the inbox knows a `Tracing`. Within an attempt everybody else writes `with span("render")`:
a context variable says which trace that belongs to, and without one nothing happens. Spans hold
ids, names and counts, never what people wrote. bot.tracing_otel has what really records.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from bot.jobs import Job

log = logging.getLogger(__name__)

Value = str | int | float | bool

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


class Span:
    """A stretch of time; this one is not recorded."""

    def note(self, **values: Value) -> None:
        """Add what is known by now."""

    def fail(self, kind: str) -> None:
        """Mark it as failed, by the name of what went wrong."""

    def mark(self, stage: str) -> None:
        """Since the beginning, or the last mark, it was this stage."""

    def child(self, name: str, values: Mapping[str, Value]) -> Span:
        """A span within this one."""
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """The end of the span; an error that leaves it marks it as failed."""


NO_SPAN = Span()
current: ContextVar[Span] = ContextVar("span", default=NO_SPAN)


def span(name: str, **values: Value) -> Span:
    """A span within the one at hand: `with span("render") as rendering:`."""
    return current.get().child(name, values)


class Tracing:
    """Makes the spans of jobs; this one makes none."""

    def trace_id(self, job: Job) -> str:
        """The id of a job's trace, for the log; empty when there is none."""
        return ""

    def accepting(self, job: Job) -> Span:
        """The root of a job's trace, if the job is new; `note(new=…)` tells."""
        return NO_SPAN

    def attempt(self, job: Job, waits_since: float, number: int) -> Span:
        """One attempt at a job, after it waited since then (seconds since 1970)."""
        return NO_SPAN

    def close(self) -> None:
        """Send what is not sent yet; blocks."""


NO_TRACING = Tracing()


def open_tracing(environ: Mapping[str, str]) -> Tracing:
    """What the standard OTEL_* variables ask for; a warning where that cannot be had."""
    exporters = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()
    if not exporters:
        exporters = "otlp" if any(environ.get(name) for name in _ENDPOINTS) else "none"
    if exporters == "none" or environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return NO_TRACING
    try:
        from bot.tracing_otel import open_otel
    except ImportError:
        log.warning("the OTEL_* variables ask for traces: install winerr[otel] to have them")
        return NO_TRACING
    return open_otel(exporters, environ)
