"""A bot for several workspaces, and a browser with which people install it."""

from __future__ import annotations

import contextlib
import html
import re
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.installations.many import ManyInstallations
from bot.running import RunningBot, running
from bot.secret import Secret
from bot.settings import Settings
from bot.store.urls import DatabaseUrl
from bot.workspace.branch import Branch
from bot.workspace.server import Workspace
from bot.workspace.settings import DEFAULT_EVENTS, WorkspaceSettings
from knowledge import KnowledgeBase

LIFECYCLE = frozenset({"app_uninstalled", "tokens_revoked", "team_access_revoked"})


def workspace_settings(**values: Any) -> WorkspaceSettings:
    """Slack with an app for several workspaces, which repeats events soon."""
    return WorkspaceSettings(
        retry_delays_seconds=(0.0, 0.2, 0.5), events=DEFAULT_EVENTS | LIFECYCLE, **values
    )


def settings_for_many(workspace: Workspace, mode: str, url: DatabaseUrl, **values: Any) -> Settings:
    """Settings of a bot that is installed by OAuth."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"sqlite:///{url.address}" if url.kind == "sqlite" else url.address
    given: dict[str, Any] = {
        "slack_client_id": workspace.credentials.client_id,
        "slack_client_secret": Secret(workspace.credentials.client_secret),
        "public_url": f"http://127.0.0.1:{port}",
        "http_port": port,
        "database_url": Secret(address),
        "slack_api_url": workspace.api_url,
        "slack_timeout_seconds": 3.0,
    }
    if mode == "socket":
        given["slack_app_token"] = Secret(workspace.app_token)
    else:
        given["slack_signing_secret"] = Secret(workspace.signing_secret)
    return Settings(**{**given, **values})


@contextlib.asynccontextmanager
async def open_many(
    workspace: Workspace, base: KnowledgeBase, mode: str, url: DatabaseUrl, **values: Any
) -> AsyncIterator[RunningBot]:
    """The bot, listening to the workspace."""
    settings = settings_for_many(workspace, mode, url, **values)
    async with running(settings, base) as bot:
        if mode == "http":
            await workspace.connect_http(f"{settings.public_url}/slack/events")
        await workspace.wait_for(lambda: workspace.is_connected)
        yield bot


def installations_of(bot: RunningBot) -> ManyInstallations:
    assert isinstance(bot.bot.installations, ManyInstallations)
    return bot.bot.installations


@dataclass
class Page:
    """What a browser shows."""

    status: int
    text: str
    url: URL

    @property
    def button(self) -> str:
        """Where the button leads."""
        found = re.search(r'class="button" href="([^"]+)"', self.text)
        assert found is not None, self.text
        return html.unescape(found[1])


class Browser:
    """Keeps cookies, follows redirects."""

    def __init__(self, bot: RunningBot) -> None:
        self.address = str(bot.bot.settings.public_url)
        self._jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=URL(self.address))
        self._session = aiohttp.ClientSession(cookie_jar=self._jar)

    async def __aenter__(self) -> Browser:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def get(self, url: str, *, follow: bool = True) -> Page:
        """Open an address; one without a host is of the bot."""
        whole = url if "://" in url else self.address + url
        async with self._session.get(whole, allow_redirects=follow) as response:
            text = await response.text()
            return Page(response.status, text, URL(response.headers.get("Location", response.url)))

    async def install(self, branch: Branch, **consent: bool) -> Page:
        """Install the bot there, as a person does: our page, Slack's page, our page."""
        branch.consent(**consent)
        page = await self.get("/slack/install")
        assert page.status == 200, page.text
        return await self.get(page.button)


async def install(bot: RunningBot, *branches: Branch, is_org: bool = False) -> None:
    """Install the bot in workspaces."""
    async with Browser(bot) as browser:
        for branch in branches:
            page = await browser.install(branch, is_org=is_org)
            assert page.status == 200, page.text
