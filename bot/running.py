"""Running the bot: Socket Mode or HTTP, until it is told to stop.

The web application is served in both modes, for health and the JSON API.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import Bot, build_app, call_at_start, proxy_for
from bot.errors import StartError, StoreError
from bot.knowledge_paths import cache_folder
from bot.logs import configure_logging
from bot.settings import Settings
from bot.store.database import Database, open_database
from bot.store.urls import parse_database_url
from bot.web.application import build_web
from knowledge import KnowledgeBase, KnowledgeError, explain, open_knowledge

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

log = logging.getLogger(__name__)

_PING_SECONDS = 10
_CLOSE_SECONDS = 5
# Explained once at start, so that the first person who asks does not wait for the indexes.
_WARM_UP = "update failed with 0x80070005: the RPC server is unavailable (ERROR_ACCESS_DENIED)"


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish what was accepted; StartError when it cannot."""
    configure_logging(settings)
    stop = asyncio.Event()
    base = load_base(settings)
    # Before the bot connects: a signal that comes meanwhile is not lost, nor is accepted work.
    with _signals(stop.set):
        async with running(settings, base) as bot:
            mode = "Socket Mode" if settings.slack_app_token else "HTTP"
            address = f"{settings.http_host}:{bot.http_port}"
            log.info("listening to Slack over %s; web on %s", mode, address)
            await stop.wait()
            log.info("stopping: %d accepted jobs to finish", bot.inbox.waiting)


@contextlib.asynccontextmanager
async def running(settings: Settings, base: KnowledgeBase) -> AsyncIterator[RunningBot]:
    """The bot, listening while the block runs; what was accepted is finished at its end."""
    async with contextlib.AsyncExitStack() as stack:
        database = await _open_store(settings)
        stack.push_async_callback(database.close)
        bot = build_app(settings, base, database)
        warming = asyncio.create_task(asyncio.to_thread(_warm_up, base))
        stack.push_async_callback(_finish, warming)
        await bot.start()
        stack.push_async_callback(bot.stop)
        socket = None
        if settings.slack_app_token is not None:
            socket = await _open_socket(bot, settings.slack_app_token.get_secret_value())
            stack.push_async_callback(_close_socket, socket)
        port = await _serve(bot, socket, stack)
        yield RunningBot(bot, port)


class RunningBot:
    """A bot that listens; `http_port` is the port really taken (settings may say 0)."""

    def __init__(self, bot: Bot, http_port: int) -> None:
        self.bot = bot
        self.inbox = bot.inbox
        self.http_port = http_port


def load_base(settings: Settings) -> KnowledgeBase:
    """Open the knowledge with the overlays of the settings; StartError when it has faults."""
    try:
        return open_knowledge(settings.knowledge_dirs, settings.cache_dir or cache_folder(""))
    except (KnowledgeError, OSError) as error:
        raise StartError(f"the knowledge cannot be opened: {error}") from error


async def _open_store(settings: Settings) -> Database:
    try:
        return await open_database(parse_database_url(settings.database_url.get_secret_value()))
    except StoreError as error:
        raise StartError(str(error)) from error


def _warm_up(base: KnowledgeBase) -> None:
    """Build what is built when first needed; from then on it stays, so collecting skips it."""
    explain(_WARM_UP, base)
    gc.collect()
    gc.freeze()


async def _finish(task: asyncio.Task[None]) -> None:
    """Wait for a task whose failure would show again, with its reason, at the first question."""
    await asyncio.gather(task, return_exceptions=True)


async def _open_socket(bot: Bot, app_token: str) -> AsyncSocketModeHandler:
    # HTTP mode does not need it, and it costs a third of a second to import.
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

    # Asked once by ourselves: the client would try a refused token again and again for ever.
    opening = bot.client.apps_connections_open(app_token=app_token)
    answer = await call_at_start(bot.client, opening, "SLACK_APP_TOKEN")
    handler = AsyncSocketModeHandler(
        bot.bolt, app_token, web_client=bot.client, ping_interval=_PING_SECONDS
    )
    handler.client.wss_uri = answer.get("url")
    handler.client.proxy = proxy_for(bot.client.base_url)
    try:
        connecting = handler.connect_async()  # type: ignore[no-untyped-call]
        await asyncio.wait_for(connecting, bot.settings.slack_timeout_seconds)
    except TimeoutError as error:
        await _close_socket(handler)
        raise StartError(
            "Slack's socket cannot be reached: check that the network and the proxy let"
            " WebSocket connections through, or use HTTP mode (SLACK_SIGNING_SECRET)."
        ) from error
    return handler


async def _close_socket(handler: AsyncSocketModeHandler) -> None:
    client = handler.client
    tasks = [client.message_processor, client.message_receiver, client.current_session_monitor]
    with contextlib.suppress(TimeoutError):
        # Its close can hang on a dead connection.
        closing = handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.wait_for(closing, _CLOSE_SECONDS)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


async def _serve(
    bot: Bot, socket: AsyncSocketModeHandler | None, stack: contextlib.AsyncExitStack
) -> int:
    def is_connected() -> bool:
        session = socket.client.current_session if socket else None
        return socket is None or (session is not None and not session.closed)

    host, port = bot.settings.http_host, bot.settings.http_port
    runner = web.AppRunner(
        build_web(bot, is_connected), access_log=None, shutdown_timeout=_CLOSE_SECONDS
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise StartError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): another program has it,"
            " or this machine has no such address. Set WINERR_HTTP_PORT or WINERR_HTTP_HOST."
        ) from error
    return int(runner.addresses[0][1])


@contextlib.contextmanager
def _signals(on_stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_stop)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
