"""/api/v1: explain, lookup and ask as the command line prints them, and the OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.web.api.requests import RefusedError, short, text_of_body, text_of_query
from bot.web.guarding import Guard

if TYPE_CHECKING:
    from knowledge import KnowledgeBase

API = "/api/v1"
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_Json = dict[str, Any]
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def api_routes(base: KnowledgeBase, guard: Guard, public_url: str | None) -> list[web.RouteDef]:
    """The routes of the API; `public_url` is named in the document as its address.

    What answers is imported for the first request: a bot that starts has Slack to answer first.
    """

    def explained(text: str) -> _Json:
        from knowledge import explain, explanation_json

        return explanation_json(explain(text, base, surface="command"))

    def looked_up(text: str) -> _Json:
        from knowledge.lookups import look_up, look_up_json

        return look_up_json(look_up(short(text), base), base)

    def asked(text: str) -> _Json:
        from knowledge.search import answers_to, search_json

        return search_json(answers_to(short(text), base))

    def answering(answer: Callable[[str], _Json]) -> _Handler:
        """Answer with what is made, beside the bot's own work, of the text that was sent."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if (seconds := guard.refuses(request)) is not None:
                told = f"too many requests: try again in {seconds} seconds"
                return _refusal(429, told, {"Retry-After": str(seconds)})
            try:
                is_get = request.method in ("GET", "HEAD")
                text = text_of_query(request) if is_get else await text_of_body(request)
                async with guard.turn():
                    form = await asyncio.to_thread(answer, text)
            except RefusedError as error:
                return _refusal(error.status, str(error))
            return web.json_response(form, headers=_HEADERS)

        return handle

    @cache
    def described() -> _Json:
        from bot.web.api.openapi import document

        return document(public_url)

    async def describe(request: web.Request) -> web.StreamResponse:
        headers = {**_HEADERS, "Cache-Control": "max-age=300"}
        return web.json_response(await asyncio.to_thread(described), headers=headers)

    return [
        web.post(f"{API}/explain", answering(explained)),
        web.get(f"{API}/lookup", answering(looked_up)),
        web.post(f"{API}/lookup", answering(looked_up)),
        web.get(f"{API}/ask", answering(asked)),
        web.post(f"{API}/ask", answering(asked)),
        web.get(f"{API}/openapi.json", describe),
    ]


def _refusal(status: int, told: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": told}, status=status, headers=_HEADERS | (headers or {}))
