"""Spans recorded with OpenTelemetry, which the extra "otel" brings.

The ids of a job's trace and of its root are made from the job's name. So whoever works it off, in
whatever process and however often, writes into one trace, and nothing has to be kept with the job.
Sources: opentelemetry.io/docs/specs/otel, configuration/sdk-environment-variables and trace/sdk;
opentelemetry.io/docs/specs/semconv for the names of attributes without `winerr.`.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping
from contextvars import Token
from importlib.metadata import version
from types import TracebackType
from typing import Self

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span as OtelSpan
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from bot.jobs import Job
from bot.log_context import job_fields
from bot.tracing import NO_SPAN, Span, Tracing, Value, current

log = logging.getLogger(__name__)

_ROOT = "accept"
_HTTP = "http/protobuf"
_KINDS = {_ROOT: SpanKind.CONSUMER, "call": SpanKind.CLIENT}


def open_otel(exporters: str, environ: Mapping[str, str]) -> Tracing:
    """Tracing to the named exporters (`otlp`, `console`, both with a comma between)."""
    processors: list[SpanProcessor] = []
    for name in exporters.split(","):
        if name.strip() == "console":
            processors.append(BatchSpanProcessor(ConsoleSpanExporter()))
        elif name.strip() == "otlp":
            processors.append(_otlp(environ))
        else:
            log.warning("OTEL_TRACES_EXPORTER names %.40r: winerr knows otlp and console", name)
    if not processors:
        from bot.tracing import NO_TRACING

        return NO_TRACING
    return OtelTracing(processors, environ)


def _otlp(environ: Mapping[str, str]) -> SpanProcessor:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    names = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    protocol = next((environ[name] for name in names if environ.get(name)), _HTTP)
    if protocol != _HTTP:
        log.warning("traces go out as %s, not as %.40r", _HTTP, protocol)
    return BatchSpanProcessor(OTLPSpanExporter())


class OtelTracing(Tracing):
    """Makes spans for a bot; `processors` get them when they end."""

    def __init__(
        self, processors: list[SpanProcessor], environ: Mapping[str, str] | None = None
    ) -> None:
        self._ids = _JobIds()
        self._provider = TracerProvider(
            resource=_resource(environ or {}), id_generator=self._ids, shutdown_on_exit=False
        )
        for processor in processors:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("winerr")

    def trace_id(self, job: Job) -> str:
        """The id of a job's trace, 32 digits in hexadecimal."""
        return f"{_ids_of(job)[0]:032x}"

    def accepting(self, job: Job) -> Span:
        """The acceptance, which is the trace's root unless the job was accepted before."""
        return _Accepting(self, job)

    def attempt(self, job: Job, waits_since: float, number: int) -> Span:
        """The wait, which is over, and the attempt, which begins."""
        root, values = self._root(job), _values(job)
        now = time.time_ns()
        # The store's clock may be ahead of ours.
        since = min(int(waits_since * 1e9), now)
        self.start("inbox.wait", root, values, since).end(now)
        return _Recorded(
            self, self.start("attempt", root, {**values, "winerr.attempt": number}, now), now
        )

    def close(self) -> None:
        """Send what is not sent yet."""
        self._provider.shutdown()

    def start(
        self,
        name: str,
        parent: SpanContext | None,
        values: Mapping[str, Value],
        at: int | None = None,
        root: tuple[int, int] | None = None,
    ) -> trace.Span:
        """Begin a span; without a parent it is the `root` with these ids."""
        context = trace.set_span_in_context(
            trace.INVALID_SPAN if parent is None else trace.NonRecordingSpan(parent)
        )
        self._ids.root = root
        try:
            return self._tracer.start_span(
                name.partition(" ")[2] or name,
                context,
                _KINDS.get(name.partition(" ")[0], SpanKind.INTERNAL),
                dict(values),
                start_time=at,
            )
        finally:
            self._ids.root = None

    def record_acceptance(
        self, job: Job, began: int, values: Mapping[str, Value], fault: str | None
    ) -> None:
        """Write down the acceptance of a job, or that it was known, or why it failed."""
        is_root = values.get("winerr.new") is True
        parent, ids = (None, _ids_of(job)) if is_root else (self._root(job), None)
        span = self.start(_ROOT, parent, {**_values(job), **values}, began, ids)
        if fault is not None:
            span.set_status(Status(StatusCode.ERROR, fault))
        span.end()

    def _root(self, job: Job) -> SpanContext:
        """The root of a job's trace, also if another process wrote it or has yet to write it."""
        trace_id, span_id = _ids_of(job)
        # As the sampler decides about the root, it decides about what hangs on it.
        result = self._provider.sampler.should_sample(None, trace_id, _ROOT, _KINDS[_ROOT])
        is_sampled = result.decision is Decision.RECORD_AND_SAMPLE
        flags = TraceFlags.SAMPLED if is_sampled else TraceFlags.DEFAULT
        return SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))


