"""Logs: one line each, and no secret whatever happens."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.logs import configure_logging
from bot.secret import Secret
from bot.settings import Settings

TOKEN = "xoxb-12345-abcdef"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield io.StringIO()
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_secrets_are_hidden_in_messages_and_tracebacks(
    stream: io.StringIO, log_format: str
) -> None:
    settings = Settings(
        slack_bot_token=Secret(TOKEN),
        slack_signing_secret=Secret("signing-secret-1,signing-secret-2"),
        log_format=log_format,  # type: ignore[arg-type]
    )
    configure_logging(settings, stream)
    log = logging.getLogger("bot.test")
    url = "https://hooks.slack.com/commands/T1/2/abcdef"
    log.warning("%s and xapp-1-A-other %s signing-secret-2", TOKEN, url)
    try:
        int(f"Bearer {TOKEN}")
    except ValueError:
        log.exception("failed")
    shown = stream.getvalue()
    assert not any(word in shown for word in (TOKEN, "xapp-1", "secret-2", "abcdef"))
    assert shown.count("[secret]") >= 4


def test_json_lines_carry_extra_fields(stream: io.StringIO) -> None:
    configure_logging(Settings(log_format="json"), stream)
    logging.getLogger("bot.test").info("done", extra={"event_id": "Ev1"})
    line = json.loads(stream.getvalue())
    assert (line["message"], line["event_id"], line["level"]) == ("done", "Ev1", "info")


def test_libraries_that_log_payloads_stay_quiet_at_debug(stream: io.StringIO) -> None:
    configure_logging(Settings(log_level="debug"), stream)
    logging.getLogger("slack_sdk").debug("data: {'text': 'zebra'}")
    logging.getLogger("slack_bolt").debug("zebra")
    logging.getLogger("bot.test").debug("ours")
    assert "zebra" not in stream.getvalue()
    assert "ours" in stream.getvalue()


async def test_what_is_no_http_costs_one_line_and_no_traceback(stream: io.StringIO) -> None:
    configure_logging(Settings(), stream)
    server = TestServer(web.Application())
    await server.start_server()
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("GET /codes/win32/٣zebra HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (await reader.readline()).startswith(b"HTTP/1.0 400")
    writer.close()
    await server.close()
    (line,) = stream.getvalue().splitlines()
    assert "WARNING" in line
    assert "zebra" not in line
