"""The local workspace: one server, which a bot talks to as it talks to Slack.

async with Workspace() as workspace:
    ...  # a bot with workspace.api_url, workspace.bot_token and workspace.app_token
    ts = await workspace.mention("ada", "incidents", "what is 0x2F7?")
    await workspace.wait_for(lambda: workspace.replies(ts))
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.workspace.branch import Branch, Shared
from bot.workspace.faults import Faults
from bot.workspace.file_host import FileHost
from bot.workspace.guarding import guard, is_loopback
from bot.workspace.http_delivery import HttpDelivery
from bot.workspace.installing import Installing
from bot.workspace.page import Page
from bot.workspace.settings import WorkspaceCredentials, WorkspaceSettings
from bot.workspace.sockets import Sockets
from bot.workspace.state import State
from bot.workspace.teams import another
from bot.workspace.tokens import Tokens
from bot.workspace.web_api import WebApi

_MAX_BODY_BYTES = 8 * 1024 * 1024


class Workspace(Branch):
    """A workspace with its server; use it as `async with`. Everything is forgotten at the end.

    `port` 0 takes any free one; `pages` are served beside the workspace's own. Raises ValueError
    for a host that others could reach, OSError when the port is in use.
    """

    def __init__(
        self,
        port: int = 0,
        host: str = "127.0.0.1",
        settings: WorkspaceSettings | None = None,
        pages: Sequence[web.RouteDef] = (),
    ) -> None:
        if not is_loopback(host):
            raise ValueError(f"the workspace has no passwords: use 127.0.0.1 instead of {host!r}")
        self.settings = settings or WorkspaceSettings()
        self._host = host
        self._port = port
        self._pages = pages
        self._http: HttpDelivery | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        listening = _listen(self._host, self._port)
        name = f"[{self._host}]" if ":" in self._host else self._host
        self._address = f"{name}:{listening.getsockname()[1]}"
        self._build()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for branch in (self, *self.others):
            await branch.close()
        self.page.close()
        await self.sockets.close()
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The page's address, without a slash at the end."""
        return f"http://{self._address}"

    @property
    def api_url(self) -> str:
        """The Web API's address, for SLACK_API_URL."""
        return self.credentials.api_url

    @property
    def bot_token(self) -> str:
        """The bot token, for SLACK_BOT_TOKEN."""
        return self.credentials.bot_token

    @property
    def app_token(self) -> str:
        """The app-level token, for SLACK_APP_TOKEN."""
        return self.credentials.app_token

    @property
    def signing_secret(self) -> str:
        """The signing secret, for SLACK_SIGNING_SECRET."""
        return self.credentials.signing_secret

    async def connect_http(self, url: str) -> None:
        """Deliver to this request URL from now on, instead of to sockets.

        Raises RequestUrlError when it does not answer the challenge.
        """
        secret, token = self.signing_secret, self.credentials.verification_token
        delivery = HttpDelivery(url, secret, self.settings, token)
        try:
            await delivery.verify()
        except BaseException:
            await delivery.close()
            raise
        if self._http is not None:
            await self._http.close()
        self._http = delivery
        self._deliveries.transport = delivery

    async def connect_sockets(self) -> None:
        """Deliver to sockets again."""
        self._deliveries.transport = self.sockets
        if self._http is not None:
            await self._http.close()
        self._http = None

    def _build(self) -> None:
        settings = self.settings
        self.credentials = WorkspaceCredentials(api_url=f"{self.url}/api/")
        state = State()
        self.faults = Faults()
        self.sockets = Sockets(settings, self.faults, state.changes)
        tokens = Tokens(self.credentials, state.team, settings.token_seconds)
        self._shared = Shared(
            url=self.url,
            settings=settings,
            credentials=self.credentials,
            faults=self.faults,
            sockets=self.sockets,
            tokens=tokens,
            installing=Installing(self.credentials, settings, tokens, state.team),
            web_api=WebApi(state.changes, settings, self.credentials, self.faults, tokens),
        )
        Branch.__init__(self, self._shared, state)
        self.others: list[Branch] = []
        self.page = Page(self, self._views, has_pages=bool(self._pages))
        self._file_host = FileHost(self._shared)

    def add_team(self, enterprise: str | None = None) -> Branch:
        """One more workspace on this server, which may belong to an organisation (`E0ORG`).

        The app is in its channels, and hears of it when it is installed there (`consent`).
        """
        state = State(another(len(self.others) + 1, enterprise))
        branch = Branch(self._shared, state, first=self)
        # Whoever waits for a change in one of them may look at the other.
        state.changes.forward_to(self.state.changes)
        self.others.append(branch)
        return branch

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=_MAX_BODY_BYTES, middlewares=[guard()])
        app.router.add_route("*", "/api/{method}", self._web_api.handle)
        app.router.add_post("/actions/{key:.+}", self._web_api.handle_response_url)
        app.router.add_get("/link/", self.sockets.handle)
        app.router.add_get("/oauth/v2/authorize", self._shared.installing.page)
        app.router.add_get("/files-pri/{file}/{name}", self._file_host.serve)
        self.page.add_routes(app)
        app.add_routes(self._pages)
        return app


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError when the port is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=128)
    listening.setblocking(False)
    return listening
