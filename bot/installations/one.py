"""One workspace: that of SLACK_BOT_TOKEN."""

from __future__ import annotations

import logging

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StartError
from bot.installations.base import Installations
from bot.installations.installation import Installation
from bot.outcomes import GivenUp, Outcome
from bot.policy import Identity
from bot.settings import Settings
from bot.slack_client import call_at_start
from bot.tenant import Tenant

log = logging.getLogger(__name__)


class OneInstallation(Installations):
    """The same installation for whatever is delivered: Slack delivers nothing else."""

    def __init__(self, settings: Settings, client: AsyncWebClient) -> None:
        self._token = settings.slack_bot_token
        self._client = client
        self._one: Installation | None = None

    async def start(self) -> None:
        """Ask Slack who we are, so that no event has to wait for it."""
        if self._token is None:
            raise StartError(
                "No Slack token is set: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs: README,"
                " Install in Slack), or try `winerr workspace`, which needs none."
            )
        answer = await call_at_start(self._client, self._client.auth_test(), "SLACK_BOT_TOKEN")
        team, user = str(answer.get("team_id") or ""), str(answer.get("user_id") or "")
        self._one = Installation(
            enterprise=answer.get("enterprise_id"),
            team=team,
            identity=Identity(team, user, answer.get("bot_id")),
            token=self._token.get_secret_value(),
        )
        self.is_ready = True
        log.info("I am user %s of workspace %s", user, team)

    async def stop(self) -> None:
        """Nothing is held."""

    async def find(self, tenant: Tenant) -> Installation | None:
        """The one; None before `start`."""
        return self._one

    async def token_refused(self, installation: Installation, code: str) -> Outcome:
        """There is no other token to try."""
        return GivenUp(f"Slack refuses SLACK_BOT_TOKEN ({code})")
