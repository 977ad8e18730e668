"""Socket Mode: WebSocket connections to Slack that are noticed when they die, and replaced.

Our own client, because the one of slack_sdk goes on believing in connections that are dead, may
hang while it closes one, and gives no sign of either (python-slack-sdk 1110 and 1701, bolt-python
1529).
Sources: docs.slack.dev/apis/events-api/using-socket-mode for hello, disconnect, envelopes and
acknowledgements.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot import fast_json
from bot.dispatching import Dispatcher
from bot.errors import StartError
from bot.log_context import about_delivery
from bot.slack_client import call_at_start, proxy_for

log = logging.getLogger(__name__)

# A ping that is not answered within half of this closes the connection: a dead one is noticed after
# six seconds at most.
HEARTBEAT_SECONDS = 4.0
_HELLO_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
# How long a connection that Slack wants to end may still bring what is under way.
_LEAVING_SECONDS = 30.0
_LONGEST_WAIT_SECONDS = 30.0
MAX_MESSAGE_BYTES = 16 * 1024 * 1024
MAX_FAILURES = 25
"""After so many failed connections in a row (some ten minutes) the process ends, for its supervisor
to start it anew."""


class SocketMode:
    """Keeps `count` connections open between `start` and `stop`.

    `failed` is set with the reason when it gave up.
    """

    def __init__(
        self, dispatcher: Dispatcher, client: AsyncWebClient, app_token: str, count: int = 1
    ) -> None:
        self._dispatcher = dispatcher
        self._client = client
        self._token = app_token
        self._count = count
        self._sockets: set[aiohttp.ClientWebSocketResponse] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._envelopes: set[asyncio.Task[None]] = set()
        self.failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @property
    def open_count(self) -> int:
        """How many connections are open and alive."""
        return sum(not socket.closed for socket in self._sockets)

    async def start(self) -> None:
        """Open the first connection; StartError when Slack refuses it. The others follow."""
        # Asked once by ourselves: a refused token must not be tried again for ever.
        opening = self._client.apps_connections_open(app_token=self._token)
        answer = await call_at_start(self._client, opening, "SLACK_APP_TOKEN")
        first = await _open_at_start(self._client, str(answer.get("url", "")))
        self._note_open(first)
        self._start(self._keep(first))
        for _ in range(self._count - 1):
            self._start(self._keep(None))

    async def stop(self) -> None:
        """Take nothing more, finish what was taken, and close; never hangs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._envelopes:
            await asyncio.wait(self._envelopes, timeout=_CLOSE_SECONDS)
        await asyncio.gather(*(_close(socket) for socket in list(self._sockets)))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="socket")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep(self, socket: aiohttp.ClientWebSocketResponse | None) -> None:
        """Read one connection after the other, for ever."""
        failures = 0
        while True:
            if socket is None:
                try:
                    socket = await self._connect()
                except Exception as error:
                    failures += 1
                    log.warning("connecting to Slack failed (%d): %s", failures, _reason(error))
                    if failures >= MAX_FAILURES and not self.failed.done():
                        self.failed.set_result(f"no connection to Slack: {_reason(error)}")
                    await asyncio.sleep(_wait_after(failures))
                    continue
            failures = 0
            leaving = asyncio.Event()
            reading = asyncio.create_task(self._read(socket, leaving), name="socket reader")
            self._tasks.add(reading)
            reading.add_done_callback(self._tasks.discard)
            asked = asyncio.create_task(leaving.wait())
            try:
                await asyncio.wait({reading, asked}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                asked.cancel()
            # The next one is opened before the old one goes, which its reader sees to.
            socket = None

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        answer = await self._client.apps_connections_open(app_token=self._token)
        socket = await _open(self._client, str(answer.get("url", "")))
        self._note_open(socket)
        return socket

    def _note_open(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._sockets.add(socket)
        log.info("a connection to Slack is open, %d in all", self.open_count)

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, leaving: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(None) as limit:
                async for message in socket:
                    envelope = _parsed(message)
                    if envelope.get("type") == "disconnect":
                        log.info("Slack ends a connection: %s", str(envelope.get("reason"))[:40])
                        leaving.set()
                        # Not before: what was sent to this one is still to be read.
                        limit.reschedule(asyncio.get_running_loop().time() + _LEAVING_SECONDS)
                    elif "envelope_id" in envelope:
                        self._take(socket, envelope)
        except TimeoutError:
            pass
        except Exception as error:
            log.warning("a connection to Slack broke: %s", _reason(error))
        finally:
            self._sockets.discard(socket)
            await _close(socket)
        log.info("a connection to Slack ended, %d are open", self.open_count)

    def _take(self, socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]) -> None:
        task = asyncio.create_task(self._answer(socket, envelope), name="envelope")
        self._envelopes.add(task)
        task.add_done_callback(self._envelopes.discard)

    async def _answer(
        self, socket: aiohttp.ClientWebSocketResponse, envelope: dict[str, Any]
    ) -> None:
        """Hand an envelope on, and acknowledge it when it was taken (200)."""
        payload = envelope.get("payload")
        payload = payload if isinstance(payload, dict) else {}
        with about_delivery(payload):
            await self._dispatch(socket, envelope, payload)

    async def _dispatch(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        envelope: dict[str, Any],
        payload: dict[str, Any],
    ) -> None:
        try:
            prepared = self._dispatcher.prepare(payload, _retry_headers(envelope))
            response = await self._dispatcher.dispatch(payload, prepared)
            if response.status == 200:
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(_acknowledgement(envelope, response))
        except Exception:
            log.exception("an envelope of type %s failed", str(envelope.get("type"))[:40])


async def try_connection(client: AsyncWebClient, url: str) -> None:
    """Open a connection and close it again; StartError when Slack does not say hello on it."""
    await _close(await _open_at_start(client, url))


async def _open_at_start(client: AsyncWebClient, url: str) -> aiohttp.ClientWebSocketResponse:
    try:
        return await _open(client, url)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise StartError(
            f"Slack's socket cannot be reached ({type(error).__name__}): check that the network"
            " and the proxy let WebSocket connections through, or use HTTP mode"
            " (SLACK_SIGNING_SECRET)."
        ) from error


async def _open(client: AsyncWebClient, url: str) -> aiohttp.ClientWebSocketResponse:
    """A connection on which Slack has said hello."""
    if client.session is None:
        raise ConnectionError("the client has no session")
    async with asyncio.timeout(_HELLO_SECONDS):
        socket = await client.session.ws_connect(
            url,
            heartbeat=HEARTBEAT_SECONDS,
            proxy=proxy_for(_http_form(url)),
            max_msg_size=MAX_MESSAGE_BYTES,
        )
        try:
            await _expect_hello(socket)
        except BaseException:
            await _close(socket)
            raise
    return socket


async def _expect_hello(socket: aiohttp.ClientWebSocketResponse) -> None:
    if _parsed(await socket.receive()).get("type") != "hello":
        raise ConnectionError("Slack did not say hello")


def _parsed(message: aiohttp.WSMessage) -> dict[str, Any]:
    """The JSON object in a message; an empty one where there is none."""
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        data = fast_json.decode(message.data)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _acknowledgement(envelope: dict[str, Any], response: BoltResponse) -> dict[str, Any]:
    answer: dict[str, Any] = {"envelope_id": envelope["envelope_id"]}
    if response.body and envelope.get("accepts_response_payload"):
        kind = response.headers.get("content-type", [""])[0]
        is_json = kind.startswith("application/json")
        answer["payload"] = json.loads(response.body) if is_json else {"text": response.body}
    return answer


def _retry_headers(envelope: dict[str, Any]) -> dict[str, str | Sequence[str]]:
    """What HTTP mode says in headers."""
    names = {"retry_attempt": "x-slack-retry-num", "retry_reason": "x-slack-retry-reason"}
    return {header: [str(envelope[name])] for name, header in names.items() if envelope.get(name)}


def _wait_after(failures: int) -> float:
    longest = min(_LONGEST_WAIT_SECONDS, 0.5 * 2.0 ** min(failures, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311 (no secret)


def _http_form(url: str) -> str:
    """The address as proxies are named for it: https for wss."""
    return url.replace("ws", "http", 1) if urlsplit(url).scheme in ("ws", "wss") else url


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientResponseError):
        # Its text names the address: with the ticket that opens it, or a proxy's password.
        return f"{type(error).__name__}: {error.status}"
    if isinstance(error, aiohttp.InvalidURL):
        return type(error).__name__
    return f"{type(error).__name__}: {str(error)[:200]}" if str(error) else type(error).__name__


async def _close(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Close politely; a dead peer gets two seconds to answer."""
    with contextlib.suppress(TimeoutError, ConnectionError, aiohttp.ClientError):
        await asyncio.wait_for(socket.close(), _CLOSE_SECONDS)
