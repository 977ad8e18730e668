"""Installing by OAuth: what people agree to, and what the app gets for it.

Sources: docs.slack.dev/authentication/installing-with-oauth, …/using-token-rotation,
…/reference/methods/oauth.v2.access, …/reference/events/app_uninstalled.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.workspace.calls import Call
from bot.workspace.errors import ApiError
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceCredentials, WorkspaceSettings
from bot.workspace.state import ADA, APP
from bot.workspace.teams import Team
from bot.workspace.tokens import Tokens, token_fields


@dataclass(slots=True)
class Consent:
    """What the person at the page of Slack will do: install here, in the organisation, or not."""

    team: Team
    is_org: bool = False
    cancels: bool = False


@dataclass(slots=True)
class _Code:
    consent: Consent
    redirect_uri: str
    scope: str
    is_used: bool = False


class Installing:
    """The page of Slack and oauth.v2.access; `consent` is what its person will do next."""

    def __init__(
        self,
        credentials: WorkspaceCredentials,
        settings: WorkspaceSettings,
        tokens: Tokens,
        home: Team,
    ) -> None:
        self.consent = Consent(home)
        self._credentials = credentials
        self._seconds = settings.token_seconds
        self._scopes = settings.scopes
        self._tokens = tokens
        self._codes: dict[str, _Code] = {}

    async def page(self, request: web.Request) -> web.StreamResponse:
        """GET /oauth/v2/authorize: the person agrees or cancels, and is sent back to the app."""
        query = request.query
        wrong = self._fault_of(query)
        if wrong is not None:
            raise web.HTTPBadRequest(text=wrong)
        back = {"state": query.get("state", "")}
        if self.consent.cancels:
            back["error"] = "access_denied"
        else:
            code = secrets.token_hex(10)
            self._codes[code] = _Code(self.consent, query["redirect_uri"], query["scope"])
            back["code"] = code
        raise web.HTTPFound(f"{query['redirect_uri']}?{urlencode(back)}")

    def access(self, call: Call) -> Payload:
        """oauth.v2.access"""
        if call.args.get("client_id") != self._credentials.client_id:
            raise ApiError("invalid_client_id")
        if call.args.get("client_secret") != self._credentials.client_secret:
            raise ApiError("bad_client_secret")
        if call.optional_text("grant_type") == "refresh_token":
            grant = self._tokens.refresh(call.text("refresh_token"))
            return {**token_fields(grant, self._seconds), "app_id": APP}
        return self._exchange(call)

    def _exchange(self, call: Call) -> Payload:
        code = self._codes.get(call.text("code"))
        if code is None:
            raise ApiError("invalid_code")
        if code.is_used:
            raise ApiError("code_already_used")
        if call.optional_text("redirect_uri") != code.redirect_uri:
            raise ApiError("bad_redirect_uri")
        code.is_used = True
        team, is_org = code.consent.team, code.consent.is_org
        team.is_org_install = is_org
        grant = self._tokens.give(None if is_org else team, team.enterprise if is_org else None)
        organisation = {"id": team.enterprise, "name": "Org"} if team.enterprise else None
        return {
            **token_fields(grant, self._seconds),
            "app_id": APP,
            "scope": code.scope,
            "bot_user_id": team.bot_user,
            "team": None if is_org else {"id": team.id, "name": team.name},
            "enterprise": organisation,
            "is_enterprise_install": is_org,
            "authed_user": {"id": team.own_id(ADA)},
        }

    def _fault_of(self, query: Mapping[str, str]) -> str | None:
        if query.get("client_id") != self._credentials.client_id:
            return "invalid client_id"
        if not query.get("redirect_uri"):
            return "no redirect_uri"
        unknown = set(query.get("scope", "").split(",")) - self._scopes
        return f"invalid_scope: {', '.join(sorted(unknown))}" if unknown else None
