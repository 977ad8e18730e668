"""What each channel wants: its members' choice over the bot's settings, at hand for every event.

Kept in memory, because every message in every channel is judged by it; what another replica
changed is read every few seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from dataclasses import dataclass

from bot.errors import StoreError
from bot.settings import POLICIES, ChannelPolicy, Settings
from bot.store.channel_table import (
    Change,
    ChannelSettings,
    all_channels,
    changes_of,
    save_channel,
)
from bot.store.database import Database
from bot.tenant import Tenant

log = logging.getLogger(__name__)

_REFRESH_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What holds in a channel; see ChannelSettings. `cooldown_seconds` 0 counts nothing.

    `is_chosen` is whether somebody chose the policy for this channel, not only for all of them.
    """

    policy: ChannelPolicy
    senders: frozenset[str] = frozenset()
    dry_run: bool = False
    cooldown_seconds: float = 0.0
    is_chosen: bool = False


class Channels:
    """The rules of every channel. `start` before the first event, `stop` at the end."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._chosen: dict[tuple[str, str], ChannelSettings] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read what was chosen, and keep up with what is changed."""
        with contextlib.suppress(StoreError):
            await self.refresh()
        self._task = asyncio.create_task(self._keep_up(), name="channel settings")

    async def stop(self) -> None:
        """Keep up no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def chosen(self, team: str, channel: str) -> ChannelSettings:
        """What the members of a channel chose."""
        return self._chosen.get((team, channel)) or ChannelSettings()

    def rules(self, team: str, channel: str) -> ChannelRules:
        """What holds in a channel."""
        default = self._settings.policy_for(channel)
        by_settings = channel in self._settings.channel_policies
        chosen = self._chosen.get((team, channel))
        if chosen is None:
            usual = self._settings.cooldown_seconds
            return ChannelRules(default, cooldown_seconds=usual, is_chosen=by_settings)
        wanted = next((policy for policy in POLICIES if policy == chosen.policy), default)
        cooldown = chosen.cooldown_seconds
        return ChannelRules(
            wanted,
            frozenset(chosen.senders),
            chosen.dry_run,
            self._settings.cooldown_seconds if cooldown is None else cooldown,
            by_settings or chosen.policy is not None,
        )

    async def save(
        self, tenant: Tenant, channel: str, settings: ChannelSettings, user: str
    ) -> Change | None:
        """Keep what somebody chose; None when it changes nothing."""
        change = await self._database.run(
            lambda tx: save_channel(tx, tenant, channel, settings, user)
        )
        self._chosen[tenant.team, channel] = settings
        if change is not None:
            log.info("channel %s: settings changed by %s: %s", channel, user, dict(change.changed))
        return change

    async def changes(self, team: str, channel: str) -> list[Change]:
        """Who changed a channel's settings lately, newest first."""
        return await self._database.run(lambda tx: changes_of(tx, team, channel))

    async def refresh(self) -> None:
        """Read what holds now: what other replicas changed, and what went with its workspace."""
        self._chosen = await self._database.run(all_channels)

    async def _keep_up(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            with contextlib.suppress(StoreError):
                await self.refresh()
