"""A stand-in for Slack's Web API: says yes to everything and notes when each reply arrived.

Hand-made HTTP, because it shares a processor with the driver and must cost next to nothing.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.events import BOT_ID, BOT_USER, TEAM

_THREAD_TS = re.compile(rb'"thread_ts":\s?"([0-9.]{1,32})"')
_CHANNEL = re.compile(rb'"channel":\s?"([A-Z0-9]{1,32})"')
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d{1,9})\r\n", re.IGNORECASE)
_METHOD = re.compile(rb"(?:POST|GET) /api/([a-zA-Z.]{1,60})")
# Source: docs.slack.dev/apis/web-api/rate-limits.
_TOO_SOON = "429 Too Many Requests\r\nRetry-After: 1"
MAX_REQUEST_BYTES = 4 * 1024 * 1024


@dataclass(slots=True)
class Arrivals:
    """What came in: the time of the first reply to each event (by its ts), and all calls.

    With `seconds_between_posts`, a post that follows another of its channel sooner is `refused` as
    Slack does it: with 429 and Retry-After.
    """

    replies: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    posts: int = 0
    expected: int = 0
    complete: asyncio.Event = field(default_factory=asyncio.Event)
    seconds_between_posts: float = 0.0
    refused: int = 0
    last_post: dict[bytes, float] = field(default_factory=dict)

    def expect(self, replies: int) -> None:
        """Forget what came before and wait for that many replies."""
        self.replies.clear()
        self.calls.clear()
        self.last_post.clear()
        self.posts, self.refused, self.expected = 0, 0, replies
        self.complete.clear()

    def note(self, method: str, body: bytes) -> bool:
        """Note a call that has just arrived; False when it comes too soon."""
        now = time.perf_counter()
        self.calls[method] = self.calls.get(method, 0) + 1
        if method != "chat.postMessage":
            return True
        if self.seconds_between_posts and not self._is_in_time(body, now):
            self.refused += 1
            return False
        self.posts += 1
        thread = _THREAD_TS.search(body)
        if thread:
            self.replies.setdefault(thread[1].decode(), now)
        if len(self.replies) >= self.expected:
            self.complete.set()
        return True

    def _is_in_time(self, body: bytes, now: float) -> bool:
        found = _CHANNEL.search(body)
        channel = found[1] if found else b""
        if now - self.last_post.get(channel, -math.inf) < self.seconds_between_posts:
            return False
        self.last_post[channel] = now
        return True


class StandIn(asyncio.Protocol):
    """One connection of a bot to the stand-in."""

    def __init__(self, arrivals: Arrivals) -> None:
        self._arrivals = arrivals
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport to answer on."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP server's always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self._buffer += data
        while (request := self._next_request()) is not None:
            self._answer(*request)
        if len(self._buffer) > MAX_REQUEST_BYTES and self._transport is not None:
            self._transport.close()

    def _next_request(self) -> tuple[str, bytes] | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self._buffer[: end + 2]
        length = _LENGTH.search(head)
        total = end + 4 + (int(length[1]) if length else 0)
        if len(self._buffer) < total:
            return None
        body, self._buffer = self._buffer[end + 4 : total], self._buffer[total:]
        method = _METHOD.match(head)
        return (method[1].decode() if method else "", body)

    def _answer(self, method: str, body: bytes) -> None:
        if self._arrivals.note(method, body):
            status, answer = "200 OK", _reply_to(method, self._arrivals.posts)
        else:
            status, answer = _TOO_SOON, {"ok": False, "error": "ratelimited"}
        content = json.dumps(answer).encode()
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        if self._transport is not None:
            self._transport.write(head.encode() + content)


def _reply_to(method: str, posts: int) -> dict[str, object]:
    if method == "auth.test":
        return {
            "ok": True, "url": "http://127.0.0.1/", "team": "bench", "user": "bench",
            "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID,
        }  # fmt: skip
    return {"ok": True, "channel": "C0", "ts": f"1800000000.{posts:06d}", "message": {}}


@asynccontextmanager
async def stand_in(tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Arrivals, str]]:
    """Serve on a free port of the loopback while the block runs; yields arrivals and API URL."""
    arrivals = Arrivals()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StandIn(arrivals), "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    scheme = "http" if tls is None else "https"
    try:
        yield arrivals, f"{scheme}://127.0.0.1:{port}/api/"
    finally:
        server.close()
