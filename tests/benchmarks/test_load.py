"""The driver and the stand-in with real sockets, and with the bare bot in its own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.bots import Bench, running_bots
from benchmarks.driver import closed_loop, open_loop
from benchmarks.errors import CannotRunError
from benchmarks.events import BOT_USER, make_events
from benchmarks.stand_in import stand_in


@asynccontextmanager
async def server(status: str, seen: list[int]) -> AsyncIterator[int]:
    """A server that answers every event with the status; `seen` gets how many were open at once."""
    waiting = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal waiting
        with_body = None
        while head := await _head(reader):
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            with_body = await reader.readexactly(length)
            waiting += 1
            seen.append(waiting)
            await asyncio.sleep(0)
            waiting -= 1
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        assert with_body is not None
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]
        await asyncio.sleep(0.01)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


async def test_closed_loop_sends_each_event_once_and_never_more_at_once_than_asked() -> None:
    seen: list[int] = []
    async with server("200 OK", seen) as port:
        load = await closed_loop(port, make_events(["x"], 1, 40), 4, 10)
    assert len(load.acks) == len(load.sent) == len(seen) == 40
    assert max(seen) <= 4
    assert min(load.acks) > 0


async def test_open_loop_sends_every_event() -> None:
    seen: list[int] = []
    async with server("200 OK", seen) as port:
        load = await open_loop(port, make_events(["x"], 1, 20), 1000, 10)
    assert len(load.acks) == len(load.sent) == len(seen) == 20


async def test_refused_events_are_a_failure_and_no_measurement() -> None:
    async with server("401 Unauthorized", []) as port:
        with pytest.raises(CannotRunError, match="401: 3"):
            await closed_loop(port, make_events(["x"], 1, 3), 1, 10)


async def test_a_bot_that_never_answers_ends_the_loop() -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    listening = await asyncio.start_server(swallow, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(CannotRunError, match="after 0 events"):
            await closed_loop(port, make_events(["x"], 1, 2), 1, 0.05)
        await asyncio.sleep(0.01)


async def test_stand_in_notes_the_first_reply_to_each_event() -> None:
    async with stand_in() as (arrivals, url), aiohttp.ClientSession() as session:
        client = AsyncWebClient(token="xoxb-x", base_url=url, session=session)
        assert (await client.auth_test())["user_id"] == BOT_USER
        arrivals.expect(2)
        for ts in ("1.000001", "1.000001", "1.000002"):
            await client.chat_postMessage(channel="C1", thread_ts=ts, text="x" * 3000)
        await client.chat_postMessage(channel="C1", text="no reply")
    assert arrivals.complete.is_set()
    assert list(arrivals.replies) == ["1.000001", "1.000002"]
    assert arrivals.posts == 4


async def test_stand_in_waits_for_all_of_a_request_and_answers_several_at_once() -> None:
    request = (
        b'POST /api/chat.postMessage HTTP/1.1\r\nContent-Length: 20\r\n\r\n{"thread_ts": "1.2"}'
    )
    async with stand_in() as (arrivals, url):
        port = int(url.split(":")[2].split("/")[0])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request + request[:30])
        await reader.readuntil(b"\r\n\r\n")
        assert arrivals.posts == 1
        writer.write(request[30:])
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    assert arrivals.posts == 2


async def test_bare_bot_in_its_own_process_answers_in_the_thread_and_uses_cpu_time() -> None:
    async with stand_in() as (arrivals, url), running_bots(("plain",), url) as bots:
        bench = Bench(arrivals, at_once=2)
        load, cpu = await bench.flood(bots["plain"], ["error 5"], 8)
        memory = bots["plain"].resident_megabytes()
    assert set(load.sent) == set(arrivals.replies)
    assert arrivals.calls["chat.postMessage"] == 8
    assert cpu >= 0
    assert memory > 1
