"""When somebody uninstalls the app, its installation goes, and all that is kept of the workspace.

Sources: docs.slack.dev/reference/events/app_uninstalled, …/tokens_revoked, …/team_access_revoked.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.incoming import Payload, as_dict, as_id
from bot.installations.base import tenant_of
from bot.slack_client import TOKEN_REFUSED, error_code
from bot.store.database import Database, Transaction
from bot.store.forgetting import forget_installation, forget_team
from bot.tenant import Tenant

if TYPE_CHECKING:
    from bot.installations.many import ManyInstallations

log = logging.getLogger(__name__)


class Leaving:
    """Forgets workspaces. Each is forgotten before Slack gets its 200: StoreError, and Slack says
    it again."""

    def __init__(
        self, installations: ManyInstallations, database: Database, client: AsyncWebClient
    ) -> None:
        self._installations = installations
        self._database = database
        self._client = client

    def register(self, app: AsyncApp) -> None:
        """Listen to what Slack says when an app is taken away."""

        async def on_uninstalled(body: dict[str, Any], context: AsyncBoltContext) -> None:
            await self.uninstalled(tenant_of(context, body), body)

        async def on_revoked(body: dict[str, Any], context: AsyncBoltContext) -> None:
            await self.revoked(tenant_of(context, body), body)

        async def on_access_revoked(body: dict[str, Any]) -> None:
            await self.access_revoked(body)

        app.event("app_uninstalled")(on_uninstalled)
        app.event("tokens_revoked")(on_revoked)
        app.event("team_access_revoked")(on_access_revoked)

    async def uninstalled(self, tenant: Tenant, body: Payload) -> None:
        """The app was removed from a workspace or an organisation."""
        bot = await self._installations.find_stored(tenant)
        # The event says neither which token is gone, nor always that it was an organisation's.
        is_plain = bot is None or (_is_of(bot, tenant) and _is_older(bot, body))
        if bot is None or is_plain or not await self._is_alive(bot):
            await self._forget(tenant, bot)
        elif bot.team_id is None and tenant.team:
            await self._forget_teams([tenant.team])
        else:
            log.info("%s was uninstalled earlier and is installed again", _name(bot))

    async def revoked(self, tenant: Tenant, body: Payload) -> None:
        """Tokens were revoked; only when it was ours, and the one that we have now, is it over."""
        tokens = as_dict(as_dict(body.get("event")).get("tokens")).get("bot")
        bot = await self._installations.find_stored(tenant)
        if bot is None or not isinstance(tokens, list) or bot.bot_user_id not in tokens:
            return
        if await self._is_alive(bot):
            log.info("an earlier token of %s was revoked", _name(bot))
            return
        await self._forget(tenant, bot)

    async def access_revoked(self, body: Payload) -> None:
        """An organisation took the app away from some of its workspaces."""
        event = as_dict(body.get("event"))
        event = as_dict(event.get("event")) or event
        named = event.get("team_ids")
        await self._forget_teams(
            [team for team in map(as_id, named if isinstance(named, list) else []) if team]
        )

    async def _forget_teams(self, teams: list[str]) -> None:
        def work(tx: Transaction) -> None:
            for team in teams:
                forget_team(tx, team)

        await self._database.run(work)
        for team in teams:
            self._installations.forget_team(team)
        log.info("no access any more, so all that was kept of it is deleted: %s", ", ".join(teams))

    async def _forget(self, tenant: Tenant, bot: Bot | None) -> None:
        if bot is not None:
            enterprise, team = bot.enterprise_id, bot.team_id
        else:
            # Forgotten before; what was accepted meanwhile goes too.
            enterprise, team = tenant.enterprise, None if tenant.is_org else tenant.team or None
        teams = await self._database.run(lambda tx: forget_installation(tx, enterprise, team))
        self._installations.forget(enterprise, team)
        name = f"organisation {enterprise}" if team is None else "a workspace"
        log.info("%s has uninstalled winerr, so all that was kept of it is deleted: %s",
                 name, ", ".join(teams))  # fmt: skip

    async def _is_alive(self, bot: Bot) -> bool:
        """Whether Slack still takes the token; True as well when Slack cannot be asked."""
        try:
            await self._client.auth_test(token=bot.bot_token)
        except SlackApiError as error:
            return error_code(error) not in TOKEN_REFUSED
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("whether %s has uninstalled cannot be asked: %s", _name(bot),
                        type(error).__name__)  # fmt: skip
        return True


def _is_of(bot: Bot, tenant: Tenant) -> bool:
    """Whether it is the installation that the event names, and not one that covers it."""
    return bot.team_id is None if tenant.is_org else bot.team_id == tenant.team


def _is_older(bot: Bot, body: Payload) -> bool:
    """Whether the installation was there before the event: else the event is about another one."""
    at = body.get("event_time")
    return isinstance(at, int | float) and bot.installed_at <= at


def _name(bot: Bot) -> str:
    return f"workspace {bot.team_id}" if bot.team_id else f"organisation {bot.enterprise_id}"
