"""The live count in the reply that stands for a burst: shown soon at first, then ever more rarely.

The counts are in the store; whichever process finds one due takes it and changes the reply. So a
restart loses no count, and 300 alerts in a minute cost one reply and a handful of updates.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from bot.delivery import Delivery, TokenRefusedError, TryLaterError
from bot.errors import StoreError
from bot.installations.base import Installations
from bot.installations.installation import speaking_for
from bot.rendering.answer_blocks import Rendered
from bot.rendering.counting import with_count
from bot.store.burst_table import Burst, end_burst, next_update_in, show_again, take_updates
from bot.store.channel_table import is_muted
from bot.store.database import Database, Transaction

log = logging.getLogger(__name__)

# Counts of a process that died are noticed by the others as late as this.
_IDLE_SECONDS = 30.0
_RETRY_SECONDS = 10.0
_GATHER_SECONDS = 1.0


class Bursts:
    """Keeps the counts that stand in Slack up to date. `start`, then `poke` at every new count."""

    def __init__(
        self, database: Database, delivery: Delivery, installations: Installations
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._installations = installations
        self._poked = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Show counts from now on, and first what an earlier process did not get to show."""
        self._poked.set()
        self._task = asyncio.create_task(self._keep_showing(), name="burst counts")

    async def stop(self) -> None:
        """Stop; a count that is not shown yet is shown by whoever comes next."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def poke(self) -> None:
        """A count has grown."""
        self._poked.set()

    async def _keep_showing(self) -> None:
        while True:
            try:
                wait = await self._show_due()
            except StoreError:
                wait = _RETRY_SECONDS
            except Exception:
                log.exception("showing a count failed")
                wait = _RETRY_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._poked.wait()
                    # What was counted is about to be written, and more may come at once.
                    await asyncio.sleep(_GATHER_SECONDS)
            self._poked.clear()

    async def _show_due(self) -> float:
        """Show what is due; seconds until something may be due again."""
        for burst in await self._database.run(take_updates):
            installation = await self._installations.find(burst.tenant)
            if installation is not None:
                with speaking_for(installation):
                    await self._show(burst)
        wait = await self._database.run(next_update_in)
        return _IDLE_SECONDS if wait is None else min(wait + 0.05, _IDLE_SECONDS)

    async def _show(self, burst: Burst) -> None:
        if burst.posted_ts is None or await self._is_muted(burst):
            return
        whole = Rendered(burst.text, tuple(burst.blocks))
        rendered = with_count(whole, burst.count, burst.first_at, burst.last_at)
        posted = burst.posted_ts
        try:
            stands = await self._delivery.update(burst.channel, posted, rendered)
        except TokenRefusedError:
            # Whatever becomes of the installation: its next job will tell.
            return
        except TryLaterError as error:
            seconds = error.seconds or _RETRY_SECONDS
            await self._database.run(lambda tx: show_again(tx, burst, seconds))
            return
        if not stands:
            # Somebody removed the reply: the next message of this kind gets a new one.
            await self._database.run(
                lambda tx: end_burst(tx, burst.tenant.team, burst.channel, posted)
            )

    async def _is_muted(self, burst: Burst) -> bool:
        def work(tx: Transaction) -> bool:
            return is_muted(tx, burst.tenant.team, burst.channel, burst.root_ts)

        return await self._database.run(work)
