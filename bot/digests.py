"""The weekly post to channels that asked for it: Mondays at 08:00 UTC, or as soon as somebody runs.

Whoever finds a channel due claims it and puts the post into the inbox, in one transaction: so each
channel gets it once a week, with several processes and restarts too. The inbox does the rest.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.delivery import Delivery
from bot.errors import CannotTellError, StoreError
from bot.installations.installation import our_identity
from bot.jobs import DigestJob, encode_job
from bot.lookups import named_answer
from bot.outcomes import Attempt
from bot.rendering.weekly import render_week
from bot.store.channel_table import read_channel
from bot.store.database import Database, Transaction
from bot.store.digest_table import Met, claim_digests, met_in_week
from bot.store.inbox_table import NewJob, add_jobs
from bot.store.occurrence_table import is_known_public
from bot.store.unknown_table import Unknown, unknowns

if TYPE_CHECKING:
    from knowledge import KnowledgeBase

log = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 60.0
_CLAIMED_AT_ONCE = 20
_SHOWN = 10
_HOUR = 8
_DAY = 86_400
# Day 4 since 1970 was a Monday.
_A_MONDAY = 4
_COMPARES_FROM_DAYS = 14.0


class Digests:
    """Finds channels that are due, and writes their posts. `clock` is seconds since 1970."""

    def __init__(
        self,
        database: Database,
        delivery: Delivery,
        base: KnowledgeBase,
        retention_days: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._base = base
        self._compares = retention_days >= _COMPARES_FROM_DAYS
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Look for channels that are due from now on."""
        self._task = asyncio.create_task(self._keep_looking(), name="weekly posts")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def take_due(self) -> int:
        """Put the posts of all channels that are due into the inbox; how many."""
        now = self._clock()
        end = week_end(now)

        def work(tx: Transaction) -> int:
            due = claim_digests(tx, float(end * _DAY + _HOUR * 3_600), now, _CLAIMED_AT_ONCE)
            jobs = [
                DigestJob(
                    each.tenant.team, each.channel, end, each.tenant.enterprise, each.tenant.is_org
                )
                for each in due
            ]
            new = [NewJob(job.key, None, job.lane, encode_job(job)) for job in jobs]
            if new:
                # Leased to nobody: the next process that looks for forsaken work takes them.
                add_jobs(tx, new, "weekly posts", 0.0)
            return len(new)

        taken = count = await self._database.run(work)
        while count == _CLAIMED_AT_ONCE:
            count = await self._database.run(work)
            taken += count
        return taken

    async def post(self, job: DigestJob, attempt: Attempt) -> None:
        """Post to a channel, once; a week in which nothing happened gets no post."""
        source = f"week/{job.end}"
        if attempt.was_begun and await self._was_posted(job, source):
            return
        await attempt.begin()
        wanted, met, unknown = await self._database.run(lambda tx: _read(tx, job))
        if not wanted:
            return
        rendered = render_week(
            job.end, met, unknown, lambda code: named_answer(code, self._base),
            compares=self._compares,
        )  # fmt: skip
        if rendered is None:
            return
        if await self._delivery.post(job.channel, rendered, source_ts=source) is None:
            log.warning("channel %s wants the weekly post and does not take it", job.channel)

    async def _was_posted(self, job: DigestJob, source: str) -> bool:
        bot = our_identity().bot_id
        try:
            return await self._delivery.find_post(job.channel, source, bot) is not None
        except LookupError as error:
            raise CannotTellError("whether it was posted cannot be found out") from error

    async def _keep_looking(self) -> None:
        while True:
            try:
                if count := await self.take_due():
                    log.info("weekly posts for %d channels", count)
            except StoreError as error:
                log.debug("weekly posts have to wait: %s", error)
            except Exception:
                log.exception("looking for weekly posts failed")
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


def week_end(now: float) -> int:
    """The day (since 1970) after the last week that is to be told of: a Monday, from 08:00 UTC."""
    day = int((now - _HOUR * 3_600) // _DAY)
    return (day - _A_MONDAY) // 7 * 7 + _A_MONDAY


def _read(tx: Transaction, job: DigestJob) -> tuple[bool, list[Met], list[Unknown]]:
    wanted = read_channel(tx, job.team, job.channel).digest
    met = list(met_in_week(tx, job.team, job.channel, job.end, _SHOWN))
    # What was asked privately stays in the workspace: a channel that others share gets none of it.
    since = float((job.end - 7) * _DAY)
    is_public = is_known_public(tx, job.team, job.channel)
    return wanted, met, unknowns(tx, job.team, _SHOWN, since) if is_public else []
