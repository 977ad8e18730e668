"""POST /slack/events: what Slack delivers in HTTP mode."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response

from bot.dispatching import Dispatcher
from bot.log_context import about_delivery
from bot.metrics import Metrics
from bot.web.payload import PayloadError, parse_payload
from bot.web.signature import signature_fault

log = logging.getLogger(__name__)

BODY_BYTES = 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def slack_endpoint(
    dispatcher: Dispatcher, signing_secrets: Sequence[str], metrics: Metrics
) -> Handler:
    """The handler for Slack's deliveries, which must be signed with one of the secrets."""

    def refuse(status: int, reason: str) -> web.Response:
        log.warning("a delivery was refused: %s", reason)
        metrics.requests_refused.labels(str(status)).inc()
        return web.json_response({"ok": False, "error": reason}, status=status)

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return refuse(413, "the body is larger than 1 MiB")
        fault = signature_fault(
            body,
            request.headers.get("X-Slack-Request-Timestamp", ""),
            request.headers.get("X-Slack-Signature", ""),
            signing_secrets,
            time.time(),
        )
        if fault is not None:
            return refuse(401, fault)
        try:
            payload = parse_payload(body, request.content_type)
            # As if from a socket: verified and parsed already, so Bolt does neither again.
            prepared = dispatcher.prepare(payload, _retry_headers(request))
        except PayloadError as error:
            return refuse(400, str(error))
        except (TypeError, AttributeError, ValueError, KeyError, RecursionError):
            return refuse(400, "the payload has a shape that Slack does not send")
        with about_delivery(payload):
            response = await dispatcher.dispatch(payload, prepared)
        if response.status == 200 and not response.body:
            return web.Response()
        return await to_aiohttp_response(response)

    return handle


def _retry_headers(request: web.Request) -> dict[str, str | Sequence[str]]:
    names = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")
    return {name: request.headers[name] for name in names if name in request.headers}
