"""GET /slack/install and /slack/oauth_redirect: what a browser sees of an installation."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.app import Bot
from bot.errors import StoreError
from bot.installations.flow import INSTALL_PATH, REDIRECT_PATH, InstallError, InstallFlow
from bot.installations.many import ManyInstallations
from bot.installations.pages import SECURITY_HEADERS, broken_page, busy_page
from bot.limits import RateLimit

log = logging.getLogger(__name__)

# Each view of the page writes a row that stays for ten minutes.
_VIEWS_PER_MINUTE = 120


def install_routes(bot: Bot) -> list[web.RouteDef]:
    """The two routes of a bot for several workspaces.

    HEAD is not answered: it would begin an installation that nobody sees.
    """
    if not isinstance(bot.installations, ManyInstallations):
        return []
    flow = InstallFlow(bot.installations, bot.client)
    limit = RateLimit(_VIEWS_PER_MINUTE)

    async def install(request: web.Request) -> web.StreamResponse:
        if not limit.allows("install"):
            return _html(429, busy_page())
        return await _answered(request, flow.handle_installation)

    async def redirect(request: web.Request) -> web.StreamResponse:
        return await _answered(request, flow.handle_callback)

    return [
        web.get(INSTALL_PATH, install, allow_head=False),
        web.get(REDIRECT_PATH, redirect, allow_head=False),
    ]


async def _answered(
    request: web.Request, handle: Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]
) -> web.StreamResponse:
    try:
        bolt_request = AsyncBoltRequest(
            body="", query=request.query_string, headers=dict(request.headers)
        )
        response = await to_aiohttp_response(await handle(bolt_request))
    except InstallError as error:
        return _broken(502, error.reason, error)
    except StoreError as error:
        return _broken(503, "store_error", error)
    response.headers.update(SECURITY_HEADERS)
    return response


def _broken(status: int, reason: str, error: Exception) -> web.Response:
    reference = secrets.token_hex(4)
    log.error("an installation failed, reference %s: %s", reference, error)
    return _html(status, broken_page(reason, reference))


def _html(status: int, text: str) -> web.Response:
    return web.Response(
        status=status, text=text, content_type="text/html", headers=SECURITY_HEADERS
    )
