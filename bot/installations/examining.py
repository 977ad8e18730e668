"""What `winerr doctor` asks when there are several workspaces: the app, and its installations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.web.async_client import AsyncWebClient

from bot.checked import Checked
from bot.errors import StoreError
from bot.installations.store import InstallationStore, open_engine
from bot.settings import OAuthApp
from bot.slack_client import error_code
from bot.store.urls import DatabaseUrl

_ASKED = 20
# What Slack says of a code that is none, when it believes that the app is the app.
_KNOWN_APP = "invalid_code"


class Examined:
    """The checks; `headers` and `token` are of an installation that works, if there is one."""

    def __init__(self, app: OAuthApp, url: DatabaseUrl, client: AsyncWebClient) -> None:
        self.headers: Mapping[str, Any] = {}
        self.token: str | None = None
        self._app = app
        self._url = url
        self._client = client

    async def app(self) -> Checked:
        """Whether Slack knows the client id, and the client secret fits."""
        try:
            await self._client.oauth_v2_access(
                client_id=self._app.client_id,
                client_secret=self._app.client_secret.get_secret_value(),
                code="winerr-doctor",
                redirect_uri=f"{self._app.public_url}/slack/oauth_redirect",
            )
        except SlackApiError as error:
            self.headers = getattr(error.response, "headers", {})
            return self._judge(error_code(error))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            told = f"Slack cannot be reached at {self._client.base_url} ({type(error).__name__})"
            return Checked("token", "fault", f"{told}: check the network and the proxy")
        return Checked("token", "warning", "Slack took a code that is none")

    def _judge(self, code: str) -> Checked:
        if code == _KNOWN_APP:
            return Checked("token", "ok", f"Slack knows the app {self._app.client_id}")
        wrong = {"invalid_client_id": "SLACK_CLIENT_ID", "bad_client_secret": "SLACK_CLIENT_SECRET"}
        if code in wrong:
            told = f"Slack refuses {wrong[code]} ({code}): copy it again from your app's page"
            return Checked("token", "fault", f"{told} (Basic Information, App Credentials)")
        if code == "bad_redirect_uri":
            told = f"add {self._app.public_url}/slack/oauth_redirect under OAuth & Permissions"
            return Checked("token", "fault", f"Slack does not know the redirect URL: {told}")
        return Checked("token", "warning", f"Slack answered {code}")

    async def installations(self) -> Checked:
        """Whether the tokens that we have are taken; of many, the newest are asked about."""
        engine = open_engine(self._url)
        try:
            store = InstallationStore(self._app.client_id, engine)
            count, newest = await store.count(), await store.newest(_ASKED)
        except StoreError as error:
            return Checked("installed", "fault", str(error))
        finally:
            await engine.dispose()
        where = f"{self._app.public_url}/slack/install"
        if not count:
            return Checked("installed", "warning", f"nowhere yet: open {where}")
        refused = [name for bot in newest if (name := await self._refusal(bot))]
        asked = f"{count}, the newest {len(newest)} asked" if count > len(newest) else str(count)
        if refused:
            told = f"{asked}; Slack refuses the token of {', '.join(refused)}"
            return Checked("installed", "warning", f"{told}: install again there, at {where}")
        return Checked("installed", "ok", f"{asked}, and Slack takes the tokens")

    async def _refusal(self, bot: Bot) -> str | None:
        """The installation with the reason why its token is no good, None when it is good."""
        try:
            response = await self._client.auth_test(token=bot.bot_token)
        except SlackApiError as error:
            return f"{bot.team_id or bot.enterprise_id} ({error_code(error)})"
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return f"{bot.team_id or bot.enterprise_id} ({type(error).__name__})"
        if self.token is None:
            self.token, self.headers = bot.bot_token, response.headers
        return None
