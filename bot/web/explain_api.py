"""POST /api/v1/explain: what the command line prints, as a service."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from knowledge import KnowledgeBase, explain, explanation_json

BODY_BYTES = 128 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def explain_endpoint(base: KnowledgeBase) -> Handler:
    """The handler for `{"text": "..."}`; anything else gets a 4xx that says what to send."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > BODY_BYTES:
            return _refuse(413, f"the body is larger than {BODY_BYTES} bytes")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _refuse(413, f"the body is larger than {BODY_BYTES} bytes")
        if len(body) > BODY_BYTES:
            return _refuse(413, f"the body is larger than {BODY_BYTES} bytes")
        text = _text_of(body)
        if text is None:
            return _refuse(400, 'send a JSON object like {"text": "failed with 0x2F7"}')
        explanation = explain(text, base, surface="command")
        return web.json_response(explanation_json(explanation))

    return handle


def _text_of(body: bytes) -> str | None:
    try:
        data = json.loads(body.decode("utf-8"))
        text = data.get("text") if isinstance(data, dict) else None
        # A lone surrogate, which JSON can carry, is no text that could be answered in UTF-8.
        if isinstance(text, str):
            text.encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return text if isinstance(text, str) else None


def _refuse(status: int, reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=status)
