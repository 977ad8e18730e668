"""GET /codes…: pages over HTTP, with what a browser may keep and what it may load."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from aiohttp import web

from bot.web.guarding import Guard
from bot.web.pages.paths import ASSETS, MAX_QUERY_CHARS, ROOT

if TYPE_CHECKING:
    from bot.web.pages.site import Page, Site

_KEPT = 256
_MOST_PATH_CHARS = 400
_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
# Knowledge changes with a release or an overlay: a browser asks again after five minutes.
_FRESH = "max-age=300"
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page ready to be sent, whole and compressed."""

    page: Page
    body: bytes
    small: bytes
    mark: str


class PageEndpoints:
    """The routes of the pages; what was rendered is kept, the latest 256 pages of codes.

    `open_site` is called in a thread, for the first request: a bot that starts has Slack to answer
    first, and one whose pages nobody reads needs no templates.
    """

    def __init__(self, open_site: Callable[[], Site], guard: Guard) -> None:
        self._open_site = open_site
        self._guard = guard
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Everything under /codes; HEAD is answered like GET, without the body."""
        return [
            web.get(ROOT, self._index),
            web.get(f"{ROOT}/", self._to_index),
            web.get(f"{ASSETS}/{{name}}", self._asset),
            web.get(f"{ROOT}/{{family}}", self._family),
            web.get(f"{ROOT}/{{family}}/{{slug}}", self._code),
            web.get(f"{ROOT}/{{rest:.*}}", self._nothing),
        ]

    @cached_property
    def _site(self) -> Site:
        return self._open_site()

    async def _index(self, request: web.Request) -> web.StreamResponse:
        text = request.query.get("q", "").strip()
        if not text:
            return await self._answer(request, "", lambda: self._site.index())
        if len(text) > MAX_QUERY_CHARS:
            words = (
                f"Search takes {MAX_QUERY_CHARS:,} characters: cut it to the lines of the error."
            )
            return await self._problem(request, 400, "Too long", words)
        return await self._answer(request, None, lambda: self._site.search(text))

    async def _to_index(self, request: web.Request) -> web.StreamResponse:
        raise web.HTTPMovedPermanently(ROOT)

    async def _family(self, request: web.Request) -> web.StreamResponse:
        family, number = request.match_info["family"], request.query.get("page", "1")
        if not _PAGE_NUMBER.fullmatch(number):
            words = "Pages of a family are numbered from 1."
            return await self._problem(request, 404, "No such page", words)
        key = f"{family}?{number}"
        return await self._answer(request, key, lambda: self._site.family(family, int(number)))

    async def _code(self, request: web.Request) -> web.StreamResponse:
        family, slug = request.match_info["family"], request.match_info["slug"]
        if len(request.raw_path) > _MOST_PATH_CHARS or not (family + slug).isprintable():
            return await self._nothing(request)
        key = f"{family}/{slug}"
        return await self._answer(request, key, lambda: self._site.code(family, slug))

    async def _nothing(self, request: web.Request) -> web.StreamResponse:
        words = (
            "Codes stand under /codes/FAMILY/NAME, such as /codes/win32/ERROR_ACCESS_DENIED."
            " Search for yours above."
        )
        return await self._problem(request, 404, "Not found", words)

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        site = await asyncio.to_thread(lambda: self._site)
        asset = site.assets.get(request.match_info["name"])
        if asset is None:
            return await self._nothing(request)
        response = web.Response(
            text=asset.text, content_type=asset.content_type, headers=SECURITY_HEADERS
        )
        response.headers["Cache-Control"] = "max-age=31536000, immutable"
        response.enable_compression()
        return response

    async def _problem(
        self, request: web.Request, status: int, title: str, words: str
    ) -> web.StreamResponse:
        return await self._answer(request, None, lambda: self._site.problem(status, title, words))

    async def _answer(
        self, request: web.Request, key: str | None, render: Callable[[], Page]
    ) -> web.StreamResponse:
        """Send a page: a kept one, or a new one that is made beside the bot's own work."""
        kept = self._kept.get(key) if key is not None else None
        if kept is None:
            if (seconds := self._guard.refuses(request)) is not None:
                return await asyncio.to_thread(lambda: _too_many(self._site, seconds))
            async with self._guard.turn():
                kept = await asyncio.to_thread(lambda: _prepared(render()))
            if key is not None and kept.page.status == 200:
                self._kept[key] = kept
        if key in self._kept:
            self._kept.move_to_end(str(key))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return _response(request, kept)


def _prepared(page: Page) -> _Kept:
    body = page.text.encode("utf-8", "replace")
    small = gzip.compress(body, 6, mtime=0)
    return _Kept(page, body, small, hashlib.sha256(body).hexdigest()[:32])


def _response(request: web.Request, kept: _Kept) -> web.StreamResponse:
    page = kept.page
    headers = {**SECURITY_HEADERS, "Vary": "Accept-Encoding"}
    if page.location is not None:
        # What is exact today stays where it is; where a search leads may change.
        headers |= {"Location": page.location, "Cache-Control": _FRESH}
        return web.Response(status=page.status, headers=headers)
    headers["Cache-Control"] = _FRESH if page.status == 200 else "no-store"
    if page.status == 200:
        # Weak: the same page, compressed or not.
        headers["ETag"] = f'W/"{kept.mark}"'
        asked = request.if_none_match or ()
        if any(tag.value in (kept.mark, "*") for tag in asked):
            return web.Response(status=304, headers=headers)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "").lower()
    if takes_gzip:
        headers["Content-Encoding"] = "gzip"
    return web.Response(
        status=page.status,
        body=kept.small if takes_gzip else kept.body,
        content_type="text/html",
        charset="utf-8",
        headers=headers,
    )


def _too_many(site: Site, seconds: int) -> web.Response:
    page = site.problem(429, "Too many at once", f"Try again in {seconds} seconds.")
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", "Retry-After": str(seconds)}
    return web.Response(status=429, text=page.text, content_type="text/html", headers=headers)
