"""Installing the app by OAuth: Bolt's flow, with our stores and pages that say what to do next.

Sources: docs.slack.dev/authentication/installing-with-oauth, …/reference/methods/oauth.v2.access.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import aiohttp
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.web.async_client import AsyncWebClient

from bot.installations import pages
from bot.installations.store import STATE_SECONDS, StateStore
from bot.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from bot.slack_client import error_code

if TYPE_CHECKING:
    from bot.installations.many import ManyInstallations

log = logging.getLogger(__name__)

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


class InstallError(Exception):
    """An installation that failed: `reason` in Slack's words, which may be shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow; what it does not tell apart is told apart here, and no code is ever logged."""

    def __init__(self, installations: ManyInstallations, client: AsyncWebClient) -> None:
        app = installations.app
        settings = AsyncOAuthSettings(
            client_id=app.client_id,
            client_secret=app.client_secret.get_secret_value(),
            scopes=[*BOT_SCOPES, *OPTIONAL_SCOPES],
            user_scopes=[],
            redirect_uri=f"{app.public_url}{REDIRECT_PATH}",
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            # Beside the Web API: https://slack.com/oauth/v2/authorize for https://slack.com/api/.
            authorization_url=urljoin(client.base_url, "../oauth/v2/authorize"),
            installation_store=installations.store,
            installation_store_bot_only=True,
            state_store=StateStore(installations.store.engine),
            state_expiration_seconds=STATE_SECONDS,
            callback_options=AsyncCallbackOptions(self._succeeded, self._failed),
        )
        super().__init__(client=client, logger=log, settings=settings)
        self._installations = installations

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """The page with the button that leads to Slack."""
        return pages.install_page(url)

    async def run_installation(self, code: str) -> Installation:
        """Exchange the code for a token; InstallError says why Slack does not do that."""
        try:
            answer = await self.client.oauth_v2_access(
                code=code,
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                redirect_uri=self.settings.redirect_uri,
            )
            token = str(answer.get("access_token") or "")
            who = await self.client.auth_test(token=token)
        except SlackApiError as error:
            raise InstallError(error_code(error)) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise InstallError(type(error).__name__) from error
        return _installation(answer, who)

    async def store_installation(
        self, request: AsyncBoltRequest, installation: Installation
    ) -> None:
        """Save it, and use it from now on; StoreError."""
        await self._installations.store.async_save(installation)
        self._installations.forget(installation.enterprise_id, installation.team_id)
        place = installation.team_id or f"organisation {installation.enterprise_id}"
        log.info("%s has installed winerr", place)

    async def _succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        return self._page(200, pages.success_page(args.installation))

    async def _failed(self, args: AsyncFailureArgs) -> BoltResponse:
        log.info("an installation ended: %s", pages.plain_reason(args.reason))
        # 400 also where Bolt suggests 401: nobody has to sign in.
        status = 200 if args.suggested_status_code == 200 else 400
        return self._page(status, pages.failure_page(args.reason))

    def _page(self, status: int, html: str) -> BoltResponse:
        forget_state = self.settings.state_utils.build_set_cookie_for_deletion()
        headers: Any = {"Content-Type": "text/html; charset=utf-8", "Set-Cookie": [forget_state]}
        return BoltResponse(status=status, body=html, headers=headers)


def _installation(answer: Any, who: Any) -> Installation:
    """What oauth.v2.access and auth.test say, as slack_sdk stores it."""
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    installer = answer.get("authed_user") or {}
    is_org = bool(answer.get("is_enterprise_install"))
    return Installation(
        app_id=answer.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        enterprise_url=who.get("url") if is_org else None,
        team_id=None if is_org else team.get("id"),
        team_name=None if is_org else team.get("name"),
        bot_token=answer.get("access_token"),
        bot_id=who.get("bot_id"),
        bot_user_id=answer.get("bot_user_id"),
        bot_scopes=answer.get("scope") or "",
        bot_refresh_token=answer.get("refresh_token"),
        bot_token_expires_in=answer.get("expires_in"),
        user_id=str(installer.get("id") or ""),
        is_enterprise_install=is_org,
        token_type=answer.get("token_type"),
    )
