"""A call of the Web API: its arguments, read from JSON, a form or the query."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.workspace.errors import ApiError
from bot.workspace.schema import Payload

_FALSE = ("", "0", "false", "none")


@dataclass(slots=True)
class Call:
    """A call and, when it is done, its answer; `at` is in seconds since the epoch."""

    method: str
    args: Payload
    token: str = ""
    at: float = field(default_factory=time.time)
    status: int = 0
    answer: Payload = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text argument that must be there; ApiError invalid_arguments."""
        value = self.args.get(name)
        if not isinstance(value, str) or not value:
            message = f"[ERROR] missing required field: {name}"
            raise ApiError("invalid_arguments", response_metadata={"messages": [message]})
        return value

    def optional_text(self, name: str) -> str | None:
        """A text argument; None when it is absent or empty."""
        value = self.args.get(name)
        return value if isinstance(value, str) and value else None

    def flag(self, name: str) -> bool:
        """A switch; forms write it as 1 or true."""
        value = self.args.get(name)
        return value if isinstance(value, bool) else str(value or "").lower() not in _FALSE

    def number(self, name: str, default: int, largest: int) -> int:
        """A whole number from 1 to `largest`; ApiError invalid_limit."""
        value = str(self.args.get(name) or default)
        if not (value.isascii() and value.isdigit()) or len(value) > 9:
            raise ApiError("invalid_limit")
        return max(1, min(int(value), largest))

    def structure(self, name: str) -> Any:
        """An argument that is JSON, also when it comes as text; ApiError when it is broken."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ApiError(f"invalid_{name}_format") from None


async def read_call(request: web.Request, method: str) -> Call:
    """The call in a request; ApiError when its body cannot be read."""
    args = await _read_args(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if scheme.lower() == "basic":
        args |= _read_client(token)
    given = args.pop("token", None)
    return Call(method, args, bearer or (given if isinstance(given, str) else ""))


def _read_client(encoded: str) -> Payload:
    """The app's id and secret, which oauth.v2.access takes as user and password."""
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


async def _read_args(request: web.Request) -> Payload:
    args: Payload = dict(request.query)
    if request.method == "GET":
        return args
    if request.content_type == "application/json":
        return args | await _read_json(request)
    form = await request.post()
    return args | {name: value for name, value in form.items() if isinstance(value, str)}


async def _read_json(request: web.Request) -> Payload:
    raw = await request.read()
    try:
        body = json.loads(raw) if raw.strip() else {}
    except (ValueError, RecursionError):
        raise ApiError("invalid_json") from None
    if not isinstance(body, dict):
        raise ApiError("json_not_object")
    return body
