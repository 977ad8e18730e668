"""A delivery -> whoever takes it: messages straight to the intake, everything else through Bolt.

Nine of ten deliveries are messages, most of which nobody answers. Bolt would build a request, a
context and a client and run its middleware for each, which costs more than judging the message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.request.internals import (
    extract_enterprise_id,
    extract_is_enterprise_install,
    extract_team_id,
)
from slack_bolt.response import BoltResponse

from bot.incoming import Payload
from bot.installations.base import tenant_named
from bot.intake import Intake
from bot.tenant import Tenant

ErrorHandler = Callable[[Exception, dict[str, Any]], Awaitable[BoltResponse]]
Headers = Mapping[str, str | Sequence[str]]


class Dispatcher:
    """Hands on what was verified and parsed; the answer's status says whether it was taken."""

    def __init__(self, bolt: AsyncApp, intake: Intake, on_error: ErrorHandler) -> None:
        self._bolt = bolt
        self._intake = intake
        self._on_error = on_error

    def prepare(self, payload: dict[str, Any], headers: Headers) -> Tenant | AsyncBoltRequest:
        """What `dispatch` needs; TypeError, AttributeError, ValueError, KeyError or RecursionError
        when the payload has a shape that Slack does not send."""
        if _is_message(payload):
            return _tenant_of(payload)
        return AsyncBoltRequest(mode="socket_mode", body=payload, headers=dict(headers))

    async def dispatch(
        self, payload: dict[str, Any], prepared: Tenant | AsyncBoltRequest
    ) -> BoltResponse:
        """Have a delivery taken."""
        if isinstance(prepared, AsyncBoltRequest):
            return await self._bolt.async_dispatch(prepared)
        try:
            await self._intake.take_message(payload, prepared)
        except Exception as error:
            return await self._on_error(error, payload)
        return BoltResponse(status=200, body="")


def _is_message(payload: Payload) -> bool:
    event = payload.get("event")
    return (
        payload.get("type") == "event_callback"
        and isinstance(event, dict)
        and event.get("type") == "message"
    )


def _tenant_of(payload: dict[str, Any]) -> Tenant:
    """Whose a message is, read with Bolt's own functions so that both ways agree."""
    return tenant_named(
        extract_team_id(payload),
        extract_enterprise_id(payload),
        bool(extract_is_enterprise_install(payload)),
        payload,
    )
