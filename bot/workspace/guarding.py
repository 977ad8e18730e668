"""Keeping foreign web pages out: the workspace answers on loopback, and to its own page only."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_NAMES = ("localhost", "127.0.0.1", "::1")
_PRIVATE = "/workspace/"
# Edited knowledge is seen at once.
_ALWAYS = {"Cache-Control": "no-store"}
_UNLESS_STRICTER = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'"
    ),
}


def is_loopback(host: str) -> bool:
    """Whether a host can only be reached from this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def guard() -> Middleware:
    """A middleware that refuses what another site's page could send.

    A page elsewhere can send requests here, and by DNS rebinding even under its own name: so the
    Host must be a loopback name, and what drives the workspace needs the page's own Origin and
    JSON, which no foreign page can send without asking first.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        host = _host_name(request.host)
        if host not in _NAMES and not is_loopback(host):
            raise web.HTTPForbidden(text="open this page by its loopback address")
        if request.path.startswith(_PRIVATE):
            _check_origin(request)
        response = await handler(request)
        if not response.prepared:
            response.headers.update(_ALWAYS)
            for name, value in _UNLESS_STRICTER.items():
                response.headers.setdefault(name, value)
        return response

    return check


def _check_origin(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="only the workspace's own page may do this")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise web.HTTPForbidden(text="only the workspace's own page may do this")
    if request.method != "GET" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
