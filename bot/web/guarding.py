"""How much of the web side one client gets, and how much of the machine all of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from aiohttp import web

from bot.limits import RateLimit
from bot.networks import Network
from bot.web.clients import client_of

# Pages and the API are made beside the bot's own work, which comes first.
_AT_ONCE = 2
_MOST_WAITING = 64
_RETRY_SECONDS = 10


class Guard:
    """Counts the requests of each client, and lets a few at a time do work.

    `per_minute` is what one address may ask in a minute, 0 for no limit; `proxies` are the networks
    whose `X-Forwarded-For` is believed. Belongs to one event loop.
    """

    def __init__(self, per_minute: int, proxies: Sequence[Network] = ()) -> None:
        self._limit = RateLimit(per_minute)
        self._proxies = proxies
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    def refuses(self, request: web.Request) -> int | None:
        """Count a request; the seconds after which to come back when it is one too many."""
        if self._waiting >= _MOST_WAITING:
            return _RETRY_SECONDS
        allowed = self._limit.allows(client_of(request, self._proxies))
        return None if allowed else _RETRY_SECONDS

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until there is room to work on a request."""
        self._waiting += 1
        try:
            async with self._free:
                yield
        finally:
            self._waiting -= 1
