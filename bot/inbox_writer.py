"""Writing for the inbox: new jobs and finished ones, all that waits in one transaction.

A burst so costs few commits, and an acknowledgement waits for one of them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, KeysView, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.errors import InboxFullError, StoreError
from bot.jobs import Job, encode_job
from bot.outcomes import Done, Dropped, GivenUp, Outcome
from bot.store.database import Database, Transaction
from bot.store.inbox_table import (
    Added,
    NewJob,
    StoredJob,
    add_jobs,
    bury_job,
    drop_job,
    finish_job,
    lock_lanes,
    postpone_job,
    release_lane,
)

log = logging.getLogger(__name__)

_STORE_RETRY_SECONDS = 0.5
# How long a commit waits for company: in a burst, and when nobody waits for it.
_GATHER_SECONDS = 0.001
_LAZY_SECONDS = 0.02
_NO_LANES: frozenset[str] = frozenset()


class Adding(NamedTuple):
    """A job that is to be stored, and who waits to hear whether it was new."""

    job: Job
    new: NewJob
    stored: asyncio.Future[bool]


@dataclass(frozen=True, slots=True)
class Ending:
    """What is to be written about a job; with `release`, its lane is given back if it is empty."""

    stored: StoredJob
    outcome: Outcome
    release: bool
    written: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class Written:
    """What a transaction wrote.

    `added` are the jobs that were new and all open ones of their lanes, where these are ours;
    `remaining` the open jobs of lanes that were to be given back, and are kept when there are any.
    """

    adding: Sequence[Adding]
    added: Added
    ending: Sequence[Ending]
    strays: frozenset[str]
    remaining: Mapping[str, tuple[StoredJob, ...]]


class InboxWriter:
    """Runs until it is cancelled. `written` is called after each commit, before anybody goes on.

    `owner` holds the leases of lanes, for `lease` seconds; `lanes` are those at work.
    """

    def __init__(
        self,
        database: Database,
        owner: str,
        lease: float,
        lanes: KeysView[str],
        written: Callable[[Written], None],
    ) -> None:
        self._database = database
        self._owner = owner
        self._lease = lease
        self._lanes = lanes
        self._written = written
        self._adding: list[Adding] = []
        self._ending: list[Ending] = []
        self._strays: set[str] = set()
        self._to_write = asyncio.Event()
        self._write_later: asyncio.TimerHandle | None = None
        self._is_adding = self._is_writing = False
        self._over: asyncio.Future[None] | None = None

    @property
    def adding(self) -> int:
        """How many jobs wait to be stored."""
        return len(self._adding)

    @property
    def is_awaited(self) -> bool:
        """Whether an acknowledgement waits for us."""
        return bool(self._adding) or self._is_adding

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits to be written, and nothing is being written."""
        return not (self._adding or self._ending or self._is_writing)

    async def add(self, job: Job) -> bool:
        """Store a job; False when it was stored before. StoreError when that is not possible."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        new = NewJob(job.key, job.event_key, job.lane, encode_job(job))
        self._adding.append(Adding(job, new, stored))
        self._to_write.set()
        return await stored

    async def end(self, stored: StoredJob, outcome: Outcome, *, release: bool) -> None:
        """Write what became of a job; while the store is out, that waits."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._ending.append(Ending(stored, outcome, release, written))
        if not release:
            self._to_write.set()
        elif self._write_later is None:
            # Nobody waits for it, so it may share the next commit.
            self._write_later = loop.call_later(_LAZY_SECONDS, self._to_write.set)
        await written

    async def commit_or(self, seconds: float) -> None:
        """Wait until what waits now is written, or for so long."""
        loop = asyncio.get_running_loop()
        over = self._over = self._over or loop.create_future()
        timer = loop.call_later(seconds, self._end_waiting)
        await over
        timer.cancel()

    def _end_waiting(self) -> None:
        over, self._over = self._over, None
        if over is not None and not over.done():
            over.set_result(None)

    def look_into(self, strays: AbstractSet[str]) -> None:
        """Read what is in lanes that are ours without our knowledge, and take it up."""
        self._strays |= strays
        self._to_write.set()

    def refuse(self, error: Exception) -> None:
        """Tell everybody whose job waits to be stored that it will not be."""
        _refuse(self._adding, error)

    async def run(self) -> None:
        """Write whatever waits, again and again."""
        written_at = 0.0
        while True:
            await self._to_write.wait()
            if time.monotonic() - written_at < _GATHER_SECONDS * 2:
                # A burst: what comes in the next moment shares the commit.
                await asyncio.sleep(_GATHER_SECONDS)
            self._to_write.clear()
            if await self._write_once():
                written_at = time.monotonic()
            self._end_waiting()

    async def _write_once(self) -> bool:
        """Write what waits now; False when there was nothing, or it could not be written."""
        adding, self._adding = self._adding, []
        ending, self._ending = self._ending, []
        strays, self._strays = frozenset(self._strays - self._lanes), set()
        if self._write_later is not None:
            self._write_later.cancel()
            self._write_later = None
        if not adding and not ending and not strays:
            return False
        self._is_writing, self._is_adding = True, bool(adding)
        try:
            await self._commit(adding, ending, strays)
        except StoreError:
            self._strays |= strays - self._lanes
            await asyncio.sleep(_STORE_RETRY_SECONDS)
            self._to_write.set()
            return False
        finally:
            self._is_writing = self._is_adding = False
            # Only who is cancelled leaves somebody waiting: what was not confirmed comes again.
            _refuse(adding, InboxFullError("closing"))
        return True

    async def _commit(
        self, adding: list[Adding], ending: list[Ending], strays: frozenset[str]
    ) -> None:
        """Write all of it together, or apart where one is at fault; StoreError to try again."""
        try:
            added, remaining = await self._database.run(
                lambda tx: self._write(tx, adding, ending, strays), short=True
            )
        except StoreError as error:
            _refuse(adding, error)
            # What is done stays to be written; meanwhile its lane waits.
            self._ending = ending + self._ending
            raise
        except Exception as error:
            log.exception("writing into the store failed")
            await self._commit_apart(adding, ending, strays, error)
        else:
            self._written(Written(adding, added, ending, strays, remaining))

    async def _commit_apart(
        self,
        adding: list[Adding],
        ending: list[Ending],
        strays: frozenset[str],
        error: Exception,
    ) -> None:
        """Nobody must be refused, and no lane stand still, for what somebody else wrote."""
        if len(adding) + len(ending) + bool(strays) > 1:
            parts: list[tuple[list[Adding], list[Ending], frozenset[str]]] = [
                *(([each], [], _NO_LANES) for each in adding),
                *(([], [end], _NO_LANES) for end in ending),
                *([([], [], strays)] if strays else []),
            ]
            out: StoreError | None = None
            for part in parts:
                try:
                    await self._commit(*part)
                except StoreError as failure:
                    out = failure
            if out is not None:
                raise out
        elif ending and isinstance(ending[0].outcome, Done):
            buried = GivenUp(f"what it leads to cannot be stored: {type(error).__name__}")
            await self._commit([], [replace(ending[0], outcome=buried)], strays)
        else:
            _refuse(adding, error)
            self._ending = ending + self._ending
            raise StoreError(f"cannot be written: {type(error).__name__}") from error

    def _write(
        self, tx: Transaction, adding: list[Adding], ending: list[Ending], strays: frozenset[str]
    ) -> tuple[Added, dict[str, tuple[StoredJob, ...]]]:
        jobs = [each.new for each in adding]
        given_back = {end.stored.lane for end in ending if end.release} | strays
        if given_back:
            lock_lanes(tx, given_back | {job.lane for job in jobs})
        added = add_jobs(tx, jobs, self._owner, self._lease) if jobs else Added({}, ())
        remaining = {lane: release_lane(tx, lane, self._owner) for lane in sorted(strays)}
        for end in ending:
            _write_ending(tx, end.stored.id, end.outcome)
            if end.release:
                remaining[end.stored.lane] = release_lane(tx, end.stored.lane, self._owner)
        return added, remaining


def _write_ending(tx: Transaction, job_id: int, outcome: Outcome) -> None:
    if isinstance(outcome, Done):
        # What is forgotten stays forgotten: an answer may be posted while somebody uninstalls.
        if finish_job(tx, job_id):
            for write in outcome.writes:
                write(tx)
    elif isinstance(outcome, Dropped):
        drop_job(tx, job_id)
    elif isinstance(outcome, GivenUp):
        bury_job(tx, job_id, outcome.reason)
    else:
        postpone_job(tx, job_id, outcome.seconds or 0.0, outcome.reason)


def _refuse(adding: Sequence[Adding], error: Exception) -> None:
    for each in adding:
        if not each.stored.done():
            each.stored.set_exception(error)
