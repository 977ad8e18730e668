"""Posts signed events to a bot: so many at once (closed loop) or so many a second (open loop)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks.errors import CannotRunError
from benchmarks.events import Event, request_bytes

_OPEN_LOOP_CONNECTIONS = 64


@dataclass(slots=True)
class Load:
    """What a load showed: when each event was sent (by ts), seconds to each acknowledgement."""

    sent: dict[str, float] = field(default_factory=dict)
    acks: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def check(self) -> None:
        """Raise CannotRunError when the bot refused events: its figures would mean nothing."""
        refused = {status: n for status, n in self.statuses.items() if status != 200}
        if refused:
            raise CannotRunError(f"the bot answered events with other than 200: {refused}")


class Connection(asyncio.Protocol):
    """One kept-alive HTTP connection with one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to write on."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP client's always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Finish the request when its answer is complete."""
        self._buffer += data
        status = complete_status(self._buffer)
        if status is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the request that waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("the bot hung up"))

    async def send(self, request: bytes) -> int:
        """Send a request and return the status of its answer."""
        if self._transport is None:
            raise ConnectionResetError("not connected")
        self._buffer = b""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


def complete_status(answer: bytes) -> int | None:
    """Return the status of an HTTP answer once all of it is there, else None."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = answer[: end + 2].lower()
    start = head.find(b"\r\ncontent-length:")
    length = int(head[start + 17 : head.index(b"\r\n", start + 2)]) if start >= 0 else 0
    return int(answer[9:12]) if len(answer) >= end + 4 + length else None


async def connect(port: int) -> Connection:
    """Open a connection to a bot on the loopback."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


async def closed_loop(
    port: int | Sequence[int], events: Iterable[Event], at_once: int, timeout_seconds: float
) -> Load:
    """Keep `at_once` events on their way until all are acknowledged, to several ports in turn.

    CannotRunError when that takes longer than the timeout or the bot refuses one.
    """
    load = Load()
    # Made beforehand: what is measured is the bot, not the making of requests.
    requests = iter([(event.ts, request_bytes(event)) for event in events])
    try:
        async with asyncio.timeout(timeout_seconds), asyncio.TaskGroup() as group:
            ports = [port] if isinstance(port, int) else port
            for number in range(at_once):
                group.create_task(_work(ports[number % len(ports)], requests, load))
    except (TimeoutError, ExceptionGroup) as error:
        raise CannotRunError(f"the closed loop broke off after {len(load.acks)} events: {error!r}"
                             ) from error  # fmt: skip
    load.check()
    return load


async def _work(port: int, requests: Iterator[tuple[str, bytes]], load: Load) -> None:
    connection = await connect(port)
    try:
        for ts, request in requests:
            await _send(connection, ts, request, load)
    finally:
        connection.close()


async def _send(connection: Connection, ts: str, request: bytes, load: Load) -> None:
    begin = time.perf_counter()
    load.sent[ts] = begin
    status = await connection.send(request)
    load.acks.append(time.perf_counter() - begin)
    load.statuses[status] += 1


async def open_loop(
    port: int, events: Iterable[Event], per_second: float, timeout_seconds: float
) -> Load:
    """Send the events at a steady rate, whether or not the bot keeps up.

    CannotRunError when the acknowledgements take longer than the timeout.
    """
    load = Load()
    idle: list[Connection] = [await connect(port)]
    gate = asyncio.Semaphore(_OPEN_LOOP_CONNECTIONS)
    requests = [(event.ts, request_bytes(event)) for event in events]

    async def send_one(ts: str, request: bytes) -> None:
        async with gate:
            connection = idle.pop() if idle else await connect(port)
            await _send(connection, ts, request, load)
            idle.append(connection)

    begin = time.perf_counter()
    try:
        async with asyncio.timeout(timeout_seconds), asyncio.TaskGroup() as group:
            for number, (ts, request) in enumerate(requests):
                await asyncio.sleep(begin + number / per_second - time.perf_counter())
                group.create_task(send_one(ts, request))
    except (TimeoutError, ExceptionGroup) as error:
        raise CannotRunError(f"the open loop broke off after {len(load.acks)} events: {error!r}"
                             ) from error  # fmt: skip
    finally:
        for connection in idle:
            connection.close()
    load.check()
    return load
