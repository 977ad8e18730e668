"""What a program sent -> the text it asks about, or what it has to send instead."""

from __future__ import annotations

import json

from aiohttp import web

BODY_BYTES = 128 * 1024
QUERY_CHARS = 2_000


class RefusedError(Exception):
    """The request cannot be answered: its status, and a sentence that says what to do."""

    def __init__(self, status: int, told: str) -> None:
        super().__init__(told)
        self.status = status


async def text_of_body(request: web.Request) -> str:
    """The `text` of a JSON object; RefusedError when the body is anything else."""
    too_large = RefusedError(413, f"the body is larger than {BODY_BYTES} bytes: send a part of it")
    if (request.content_length or 0) > BODY_BYTES:
        raise too_large
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise too_large from None
    if len(body) > BODY_BYTES:
        raise too_large
    text = _text_in(body)
    if text is None:
        raise RefusedError(400, 'send a JSON object like {"text": "failed with 0x2F7"}')
    return text


def text_of_query(request: web.Request) -> str:
    """The parameter `q` of the address; RefusedError when it is missing."""
    text = request.query.get("q", "")
    if not text.strip():
        raise RefusedError(400, f"add what to look for: {request.path}?q=0x2F7")
    return text


def short(text: str) -> str:
    """The text of a look-up or question; RefusedError for a log, which is for /api/v1/explain."""
    if not text.strip():
        raise RefusedError(400, "the text is empty: send a code, a name or a question")
    if len(text) > QUERY_CHARS:
        told = f"longer than {QUERY_CHARS} characters: POST a log to /api/v1/explain"
        raise RefusedError(413, told)
    return text


def _text_in(body: bytes) -> str | None:
    try:
        data = json.loads(body.decode("utf-8"))
        text = data.get("text") if isinstance(data, dict) else None
        # A lone surrogate, which JSON can carry, is no text that could be answered in UTF-8.
        if isinstance(text, str):
            text.encode("utf-8")
    except (ValueError, RecursionError):
        return None
    return text if isinstance(text, str) else None