class _Accepting(Span):
    """Recorded at its end: only then it is known whether the job is new."""

    def __init__(self, tracing: OtelTracing, job: Job) -> None:
        self._tracing, self._job = tracing, job
        self._values: dict[str, Value] = {}
        self._began = time.time_ns()

    def note(self, **values: Value) -> None:
        self._values.update({f"winerr.{name}": value for name, value in values.items()})

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        fault = kind.__name__ if kind is not None else None
        self._tracing.record_acceptance(self._job, self._began, self._values, fault)


class _Recorded(Span):
    """A span that is the current one between `with` and its end."""

    def __init__(self, tracing: OtelTracing, span: trace.Span, began: int) -> None:
        self._tracing, self._span = tracing, span
        self._marked = began
        self._token: Token[Span] | None = None
        self._has_failed = False

    def note(self, **values: Value) -> None:
        for name, value in values.items():
            self._span.set_attribute(_named(name), value)

    def fail(self, kind: str) -> None:
        self._has_failed = True
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR, kind))

    def mark(self, stage: str) -> None:
        now = time.time_ns()
        name = f"{self._name}.{stage}"
        self._tracing.start(name, self._span.get_span_context(), {}, self._marked).end(now)
        self._marked = now

    def child(self, name: str, values: Mapping[str, Value]) -> Span:
        if not self._span.is_recording():
            return NO_SPAN
        named = {_named(key): value for key, value in values.items()}
        now = time.time_ns()
        started = self._tracing.start(name, self._span.get_span_context(), named, now)
        return _Recorded(self._tracing, started, now)

    def __enter__(self) -> Self:
        self._token = current.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            current.reset(self._token)
        if kind is not None and not self._has_failed:
            # Its name only: the text of an error may repeat what people wrote.
            self.fail(kind.__name__)
        self._span.end()

    @property
    def _name(self) -> str:
        return self._span.name if isinstance(self._span, OtelSpan) else ""


class _JobIds(RandomIdGenerator):
    """Random ids, but for the root that is just being started."""

    def __init__(self) -> None:
        self.root: tuple[int, int] | None = None

    def generate_trace_id(self) -> int:
        return self.root[0] if self.root is not None else super().generate_trace_id()

    def generate_span_id(self) -> int:
        return self.root[1] if self.root is not None else super().generate_span_id()


def _ids_of(job: Job) -> tuple[int, int]:
    """The ids of a job's trace and of its root; a hash, so the sampler may take them as random."""
    digest = hashlib.sha256(job.key.encode()).digest()
    # Zero is no id.
    return int.from_bytes(digest[:16], "big") or 1, int.from_bytes(digest[16:24], "big") or 1


def _values(job: Job) -> dict[str, Value]:
    return {f"winerr.{name}": value for name, value in job_fields(job).items()}


def _named(name: str) -> str:
    """Attributes of our own get our prefix."""
    return "rpc.method" if name == "rpc_method" else f"winerr.{name}"


def _resource(environ: Mapping[str, str]) -> Resource:
    values = {"service.version": version("winerr")}
    given = environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    if not environ.get("OTEL_SERVICE_NAME") and "service.name=" not in given:
        values["service.name"] = "winerr"
    return Resource.create(values)
