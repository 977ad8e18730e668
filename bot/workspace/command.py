"""`winerr workspace`: the server, and in it the real bot over real Socket Mode."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

from bot.errors import StartError
from bot.logs import configure_logging
from bot.manifest import manifest
from bot.running import load_base, running
from bot.settings import ChannelPolicy, Settings, load_settings
from bot.web.guarding import Guard
from bot.workspace.server import Workspace
from bot.workspace.settings import WorkspaceCredentials, settings_from_manifest
from knowledge import KnowledgeBase

StartBot = Callable[[WorkspaceCredentials], AbstractAsyncContextManager[Any]]

# So that a posted alert is answered in the channels that the bot is in, as it is where people
# have set it up.
_POLICIES: dict[str, ChannelPolicy] = {"C0INCIDENT": "alerts", "C0ALERTS01": "alerts"}


async def serve_workspace(host: str, port: int) -> None:
    """Serve the workspace with winerr in it until SIGTERM or Ctrl-C.

    Raises SettingsError, StartError, and OSError when the port is in use.
    """
    settings = load_settings()
    base = await asyncio.to_thread(load_base, settings)
    pages = page_routes(base) if settings.pages else ()
    start_bot = partial(_real_bot, base)
    await run_workspace(host, port, start_bot, stop=asyncio.Event(), pages=pages)


async def run_workspace(
    host: str,
    port: int,
    start_bot: StartBot,
    *,
    stop: asyncio.Event,
    out: TextIO | None = None,
    pages: Sequence[web.RouteDef] = (),
) -> None:
    """Serve the workspace with any bot in it until `stop` is set, SIGTERM or Ctrl-C.

    The address is printed when the bot listens; `pages` are served beside the workspace's own.
    StartError when others could reach the host.
    """
    try:
        # Slack's limit on posts is felt here too, so that nobody is surprised by it later.
        settings = replace(settings_from_manifest(manifest()), posts_per_second=1.0)
        workspace = Workspace(port, host, settings, pages)
    except ValueError as error:
        raise StartError(str(error)) from error
    with _signals(stop.set):
        async with workspace, start_bot(workspace.credentials):
            print(_greeting(workspace.url), file=out or sys.stdout, flush=True)
            await stop.wait()


@asynccontextmanager
async def _real_bot(base: KnowledgeBase, credentials: WorkspaceCredentials) -> AsyncIterator[None]:
    # The workspace forgets everything when it ends, and so does its bot.
    with tempfile.TemporaryDirectory(prefix="winerr-") as folder:
        settings = bot_settings(credentials, Path(folder), credentials.url)
        configure_logging(settings)
        async with running(settings, base):
            yield


def page_routes(base: KnowledgeBase) -> list[web.RouteDef]:
    """The pages of codes, for the workspace to serve: so the links of answers lead somewhere."""
    # Only here: they need Jinja2.
    from bot.web.pages.endpoints import PageEndpoints
    from bot.web.pages.site import Site

    return PageEndpoints(lambda: Site(base), Guard(0)).routes()


def bot_settings(
    credentials: WorkspaceCredentials, folder: Path, public_url: str | None = None
) -> Settings:
    """The settings of the environment, with the workspace in the place of Slack.

    What the bot stores goes into `folder`; `public_url` is where the pages of codes are.
    """
    given = load_settings()
    replaced: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'winerr.db'}",
        "slack_bot_token": credentials.bot_token,
        "slack_app_token": credentials.app_token,
        "slack_signing_secret": credentials.signing_secret,
        "slack_client_id": None,
        "slack_client_secret": None,
        "public_url": public_url,
        "slack_api_url": credentials.api_url,
        "http_port": 0,
    }
    if not given.channel_policies:
        replaced["channel_policies"] = _POLICIES
    return replace(given, **replaced)


def _greeting(url: str) -> str:
    return (
        f"The local workspace is at {url}\n"
        "It stands in for Slack on this machine: type /winerr 0x2F7 there, mention @winerr,"
        " or post an alert. Ctrl-C ends it and forgets everything."
    )


@contextmanager
def _signals(on_stop: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, on_stop)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)
