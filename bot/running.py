"""Running the bot: Socket Mode or HTTP, until it is told to stop.

The web application is served in both modes, for health and the JSON API.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.app import Bot, build_app
from bot.errors import StartError, StoreError
from bot.knowledge_paths import cache_folder
from bot.logs import configure_logging
from bot.settings import Settings
from bot.store.database import Database, open_database
from bot.store.urls import parse_database_url
from bot.tracing import NO_TRACING, Tracing, open_tracing
from bot.web.application import build_web
from knowledge.errors import KnowledgeError
from knowledge.loading import open_knowledge

if TYPE_CHECKING:
    from bot.socket_mode import SocketMode
    from knowledge import KnowledgeBase

log = logging.getLogger(__name__)

_CLOSE_SECONDS = 5
# Explained once at start, so that the first person who asks does not wait for the indexes.
_WARM_UP = "update failed with 0x80070005: the RPC server is unavailable (ERROR_ACCESS_DENIED)"


async def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish what was accepted; StartError when it cannot."""
    configure_logging(settings)
    stop = asyncio.Event()
    base = load_base(settings)
    tracing = open_tracing(os.environ)
    # Before the bot connects: a signal that comes meanwhile is not lost, nor is accepted work.
    with _signals(stop.set):
        async with running(settings, base, tracing) as bot:
            mode = "Socket Mode" if settings.slack_app_token else "HTTP"
            address = f"{settings.http_host}:{bot.http_port}"
            log.info("listening to Slack over %s; web on %s", mode, address)
            await bot.run_until(stop)
            log.info("stopping: %d accepted jobs to finish", bot.inbox.waiting)


@contextlib.asynccontextmanager
async def running(
    settings: Settings, base: KnowledgeBase, tracing: Tracing = NO_TRACING
) -> AsyncIterator[RunningBot]:
    """The bot, listening while the block runs; what was accepted is finished at its end."""
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.to_thread, tracing.close)
        database = await _open_store(settings)
        stack.push_async_callback(database.close)
        bot = build_app(settings, base, database, tracing)
        await bot.start()
        stack.push_async_callback(bot.stop)
        socket = None
        if settings.slack_app_token is not None:
            socket = _socket_mode(bot, settings.slack_app_token.get_secret_value())
            stack.push_async_callback(socket.stop)
            await socket.start()
            bot.metrics.watch(
                "winerr_sockets_open", "Connections to Slack that are alive.",
                lambda: socket.open_count,
            )  # fmt: skip
        port = await _serve(bot, socket, stack)
        # What comes from now on is taken, and waits on disk until somebody can answer it.
        with _loop_first():
            await bot.answering()
        warming = asyncio.create_task(asyncio.to_thread(_warm_up, base))
        stack.push_async_callback(_finish, warming)
        yield RunningBot(bot, port, socket)


class RunningBot:
    """A bot that listens; `http_port` is the port really taken (settings may say 0)."""

    def __init__(self, bot: Bot, http_port: int, socket: SocketMode | None) -> None:
        self.bot = bot
        self.inbox = bot.inbox
        self.http_port = http_port
        self.socket = socket

    async def run_until(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set; StartError when Slack cannot be reached any more."""
        if self.socket is None:
            await stop.wait()
            return
        stopping = asyncio.ensure_future(stop.wait())
        waited: set[asyncio.Future[Any]] = {stopping, self.socket.failed}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self.socket.failed.done() and not stop.is_set():
            raise StartError(f"{self.socket.failed.result()}: ending, to be started anew.")


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


@contextlib.contextmanager
def _loop_first() -> Iterator[None]:
    """Have threads that import give way to the event loop ten times as often as they would."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 10)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _warm_up(base: KnowledgeBase) -> None:
    """Build what is built when first needed; from then on it stays, so collecting skips it.

    Nothing is collected while a bot starts, and from now on again.
    """
    from knowledge.explanation import explain

    try:
        explain(_WARM_UP, base)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


async def _finish(task: asyncio.Task[None]) -> None:
    """Wait for a task whose failure would show again, with its reason, at the first question."""
    await asyncio.gather(task, return_exceptions=True)


def _socket_mode(bot: Bot, app_token: str) -> SocketMode:
    # HTTP mode does not need it.
    from bot.socket_mode import SocketMode

    return SocketMode(bot.dispatcher, bot.client, app_token, bot.settings.sockets)


async def _serve(bot: Bot, socket: SocketMode | None, stack: contextlib.AsyncExitStack) -> int:
    def is_connected() -> bool:
        return socket is None or socket.open_count > 0

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
