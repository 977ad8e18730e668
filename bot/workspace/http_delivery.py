"""HTTP mode: signed requests to the app's request URL.

Sources: docs.slack.dev/authentication/verifying-requests-from-slack, …/apis/events-api.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import aiohttp

from bot.workspace.clock import new_id
from bot.workspace.delivering import Envelope, Outcome
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings

_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
# Slack's words for the reasons; Socket Mode has shorter ones.
_TIMEOUT, _FAILED, _ERROR = "http_timeout", "connection_failed", "http_error"


class RequestUrlError(Exception):
    """The request URL did not answer the challenge."""


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body, as Slack writes it into X-Slack-Signature."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts every envelope to one URL."""

    def __init__(self, url: str, secret: str, settings: WorkspaceSettings, token: str) -> None:
        self.url = url
        self._secret = secret
        self._settings = settings
        self._token = token
        self._session = aiohttp.ClientSession()

    async def verify(self) -> None:
        """Check that the URL answers the challenge; RequestUrlError says what it did instead."""
        challenge = new_id("", 40)
        body = {"token": self._token, "challenge": challenge, "type": "url_verification"}
        outcome = await self._post(json.dumps(body).encode(), _JSON, {})
        answered = (outcome.body or {}).get("challenge") or (outcome.body or {}).get("text")
        if not outcome.ok or answered != challenge:
            raise RequestUrlError(
                f"{self.url} did not answer the challenge ({outcome.reason or 'other answer'}):"
                " check the address and the signing secret"
            )

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Post an envelope and wait for the answer."""
        headers = {}
        if envelope.attempt:
            headers["X-Slack-Retry-Num"] = str(envelope.attempt)
            headers["X-Slack-Retry-Reason"] = envelope.reason
        body, content_type = _encode(envelope)
        return await self._post(body, content_type, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._session.close()

    async def _post(self, body: bytes, content_type: str, headers: dict[str, str]) -> Outcome:
        timestamp = str(int(time.time()))
        signed = {
            **headers,
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
            "User-Agent": "winerr-local-workspace",
        }
        try:
            async with asyncio.timeout(self._settings.ack_seconds):
                return await self._answer(body, signed)
        except TimeoutError:
            return Outcome(False, reason=_TIMEOUT)
        except aiohttp.ClientError:
            return Outcome(False, reason=_FAILED)

    async def _answer(self, body: bytes, headers: dict[str, str]) -> Outcome:
        async with self._session.post(
            self.url, data=body, headers=headers, allow_redirects=False
        ) as response:
            raw = await response.read()
            may_retry = response.headers.get("X-Slack-No-Retry") != "1"
            if response.status != 200:
                return Outcome(False, reason=_ERROR, may_retry=may_retry)
            return Outcome(True, _decode(raw, response.content_type), may_retry=may_retry)


def _encode(envelope: Envelope) -> tuple[bytes, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload, ensure_ascii=False).encode(), _JSON
    if envelope.kind == "interactive":
        payload = json.dumps(envelope.payload, ensure_ascii=False)
        return urlencode({"payload": payload}).encode(), _FORM
    return urlencode(envelope.payload).encode(), _FORM


def _decode(raw: bytes, content_type: str) -> Payload | None:
    text = raw.decode("utf-8", "replace")
    if not text.strip():
        return None
    if content_type == _JSON:
        try:
            body = json.loads(text)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None
    return {"text": text}
