"""One workspace with all of its parts; several share the app's connections and its Web API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.workspace.calls import Call
from bot.workspace.chat_methods import ChatMethods
from bot.workspace.delivering import Deliveries, SameTransport
from bot.workspace.driving import Driving
from bot.workspace.faults import Faults
from bot.workspace.handles import ResponseUrls, Triggers
from bot.workspace.installing import Installing
from bot.workspace.interactions import Interactions, Parts
from bot.workspace.posting import Posting
from bot.workspace.read_methods import ReadMethods
from bot.workspace.settings import WorkspaceCredentials, WorkspaceSettings
from bot.workspace.sockets import Sockets
from bot.workspace.state import State
from bot.workspace.steps import Steps
from bot.workspace.teams import Team
from bot.workspace.tokens import Tokens
from bot.workspace.view_methods import ViewMethods
from bot.workspace.views import Views
from bot.workspace.web_api import Method, WebApi, methods_of


@dataclass(frozen=True, slots=True)
class Shared:
    """What all workspaces of a server have in common; `url` has no slash at its end."""

    url: str
    settings: WorkspaceSettings
    credentials: WorkspaceCredentials
    faults: Faults
    sockets: Sockets
    tokens: Tokens
    installing: Installing
    web_api: WebApi


class Branch(Driving):
    """A workspace; the app is where `first` delivers to, which is None for the first itself."""

    def __init__(self, shared: Shared, state: State, first: Branch | None = None) -> None:
        settings, token = shared.settings, shared.credentials.verification_token
        self.settings = settings
        self.state = state
        self.sockets = shared.sockets
        self.faults = shared.faults
        self._shared = shared
        transport = shared.sockets if first is None else SameTransport(first._deliveries)
        self._deliveries = Deliveries(
            settings, transport, shared.faults, state.changes, token, state.team
        )
        self._posting = Posting(state, self._deliveries, settings, shared.url)
        self.triggers = Triggers(settings)
        self.urls = ResponseUrls(state, self._posting, settings, shared.url)
        self._views = Views(state)
        self._web_api = shared.web_api
        parts = Parts(
            state=state,
            deliveries=self._deliveries,
            posting=self._posting,
            triggers=self.triggers,
            urls=self.urls,
            views=self._views,
            token=token,
            tells_home="app_home_opened" in settings.events,
        )
        self._interactions = Interactions(parts)
        self._steps = Steps(state, settings, self._deliveries)
        self.methods = self._methods()
        shared.web_api.branches.append(self)

    @property
    def team(self) -> Team:
        """Which workspace it is."""
        return self.state.team

    @property
    def newest_token(self) -> str:
        """The newest bot token that is good here."""
        return self._shared.tokens.newest(self.team)

    def knows(self, call: Call) -> bool:
        """Whether what a call names is here."""
        args = call.args
        channel = args.get("channel") or args.get("channel_id")
        if channel in self.state.channels or args.get("function_execution_id") in self.state.steps:
            return True
        return self.triggers.knows(args.get("trigger_id"))

    def consent(self, *, is_org: bool = False, cancels: bool = False) -> None:
        """Who is sent to Slack's page from now on installs the app here, or does not."""
        installing = self._shared.installing
        installing.consent.team = self.team
        installing.consent.is_org, installing.consent.cancels = is_org, cancels

    def revoke_tokens(self, *, tell: bool = True) -> None:
        """Revoke the app's tokens here (its organisation's), and tell it so if it may know."""
        is_org = self.team.is_org_install
        self._shared.tokens.revoke(None if is_org else self.team, self._enterprise)
        if tell:
            tokens = {"oauth": [], "bot": [self.team.bot_user]}
            self._tell({"type": "tokens_revoked", "tokens": tokens})

    def uninstall(self) -> None:
        """Take the app away: its tokens are revoked, and it is told so twice, as Slack does."""
        self.revoke_tokens()
        self._tell({"type": "app_uninstalled"})

    def tell_uninstalled(self, ts: str) -> None:
        """Tell the app of an uninstall at another time, as a late repetition does."""
        self._deliveries.send_lifecycle({"type": "app_uninstalled"}, ts)

    def withdraw(self) -> None:
        """Take the app of the organisation away from this workspace."""
        self._tell({"type": "team_access_revoked", "team_ids": [self.team.id]})

    async def close(self) -> None:
        """Give up what is to be delivered."""
        await self._deliveries.close()

    @property
    def _enterprise(self) -> str | None:
        return self.team.enterprise if self.team.is_org_install else None

    def _tell(self, event: dict[str, object]) -> None:
        if event["type"] in self.settings.events:
            self._deliveries.send_lifecycle(event, self.state.clock.ts())

    def _methods(self) -> Mapping[str, Method]:
        shared, scopes = self._shared, self.settings.scopes
        chat = ChatMethods(self.state, self._posting, scopes, shared.url)
        read = ReadMethods(self.state, chat, scopes, shared.url)
        view = ViewMethods(self.state, chat, self._views, self.triggers, self.settings.agent_view)
        socket_url = shared.url.replace("http", "ws", 1)
        methods = methods_of(chat, read, view, self._steps, shared.sockets, socket_url)
        return {**methods, "oauth.v2.access": Method(shared.installing.access, caller="anyone")}
