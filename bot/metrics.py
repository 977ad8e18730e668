"""What is counted about a running bot, for Prometheus; docs/operations.md says what to make of it.

One registry for each bot, nothing at module level. No label holds what people wrote, or an id.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


class Metrics:
    """The counters; every part of the bot gets the ones it needs."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self.deliveries = Counter(
            "winerr_deliveries_total",
            "What Slack delivered: taken, repeated, left alone, refused for lack of room or store.",
            ("kind", "result"),
            registry=registry,
        )
        self.jobs = Counter(
            "winerr_jobs_total",
            "Attempts at accepted work: done, to be tried later, given up.",
            ("kind", "outcome"),
            registry=registry,
        )
        self.answers = Counter(
            "winerr_answers_total", "Answers posted, by what asked for them.", ("trigger",),
            registry=registry,
        )  # fmt: skip
        self.answer_seconds = Histogram(
            "winerr_answer_seconds",
            "From the acceptance of a message to its posted answer.",
            buckets=_SECONDS,
            registry=registry,
        )
        self.slack_calls = Counter(
            "winerr_slack_calls_total",
            "Calls of Slack's Web API: ok, limited, failed in passing, refused.",
            ("method", "result"),
            registry=registry,
        )
        self.file_reads = Counter(
            "winerr_file_reads_total",
            "Shared files looked into: read, or why not (forbidden, gone, not text, elsewhere, "
            "passing).",
            ("result",),
            registry=registry,
        )
        self.requests_refused = Counter(
            "winerr_requests_refused_total",
            "HTTP deliveries that were not Slack's, or not what Slack sends, by status.",
            ("status",),
            registry=registry,
        )

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Add a gauge whose value is read when somebody looks."""
        Gauge(name, meaning, registry=self._registry).set_function(read)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)
