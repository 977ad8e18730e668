"""Several workspaces and organisations: who installed the app, from the store and from memory.

An event costs no query: what was found is remembered for five minutes, which is also how long
another replica may go on with a token after a workspace has uninstalled. Slack refuses it then.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict

from slack_bolt.async_app import AsyncApp
from slack_sdk.oauth.installation_store import Bot as StoredBot
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StartError, StoreError
from bot.installations.base import Installations
from bot.installations.installation import Installation
from bot.installations.leaving import Leaving
from bot.installations.rotation import Rotation
from bot.installations.store import InstallationStore
from bot.outcomes import Dropped, GivenUp, Later, Outcome
from bot.policy import Identity
from bot.settings import OAuthApp
from bot.store.database import Database
from bot.store.forgetting import note_org_team
from bot.tenant import Tenant

log = logging.getLogger(__name__)

KNOWN_SECONDS = 300.0
_REMEMBERED = 10_000
# A token that expires sooner is replaced before it is used.
_TOO_SOON_SECONDS = 60.0
_EXPIRED_WAIT_SECONDS = 30.0


class ManyInstallations(Installations):
    """Finds installations by where something happened."""

    def __init__(
        self, app: OAuthApp, store: InstallationStore, database: Database, client: AsyncWebClient
    ) -> None:
        self.app = app
        self.store = store
        self.rotation = Rotation(app, store, database, client, self.forget)
        self._database = database
        self._client = client
        self._known: OrderedDict[Tenant, tuple[Installation, float]] = OrderedDict()
        self._asking: dict[Tenant, asyncio.Task[Installation | None]] = {}
        self._forgotten = 0
        self._rotating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Replace what expired while we were away, and go on doing so."""
        try:
            count = await self.store.count()
        except StoreError as error:
            raise StartError(str(error)) from error
        await self.rotation.rotate_due()
        self._rotating = asyncio.create_task(self.rotation.run(), name="token rotation")
        self.is_ready = True
        where = f"{self.app.public_url}/slack/install"
        log.info("installed %d times; to install it in a workspace, open %s", count, where)

    async def stop(self) -> None:
        """End the rotation and close the connections to the store."""
        self.is_ready = False
        if self._rotating is not None:
            self._rotating.cancel()
            await asyncio.gather(self._rotating, return_exceptions=True)
        await self.store.engine.dispose()

    def listen(self, app: AsyncApp) -> None:
        """Forget those who uninstall."""
        Leaving(self, self._database, self._client).register(app)

    async def find(self, tenant: Tenant) -> Installation | None:
        """The installation of the workspace, or of its organisation."""
        known = self._known.get(tenant)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        # A burst after a start asks once.
        asking = self._asking.get(tenant)
        if asking is None:
            asking = asyncio.create_task(self._look_up(tenant))
            self._asking[tenant] = asking
            asking.add_done_callback(lambda _: self._asking.pop(tenant, None))
        return await asyncio.shield(asking)

    async def find_stored(self, tenant: Tenant) -> StoredBot | None:
        """The same as the store has it now."""
        for enterprise, team in _places(tenant):
            bot = await self.store.find(enterprise, team)
            if bot is not None:
                return bot
        return None

    async def token_refused(self, installation: Installation, code: str) -> Outcome:
        """Try the newest token; drop what nobody waits for any more."""
        self.forget(installation.enterprise, installation.team)
        bot = await self.store.find(installation.enterprise, installation.team)
        if bot is None:
            return Dropped("its workspace has uninstalled winerr")
        if bot.bot_token != installation.token:
            return Later("its token was replaced meanwhile", 0.0)
        if code == "token_expired" and bot.bot_refresh_token:
            rotated = await self.rotation.rotate(bot)
            is_new = rotated is not None and rotated.bot_token != installation.token
            return Later("its token has expired", 0.0 if is_new else _EXPIRED_WAIT_SECONDS)
        log.warning("Slack refuses the token of %s (%s)", installation.name, code)
        return GivenUp(f"Slack refuses the token of its workspace ({code})")

    def forget(self, enterprise: str | None, team: str | None) -> None:
        """Ask the store again for this installation."""
        self._forgotten += 1
        for tenant, (found, _) in list(self._known.items()):
            if (found.enterprise, found.team) == (enterprise, team):
                del self._known[tenant]

    def forget_team(self, team: str) -> None:
        """Ask the store again for this workspace."""
        self._forgotten += 1
        for tenant in [tenant for tenant in self._known if tenant.team == team]:
            del self._known[tenant]

    async def _look_up(self, tenant: Tenant) -> Installation | None:
        forgotten = self._forgotten
        bot = await self.find_stored(tenant)
        if bot is None:
            return None
        if bot.bot_token_expires_at and bot.bot_token_expires_at < time.time() + _TOO_SOON_SECONDS:
            bot = await self.rotation.rotate(bot) or bot
        found = read_bot(bot)
        if found.team is None and found.enterprise and tenant.team:
            enterprise, team = found.enterprise, tenant.team
            await self._database.run(lambda tx: note_org_team(tx, enterprise, team))
        # Not when somebody uninstalled while we asked.
        if forgotten == self._forgotten:
            self._remember(tenant, found)
        return found

    def _remember(self, tenant: Tenant, found: Installation) -> None:
        seconds = KNOWN_SECONDS
        if found.expires_at is not None:
            seconds = min(seconds, found.expires_at - time.time() - _TOO_SOON_SECONDS)
        self._known[tenant] = (found, time.monotonic() + seconds)
        self._known.move_to_end(tenant)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def read_bot(bot: StoredBot) -> Installation:
    """What the store has, as the bot needs it."""
    expires = bot.bot_token_expires_at
    return Installation(
        enterprise=bot.enterprise_id,
        team=bot.team_id,
        identity=Identity(bot.team_id or "", bot.bot_user_id, bot.bot_id),
        token=bot.bot_token,
        expires_at=None if expires is None else float(expires),
    )


def _places(tenant: Tenant) -> list[tuple[str | None, str | None]]:
    """Where the installation may be noted, the likeliest first.

    A workspace that installed us may have joined an organisation since, and a delivery from an
    organisation's workspace does not always say that the organisation installed us.
    """
    team, enterprise = tenant.team or None, tenant.enterprise
    places: list[tuple[str | None, str | None]] = []
    if team:
        places.append((enterprise, team))
    if enterprise:
        places.insert(0 if tenant.is_org else len(places), (enterprise, None))
        if team:
            places.append((None, team))
    return places
