"""Socket Mode: tickets, WebSocket connections, envelopes and their acknowledgements.

Source: docs.slack.dev/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import suppress
from typing import Literal

from aiohttp import WSMsgType, web

from bot.workspace.changes import Changes
from bot.workspace.delivering import Envelope, Outcome
from bot.workspace.faults import Faults
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.state import APP

DisconnectReason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]


class Socket:
    """One connection of the app; a silent one stays open but neither sends nor answers."""

    def __init__(self, response: web.WebSocketResponse, request: web.Request) -> None:
        self.id = secrets.token_hex(4)
        self.is_silent = False
        self._response = response
        self._transport = request.transport

    @property
    def is_open(self) -> bool:
        """Whether the workspace still believes in this connection."""
        return not self._response.closed

    async def send(self, message: Payload) -> None:
        """Send a message, unless the socket is silent or just breaking."""
        if not self.is_silent:
            with suppress(ConnectionError):
                await self._response.send_str(json.dumps(message, ensure_ascii=False))

    async def ping(self) -> None:
        """Ask whether the app is still there."""
        if not self.is_silent:
            with suppress(ConnectionError):
                await self._response.ping()

    async def pong(self, data: bytes) -> None:
        """Answer a ping."""
        if not self.is_silent:
            with suppress(ConnectionError):
                await self._response.pong(data)

    async def disconnect(self, reason: DisconnectReason) -> None:
        """Say why, then close."""
        await self.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
        await self._response.close()

    def cut(self) -> None:
        """Break the connection without a word."""
        if self._transport is not None:
            self._transport.abort()


class Sockets:
    """All connections of the app. Any one of them gets an envelope."""

    def __init__(self, settings: WorkspaceSettings, faults: Faults, changes: Changes) -> None:
        self._settings = settings
        self._faults = faults
        self._changes = changes
        self._tickets: dict[str, float] = {}
        self._sockets: list[Socket] = []
        self._acks: dict[str, asyncio.Future[Payload | None]] = {}
        self._turn = 0

    def issue_ticket(self) -> str:
        """A ticket that opens one connection within its time."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = time.monotonic() + self._settings.ticket_seconds
        return ticket

    @property
    def open(self) -> list[Socket]:
        """The connections that are open."""
        return [socket for socket in self._sockets if socket.is_open]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it ends."""
        expires = self._tickets.pop(request.query.get("ticket", ""), 0.0)
        if expires < time.monotonic() or self._faults.take("sockets", "refuse"):
            raise web.HTTPForbidden(text="this ticket is unknown, used or too old")
        response = web.WebSocketResponse(autoping=False, max_msg_size=16 * 1024 * 1024)
        await response.prepare(request)
        socket = Socket(response, request)
        if len(self.open) >= self._settings.max_sockets:
            await socket.disconnect("too_many_websockets")
            return response
        await self._serve(socket, response)
        return response

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Send an envelope through one of the sockets and wait for its acknowledgement."""
        candidates = self.open
        if not candidates:
            return Outcome(False, reason="connection_failed")
        self._turn += 1
        socket = candidates[self._turn % len(candidates)]
        envelope_id = secrets.token_hex(16)
        ack = asyncio.get_running_loop().create_future()
        self._acks[envelope_id] = ack
        try:
            await socket.send(_as_message(envelope, envelope_id))
            body = await asyncio.wait_for(ack, self._settings.ack_seconds)
        except TimeoutError:
            return Outcome(False, reason="timeout")
        finally:
            self._acks.pop(envelope_id, None)
        return Outcome(True, body if envelope.accepts_response else None)

    async def refresh(self, reason: DisconnectReason = "refresh_requested") -> None:
        """Ask the app to connect anew, as Slack does every few hours."""
        for socket in self.open:
            await socket.disconnect(reason)

    def drop(self) -> None:
        """Break every connection without a word."""
        for socket in self.open:
            socket.cut()

    def silence(self) -> None:
        """Let every connection that is open now stay open, but say nothing more."""
        for socket in self.open:
            socket.is_silent = True

    async def close(self) -> None:
        """Close every connection."""
        for socket in self.open:
            with suppress(TimeoutError):
                await asyncio.wait_for(socket.disconnect("link_disabled"), 1.0)
            socket.cut()

    async def _serve(self, socket: Socket, response: web.WebSocketResponse) -> None:
        self._sockets.append(socket)
        await socket.send(_hello(len(self.open)))
        self._changes.announce("sockets", open=len(self.open))
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for message in response:
                if message.type == WSMsgType.TEXT and not socket.is_silent:
                    self._take_ack(message.data)
                elif message.type == WSMsgType.PING:
                    await socket.pong(message.data)
        finally:
            pinging.cancel()
            self._sockets.remove(socket)
            self._changes.announce("sockets", open=len(self.open))

    async def _ping(self, socket: Socket) -> None:
        while True:
            await asyncio.sleep(self._settings.ping_seconds)
            await socket.ping()

    def _take_ack(self, data: str) -> None:
        try:
            message = json.loads(data)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        ack = self._acks.get(str(message.get("envelope_id")))
        if ack is not None and not ack.done():
            payload = message.get("payload")
            ack.set_result(payload if isinstance(payload, dict) else None)


def _as_message(envelope: Envelope, envelope_id: str) -> Payload:
    message: Payload = {
        "envelope_id": envelope_id,
        "type": envelope.kind,
        "accepts_response_payload": envelope.accepts_response,
        "payload": envelope.payload,
    }
    if envelope.kind == "events_api":
        message |= {"retry_attempt": envelope.attempt, "retry_reason": envelope.reason}
    return message


def _hello(connections: int) -> Payload:
    return {
        "type": "hello",
        "num_connections": connections,
        "connection_info": {"app_id": APP},
        "debug_info": {
            "host": "local",
            "build_number": 1,
            "approximate_connection_time": 3600,
        },
    }
