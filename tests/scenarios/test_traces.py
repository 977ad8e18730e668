"""One trace for each event, over the real bot: what it holds, and that it holds no text."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohttp import web
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import ids
from bot.running import RunningBot, running
from bot.tracing import NO_TRACING, open_tracing
from bot.tracing_otel import OtelTracing
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from knowledge import KnowledgeBase
from tests.scenarios.conftest import MODES, settings_for
from tests.scenarios.test_conversations import private_to, reply_to, settle

ROOT = Path(__file__).parents[2]


def event_id_of(workspace: Workspace) -> str:
    payloads = [delivery.envelope.payload for delivery in workspace.deliveries]
    return next(p["event_id"] for p in payloads if p["event"]["type"] == "app_mention")


Traced = Callable[..., contextlib.AbstractAsyncContextManager[RunningBot]]


class Spans:
    """What was recorded, each bot with an exporter of its own: a closed one takes no more."""

    def __init__(self) -> None:
        self._exporters: list[InMemorySpanExporter] = []

    def another(self) -> InMemorySpanExporter:
        self._exporters.append(InMemorySpanExporter())
        return self._exporters[-1]

    @property
    def finished(self) -> list[ReadableSpan]:
        return [span for each in self._exporters for span in each.get_finished_spans()]

    def tree(self) -> Counter[tuple[str, str]]:
        """How often which span hangs on which, by names; the root hangs on nothing."""
        names = {span.context.span_id: span.name for span in self.finished}
        assert len(names) == len(self.finished), "two spans have the same id"
        return Counter(
            (names[span.parent.span_id] if span.parent else "", span.name) for span in self.finished
        )

    def traces(self) -> int:
        return len({span.context.trace_id for span in self.finished})

    def values(self, span: str, attribute: str) -> list[object]:
        """What an attribute is in each span of this name."""
        return [
            (each.attributes or {}).get(attribute) for each in self.finished if each.name == span
        ]


@pytest.fixture
def spans() -> Spans:
    return Spans()


@pytest.fixture
def open_traced(workspace: Workspace, base: KnowledgeBase, spans: Spans) -> Traced:
    """Opens a bot whose spans are kept; each one is a process of its own to the traces."""

    @contextlib.asynccontextmanager
    async def opened(mode: str = "socket", **values: object) -> AsyncIterator[RunningBot]:
        tracing = OtelTracing([SimpleSpanProcessor(spans.another())])
        async with running(settings_for(workspace, mode, **values), base, tracing) as bot:
            if mode == "http":
                await workspace.connect_http(f"http://127.0.0.1:{bot.http_port}/slack/events")
            await workspace.wait_for(lambda: workspace.is_connected)
            yield bot

    return opened


@pytest.mark.parametrize("mode", MODES)
async def test_a_mention_is_one_trace_from_acceptance_to_post(
    workspace: Workspace, open_traced: Traced, spans: Spans, mode: str
) -> None:
    async with open_traced(mode) as bot:
        ts = await workspace.mention("ada", "incidents", "the zebra failed with 0x2F7")
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    stages = ("extract", "messages", "traces", "resolve", "compose")
    assert spans.tree() == Counter(
        {
            ("", "accept"): 1,
            ("accept", "inbox.wait"): 1,
            ("accept", "attempt"): 1,
            ("attempt", "explain"): 1,
            **{("explain", f"explain.{stage}"): 1 for stage in stages},
            ("attempt", "render"): 1,
            ("attempt", "chat.postMessage"): 1,
        }
    )
    event_id = event_id_of(workspace)
    for name in ("accept", "attempt"):
        assert spans.values(name, "winerr.event_id") == [event_id]
        assert spans.values(name, "winerr.team") == [TEAM]
        assert spans.values(name, "winerr.trigger") == ["mention"]
    assert spans.values("attempt", "winerr.outcome") == ["done"]
    assert spans.traces() == 1
    assert spans.finished[0].resource.attributes["service.name"] == "winerr"
    assert "zebra" not in "".join(span.to_json() for span in spans.finished)


async def test_tries_that_slack_refuses_and_deliveries_that_repeat_are_in_the_same_trace(
    workspace: Workspace, open_traced: Traced, spans: Spans
) -> None:
    async with open_traced("http") as bot:
        workspace.fault("rate_limited", target="chat.postMessage", seconds=0)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await reply_to(workspace, ts)
        workspace.resend(event_id_of(workspace))
        await settle(workspace, bot)
    found = spans.tree()
    assert (found["", "accept"], found["accept", "accept"]) == (1, 1)
    assert (found["accept", "attempt"], found["attempt", "chat.postMessage"]) == (2, 2)
    assert spans.traces() == 1
    assert spans.values("chat.postMessage", "error.type") == ["ratelimited", None]
    assert spans.values("attempt", "winerr.outcome") == ["later", "done"]


async def test_another_process_goes_on_in_the_same_trace(
    workspace: Workspace, open_traced: Traced, spans: Spans
) -> None:
    async with open_traced(shutdown_grace_seconds=0.0):
        workspace.fault("slow", target="chat.postMessage", seconds=5.0)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_until_delivered()
    async with open_traced() as bot:
        await reply_to(workspace, ts)
        await settle(workspace, bot)
    found = spans.tree()
    # On a busy machine Slack gets no acknowledgement in time, and says it again.
    assert found["", "accept"] == 1
    assert found["accept", "attempt"] >= 2
    assert "recovered" in spans.values("attempt", "winerr.origin")
    assert spans.traces() == 1


async def test_a_sampled_part_is_whole_traces_in_every_process(
    workspace: Workspace,
    open_traced: Traced,
    spans: Spans,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    async with open_traced() as bot:
        asked = [await workspace.mention("ada", "incidents", f"{n}: 0x2F7") for n in range(12)]
        for ts in asked:
            await reply_to(workspace, ts)
        await settle(workspace, bot)
    found = spans.tree()
    assert 0 < found["", "accept"] < 12
    assert found["", "accept"] == found["accept", "attempt"] == found["attempt", "render"]


async def test_a_command_is_a_trace_too(
    workspace: Workspace, open_traced: Traced, spans: Spans
) -> None:
    async with open_traced("http") as bot:
        await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
        await private_to(workspace, "ada")
        await settle(workspace, bot)
    found = spans.tree()
    assert found["", "accept"] == found["attempt", "response_url"] == 1


@pytest.mark.parametrize(
    ("environ", "is_on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:9/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, False),
    ],
)
def test_the_standard_variables_switch_it_on(environ: dict[str, str], is_on: bool) -> None:
    tracing = open_tracing(environ)
    assert (tracing is not NO_TRACING) == is_on
    tracing.close()


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(sys.modules, "bot.tracing_otel")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with caplog.at_level(logging.WARNING):
        assert open_tracing({"OTEL_TRACES_EXPORTER": "otlp"}) is NO_TRACING
    assert "winerr[otel]" in caplog.text


def test_while_it_is_off_nothing_of_it_is_loaded() -> None:
    code = (
        "import sys, bot.running\n"
        "from bot.tracing import NO_TRACING, open_tracing\n"
        "assert open_tracing({}) is NO_TRACING\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


async def test_spans_arrive_at_a_collector_also_the_last_ones(workspace: Workspace) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    received: list[str] = []

    async def collect(request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(gzip_or_plain(await request.read()))
        for resource in sent.resource_spans:
            received.extend(span.name for scope in resource.scope_spans for span in scope.spans)
        return web.Response(content_type="application/x-protobuf")

    application = web.Application()
    application.router.add_post("/v1/traces", collect)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "import sys; from bot.cli import main; sys.exit(main(['run']))",
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "XDG_STATE_HOME": os.environ["XDG_STATE_HOME"],
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_APP_TOKEN": workspace.app_token,
            "SLACK_API_URL": workspace.api_url,
            "WINERR_HTTP_PORT": "0",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{runner.addresses[0][1]}",
            # Nothing is sent before the end: what waits then must not be lost.
            "OTEL_BSP_SCHEDULE_DELAY": "600000",
        },
    )  # fmt: skip
    try:
        await workspace.wait_for(lambda: workspace.is_connected, 30)
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        await workspace.wait_for(lambda: workspace.replies(ts), 10)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 15) == 0
    finally:
        await runner.cleanup()
    assert {"accept", "attempt", "chat.postMessage"} <= set(received)


def gzip_or_plain(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
