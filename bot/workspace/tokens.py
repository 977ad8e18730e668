"""Tokens: whose they are, until when, and what Slack says of those that are over."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bot.workspace.errors import ApiError
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceCredentials
from bot.workspace.teams import Team


@dataclass(slots=True)
class Grant:
    """A bot token of a workspace, or of an organisation when there is no team.

    `expires` is None for a token that does not; times are seconds since the epoch.
    """

    token: str
    team: Team | None
    enterprise: str | None = None
    refresh_token: str | None = None
    expires: float | None = None
    is_revoked: bool = False

    def covers(self, team: Team) -> bool:
        """Whether it is good in a workspace."""
        if self.team is not None:
            return self.team is team
        return self.enterprise is not None and self.enterprise == team.enterprise


class Tokens:
    """Every bot token that was ever given out."""

    def __init__(
        self, credentials: WorkspaceCredentials, team: Team, seconds: float | None
    ) -> None:
        self._seconds = seconds
        self._grants = [Grant(credentials.bot_token, team)]

    def find(self, token: str) -> Grant | None:
        """The grant of a token, None for a token that is none; ApiError when it is over."""
        for grant in self._grants:
            if grant.token == token:
                if grant.is_revoked:
                    raise ApiError("token_revoked")
                if grant.expires is not None and grant.expires < time.time():
                    raise ApiError("token_expired")
                return grant
        return None

    def is_known(self, token: str) -> bool:
        """Whether it was ever given out as a bot token."""
        return any(grant.token == token for grant in self._grants)

    def give(self, team: Team | None, enterprise: str | None) -> Grant:
        """A new token, which expires where the app has token rotation."""
        grant = Grant(f"xoxb-local-{secrets.token_hex(12)}", team, enterprise)
        if self._seconds is not None:
            grant.token = f"xoxe.{grant.token}"
            grant.refresh_token = f"xoxe-1-local-{secrets.token_hex(12)}"
            grant.expires = time.time() + self._seconds
        self._grants.append(grant)
        return grant

    def refresh(self, refresh_token: str) -> Grant:
        """A new token in the place of one that expires; each refresh token works once."""
        for grant in self._grants:
            if grant.refresh_token == refresh_token and not grant.is_revoked:
                grant.refresh_token = None
                return self.give(grant.team, grant.enterprise)
        raise ApiError("invalid_refresh_token")

    def revoke(self, team: Team | None, enterprise: str | None) -> None:
        """Revoke what was given to a workspace, or to an organisation."""
        for grant in self._grants:
            if grant.team is team and grant.enterprise == enterprise:
                grant.is_revoked = True

    def newest(self, team: Team) -> str:
        """The newest token that is good in a workspace, revoked or not."""
        return [grant.token for grant in self._grants if grant.covers(team)][-1]


def token_fields(grant: Grant, seconds: float | None) -> Payload:
    """The grant as oauth.v2.access tells it."""
    fields: Payload = {"access_token": grant.token, "token_type": "bot"}
    if grant.refresh_token is not None:
        fields |= {"refresh_token": grant.refresh_token, "expires_in": int(seconds or 0)}
    return fields
