"""The aiohttp application: routes, and one place where every other failure becomes an answer."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import Bot
from bot.web.api.endpoints import api_routes
from bot.web.guarding import Guard
from bot.web.pages.endpoints import PageEndpoints
from bot.web.slack_endpoint import BODY_BYTES, Handler, slack_endpoint

if TYPE_CHECKING:
    from bot.web.pages.site import Site

log = logging.getLogger(__name__)


def build_web(bot: Bot, is_connected: Callable[[], bool] = lambda: True) -> web.Application:
    """The application; `is_connected` says whether Slack can reach us (Socket Mode's socket)."""
    application = web.Application(client_max_size=BODY_BYTES, middlewares=[_plain_errors])
    application.add_routes(
        [
            web.get("/healthz", _health),
            web.get("/readyz", _readiness(bot, is_connected)),
            web.get("/metrics", _metrics(bot)),
        ]
    )
    guard = Guard(bot.settings.web_per_minute, bot.settings.trusted_proxies)
    if bot.settings.api:
        application.add_routes(api_routes(bot.knowledge, guard, bot.settings.public_url))
    if bot.settings.pages:
        application.add_routes(PageEndpoints(lambda: _site(bot), guard).routes())
    signing_secrets = bot.settings.signing_secrets
    if signing_secrets:
        endpoint = slack_endpoint(bot.dispatcher, signing_secrets, bot.metrics)
        application.add_routes([web.post("/slack/events", endpoint)])
    if bot.settings.oauth is not None:
        # Only here: it needs SQLAlchemy.
        from bot.web.install_endpoint import install_routes

        application.add_routes(install_routes(bot))
    return application


def _site(bot: Bot) -> Site:
    # Only when a page is asked for: it needs Jinja2.
    from bot.web.pages.site import Site

    return Site(bot.knowledge, bot.settings.public_url)


async def _health(request: web.Request) -> web.StreamResponse:
    """The process is alive."""
    return web.json_response({"status": "ok"})


def _metrics(bot: Bot) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": bot.metrics.content_type}
        return web.Response(body=bot.metrics.text(), headers=headers)

    return handle


def _readiness(bot: Bot, is_connected: Callable[[], bool]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        checks = {
            "slack": bot.is_ready,
            "connection": is_connected(),
            "inbox": bot.inbox.is_open,
            "store": bot.inbox.is_stored,
        }
        ready = all(checks.values())
        body = {"status": "ready" if ready else "not ready", "checks": checks}
        return web.json_response(body, status=200 if ready else 503)

    return handle


@web.middleware
async def _plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in JSON what aiohttp says in HTML; what breaks gets a reference, not a traceback."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        kept = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.json_response({"error": error.reason}, status=error.status, headers=kept)
    except Exception as error:
        if error is request.content.exception():
            # Whoever sent it went away, or the body is not what the headers say.
            log.warning("the body of a request cannot be read: %s", type(error).__name__)
            refusal = web.json_response({"error": "the body cannot be read"}, status=400)
            refusal.force_close()
            return refusal
        reference = secrets.token_hex(4)
        log.exception("a request failed, reference %s", reference)
        body = {"error": "something broke here", "reference": reference}
        return web.json_response(body, status=500)
