"""What the bot asks about installations, whether there is one or many."""

from __future__ import annotations

from abc import ABC, abstractmethod

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.incoming import Payload, as_id
from bot.installations.installation import Installation
from bot.outcomes import Outcome
from bot.tenant import Tenant


class Installations(ABC):
    """Finds the installation for what happens somewhere."""

    is_ready: bool = False
    """Whether installations can be found."""

    @abstractmethod
    async def start(self) -> None:
        """Get ready; StartError when that is not possible. The client's session is open."""

    @abstractmethod
    async def stop(self) -> None:
        """Let go of everything."""

    def listen(self, app: AsyncApp) -> None:  # noqa: B027 (most need not)
        """Register listeners for what concerns nothing but installations."""

    @abstractmethod
    async def find(self, tenant: Tenant) -> Installation | None:
        """The installation for a workspace, None when there is none; StoreError."""

    @abstractmethod
    async def token_refused(self, installation: Installation, code: str) -> Outcome:
        """Slack refused its token with this error: what becomes of the job that met it."""


class Authorize(AsyncAuthorize):
    """Answers Bolt, which asks before each listener, from what `installations` know."""

    def __init__(self, installations: Installations) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._installations = installations

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """Authorise one delivery; None, which Bolt tells the person, when nobody installed us."""
        tenant = Tenant(
            as_id(team_id), as_id(enterprise_id) or None, bool(context.is_enterprise_install)
        )
        installation = await self._installations.find(tenant)
        return installation.authorized if installation is not None else None


def tenant_of(context: AsyncBoltContext, body: Payload) -> Tenant:
    """Whose a delivery is: as Bolt reads it, from the authorizations where there are any.

    In channels that are shared between organisations the sender's workspace is another one. An
    organisation's installation may name no workspace; then it is the one that Slack names besides.
    """
    is_org = bool(context.is_enterprise_install)
    return tenant_named(context.team_id, context.enterprise_id, is_org, body)


def tenant_named(team: object, enterprise: object, is_org: bool, body: Payload) -> Tenant:
    """The same from what Bolt's functions read in the body."""
    named = (team, body.get("context_team_id"), body.get("team_id"))
    teams = [each for each in map(as_id, named) if each and not each.startswith("E")]
    return Tenant(teams[0] if teams else "", as_id(enterprise) or None, is_org)
