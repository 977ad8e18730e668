"""Token rotation: tokens that expire are replaced well before they do.

Slack takes a refresh token once (docs.slack.dev/authentication/using-token-rotation). So a lease
in the store lets one replica at a time replace a token, and it reads the refresh token after it has
the lease. The other replicas go on with the old token until they look again.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable

import aiohttp
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreError
from bot.installations.store import InstallationStore
from bot.settings import OAuthApp
from bot.slack_client import error_code
from bot.store.database import Database
from bot.store.inbox_table import release_lane, take_lanes

log = logging.getLogger(__name__)

AHEAD_SECONDS = 2 * 3600.0
"""How long before a token expires it is replaced; Slack's live for twelve hours."""

_EVERY_SECONDS = 60.0
_LEASE_SECONDS = 60.0
_LONGEST_PAUSE_SECONDS = 3600.0
_Place = tuple[str | None, str | None]


class Rotation:
    """Replaces tokens; `on_rotated` is told the enterprise and team whose token is another now."""

    def __init__(
        self,
        app: OAuthApp,
        store: InstallationStore,
        database: Database,
        client: AsyncWebClient,
        on_rotated: Callable[[str | None, str | None], None],
    ) -> None:
        self._app = app
        self._store = store
        self._database = database
        self._on_rotated = on_rotated
        self._rotator = AsyncTokenRotator(
            client_id=app.client_id,
            client_secret=app.client_secret.get_secret_value(),
            client=client,
        )
        self._owner = secrets.token_hex(8)
        self._turns: dict[_Place, asyncio.Lock] = {}
        self._unsaved: dict[_Place, Bot] = {}
        self._failures: dict[_Place, tuple[int, float]] = {}

    async def run(self) -> None:
        """Look every minute, for ever."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.rotate_due()

    async def rotate_due(self) -> None:
        """Replace every token that will expire soon; what fails is logged and tried again."""
        try:
            await self._save_unsaved()
            due = await self._store.expiring(time.time() + AHEAD_SECONDS)
            for bot in due:
                if self._failures.get(_place(bot), (0, 0.0))[1] <= time.monotonic():
                    await self.rotate(bot)
        except StoreError as error:
            log.warning("tokens cannot be replaced: %s", error)
        except Exception:
            log.exception("tokens cannot be replaced")

    async def rotate(self, bot: Bot) -> Bot | None:
        """The installation with a token that lives; None when it cannot be had now.

        StoreError when the store is out.
        """
        lane = f"{bot.team_id or bot.enterprise_id}/rotation"
        # The lease tells processes apart, not what one process does at the same time.
        async with self._turns.setdefault(_place(bot), asyncio.Lock()):
            return await self._rotate_with_lease(bot, lane)

    async def _rotate_with_lease(self, bot: Bot, lane: str) -> Bot | None:
        taken = await self._database.run(
            lambda tx: take_lanes(tx, [lane], self._owner, _LEASE_SECONDS)
        )
        if not taken:
            return None
        try:
            return await self._rotate(bot)
        finally:
            await self._database.run(lambda tx: release_lane(tx, lane, self._owner))

    async def _rotate(self, bot: Bot) -> Bot | None:
        place = _place(bot)
        # Another replica may have replaced it while we waited for the lease.
        current = self._unsaved.get(place) or await self._store.find(*place)
        if current is None or not _is_due(current):
            self._on_rotated(*place)
            return current
        rotated = await self._ask(current)
        if rotated is None:
            return None
        self._failures.pop(place, None)
        # Kept until it is saved: the old refresh token is used up.
        self._unsaved[place] = rotated
        await self._save_unsaved()
        log.info("the token of %s is replaced", rotated.team_id or rotated.enterprise_id)
        return rotated

    async def _ask(self, bot: Bot) -> Bot | None:
        try:
            rotated = await self._rotator.perform_bot_token_rotation(
                bot=bot, minutes_before_expiration=int(AHEAD_SECONDS / 60)
            )
        except SlackTokenRotationError as error:
            cause = error.api_error
            code = error_code(cause) if isinstance(cause, SlackApiError) else "error"
            self._note_failure(bot, code)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._note_failure(bot, type(error).__name__)
        else:
            if rotated is not None:
                return rotated
            self._note_failure(bot, "no bot token in Slack's answer")
        return None

    def _note_failure(self, bot: Bot, reason: str) -> None:
        count = self._failures.get(_place(bot), (0, 0.0))[0] + 1
        pause = min(_LONGEST_PAUSE_SECONDS, _EVERY_SECONDS * 2.0 ** min(count - 1, 10))
        self._failures[_place(bot)] = (count, time.monotonic() + pause)
        left = (bot.bot_token_expires_at or 0) - time.time()
        log.warning(
            "Slack does not replace the token of %s (%s), which expires in %d s; next try in %d s."
            " If that goes on, somebody there has to install winerr again: %s/slack/install",
            bot.team_id or bot.enterprise_id, reason, left, pause, self._app.public_url,
        )  # fmt: skip

    async def _save_unsaved(self) -> None:
        for place, bot in list(self._unsaved.items()):
            await self._store.save_rotated(bot)
            del self._unsaved[place]
            self._on_rotated(*place)


def _place(bot: Bot) -> _Place:
    return bot.enterprise_id, bot.team_id


def _is_due(bot: Bot) -> bool:
    expires = bot.bot_token_expires_at
    return expires is not None and expires < time.time() + AHEAD_SECONDS
