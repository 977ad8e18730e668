"""What was accepted is on disk, is worked off once, in order within its lane, and survives us.

`accept` returns after the job is committed: then it may be acknowledged. Everything that waits
to be written (new jobs, finished ones) goes into one transaction, so a burst costs few. A lane
belongs to one process at a time by a lease in the store; of a process that dies, others claim the
lanes when their leases run out.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.errors import InboxFullError, StoreError
from bot.inbox_writer import Ending, InboxWriter, Written
from bot.jobs import Job, decode_job
from bot.leases import holds_lease
from bot.log_context import about_job, note
from bot.metrics import Metrics
from bot.outcomes import (
    Attempt,
    Done,
    Dropped,
    GivenUp,
    Handler,
    Later,
    Origin,
    Outcome,
)
from bot.store.database import Database
from bot.store.forgetting import forget_old
from bot.store.inbox_table import (
    MOST_FORGOTTEN,
    NewJob,
    StoredJob,
    begin_job,
    claim_lanes,
    release_all,
    renew_leases,
)
from bot.tracing import NO_TRACING, Tracing

log = logging.getLogger(__name__)


_MAX_DELAY_SECONDS = 60.0
_FORGET_EVERY_SECONDS = 600.0
# Repetitions come within minutes; older ones are found in the store. A name takes 200 bytes.
_REMEMBERED = 5_000
# How long a job waits at most for the commit of what is to be acknowledged.
_PATIENCE_SECONDS = 0.005
_NONE: Mapping[int, Job] = {}


def seconds_until_next(attempts: int, asked: float | None) -> float:
    """How long to wait after so many attempts and one more; `asked` is what Slack wants at least.

    Longer each time, with some chance in it, up to a minute: also where Slack always asks for
    little, because else a limit of one minute could use up all attempts.
    """
    if asked is not None:
        least = min(_MAX_DELAY_SECONDS, 2.0 ** (min(attempts, 12) - 6))
        return max(asked, least) + random.uniform(0.0, 0.25)  # noqa: S311 (no secret)
    longest = min(_MAX_DELAY_SECONDS, 2.0 ** min(attempts, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311 (no secret)


@dataclass(slots=True)
class _Held:
    """A job in our hands; `job` is what it says, where it need not be read out of the store."""

    stored: StoredJob
    origin: Origin
    since: float
    waits_since: float
    job: Job | None = None


class Inbox:
    """An inbox on a database that is open; at most `workers` lanes work at a time."""

    def __init__(
        self,
        database: Database,
        handle: Handler,
        metrics: Metrics,
        *,
        capacity: int = 10_000,
        lane_capacity: int = 2_000,
        workers: int = 32,
        lease_seconds: float = 15.0,
        max_attempts: int = 40,
        retention_days: float = 30.0,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.owner = secrets.token_hex(8)
        self._database = database
        self._handle = handle
        self._jobs = metrics.jobs
        self._answer_seconds = metrics.answer_seconds
        self._capacity = capacity
        self._lane_capacity = lane_capacity
        self._lease = lease_seconds
        self._max_attempts = max_attempts
        self._retention_days = retention_days
        self._tracing = tracing
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lost: set[str] = set()
        self._giving_back: set[str] = set()
        self._renewed_at = time.monotonic()
        self._lanes: dict[str, deque[_Held]] = {}
        self._writer = InboxWriter(
            database, self.owner, lease_seconds, self._lanes.keys(), self._go_on
        )
        self._held: set[int] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._own_tasks: list[asyncio.Task[None]] = []
        self._slots = asyncio.Semaphore(workers)
        self._turn = asyncio.Lock()
        self._closing = asyncio.Event()
        self._open = False

    async def start(self) -> None:
        """Take work, and first what an earlier process left behind."""
        self._open = True
        self._renewed_at = time.monotonic()
        self._own_tasks = [
            asyncio.create_task(self._writer.run(), name="inbox writer"),
            asyncio.create_task(self._keep(), name="inbox keeper"),
        ]

    @property
    def waiting(self) -> int:
        """How many jobs are in our hands and not finished."""
        return len(self._held)

    @property
    def is_open(self) -> bool:
        """Whether jobs are taken."""
        return self._open

    @property
    def is_stored(self) -> bool:
        """Whether the store took what was written last."""
        return self._database.is_available

    async def accept(self, job: Job) -> bool:
        """Store a job; False when it was stored before.

        InboxFullError when there is no room, StoreError when the store is out: in both cases the
        delivery must not be acknowledged, so that it comes again.
        """
        note(trace_id=self._tracing.trace_id(job))
        with self._tracing.accepting(job) as accepting:
            is_new = await self._accept(job)
            accepting.note(new=is_new)
        return is_new

    async def _accept(self, job: Job) -> bool:
        key = job.key
        if key in self._seen or (job.event_key is not None and job.event_key in self._seen):
            return False
        if not self._open or self.waiting + self._writer.adding >= self._capacity:
            raise InboxFullError(f"{self.waiting} jobs are waiting" if self._open else "closing")
        if len(self._lanes.get(job.lane, ())) >= self._lane_capacity:
            raise InboxFullError(f"{self._lane_capacity} jobs are waiting in one channel")
        return await self._writer.add(job)

    async def drain(self, grace_seconds: float) -> int:
        """Take no more, finish what waits; the number of jobs left when the time is over.

        What is left stays in the store, for the next process.
        """
        self._open = False
        self._closing.set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                # What is being accepted right now becomes a lane when it is written.
                while self._tasks or not self._writer.is_idle:
                    await asyncio.wait({asyncio.create_task(asyncio.sleep(0.01)), *self._tasks},
                                       return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        for task in (*self._tasks, *self._own_tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._own_tasks, return_exceptions=True)
        self._writer.refuse(InboxFullError("closing"))
        with contextlib.suppress(StoreError):
            await self._database.run(lambda tx: release_all(tx, self.owner))
        return self.waiting

    # What was written

    def _go_on(self, written: Written) -> None:
        new, fresh = dict(written.added.new), {}
        for each in written.adding:
            # Of two deliveries of one job in one transaction the first one was new.
            job_id = new.pop(each.new.key, None)
            if job_id is not None:
                fresh[job_id] = each.job
            self._note_seen(each.new)
            if not each.stored.done():
                each.stored.set_result(job_id is not None)
        self._take_up(written.added.ours, fresh)
        for end in written.ending:
            self._settle(end, written.remaining.get(end.stored.lane, ()))
        for lane in written.strays:
            self._take_up(written.remaining[lane])

    def _settle(self, end: Ending, left: tuple[StoredJob, ...]) -> None:
        if not isinstance(end.outcome, Later):
            self._held.discard(end.stored.id)
        if end.release:
            self._giving_back.discard(end.stored.lane)
            if not left and not self._lanes.get(end.stored.lane):
                # Here and not in the lane's task: what is added next must start a new one.
                self._lanes.pop(end.stored.lane, None)
            self._take_up(left)
        if not end.written.done():
            end.written.set_result(None)

    def _note_seen(self, job: NewJob) -> None:
        self._seen[job.key] = None
        if job.event_key is not None:
            self._seen[job.event_key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    # Working

    def _take_up(self, jobs: tuple[StoredJob, ...], fresh: Mapping[int, Job] = _NONE) -> None:
        """Put jobs of our lanes in line; nobody else can have begun the `fresh` ones."""
        for job in jobs:
            if job.id in self._held:
                continue
            self._held.add(job.id)
            origin: Origin = "new" if job.id in fresh else "recovered"
            held = _Held(job, origin, time.monotonic(), job.received_at, fresh.get(job.id))
            lane = self._lanes.get(job.lane)
            if lane is not None:
                lane.append(held)
            else:
                self._lanes[job.lane] = deque([held])
                self._lost.discard(job.lane)
                task = asyncio.create_task(self._work(job.lane), name=f"lane {job.lane}")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _work(self, lane: str) -> None:
        jobs = self._lanes[lane]
        while jobs:
            held = jobs[0]
            async with self._slots:
                await self._take_turn()
                outcome = await self._try(held)
            if isinstance(outcome, Later):
                delay = seconds_until_next(held.stored.attempts, outcome.seconds)
                await self._writer.end(held.stored, replace(outcome, seconds=delay), release=False)
                held.stored = replace(held.stored, attempts=held.stored.attempts + 1)
                held.origin = "retry"
                held.waits_since = time.time()
                if await self._closes_within(delay):
                    return
                continue
            jobs.popleft()
            if isinstance(outcome, Done) and outcome.answered:
                self._answer_seconds.observe(time.monotonic() - held.since)
            if not jobs:
                self._giving_back.add(lane)
            await self._writer.end(held.stored, outcome, release=not jobs)

    async def _take_turn(self) -> None:
        """Begin one job a turn of the loop, and none while somebody waits to be acknowledged.

        A burst's explanations must not delay its acknowledgements, each of which takes some turns.
        """
        async with self._turn:
            if self._writer.is_awaited:
                await self._writer.commit_or(_PATIENCE_SECONDS)
            await asyncio.sleep(0)

    async def _try(self, held: _Held) -> Outcome:
        stored = held.stored
        try:
            job = held.job or decode_job(stored.payload)
        except ValueError as error:
            log.error("job %d cannot be read: %s", stored.id, error)  # noqa: TRY400 (a version's)
            return GivenUp(f"cannot be read: {error}")
        number = stored.attempts + 1
        with about_job(job), self._tracing.attempt(job, held.waits_since, number) as attempt:
            note(trace_id=self._tracing.trace_id(job))
            # Each lane is a task with a context of its own.
            holds_lease.set(lambda: self._holds(stored.lane))
            outcome = await self._do(held, job)
            seconds = time.monotonic() - held.since
            if isinstance(outcome, Later) and stored.attempts + 1 >= self._max_attempts:
                outcome = GivenUp(f"tried {stored.attempts + 1} times: {outcome.reason}")
            if isinstance(outcome, GivenUp):
                told = "job %d is given up after %.3f s: %s (see `winerr inbox list`)"
                log.error(told, stored.id, seconds, outcome.reason)
            elif isinstance(outcome, Dropped):
                log.info("job %d is dropped: %s", stored.id, outcome.reason)
            elif isinstance(outcome, Later):
                log.info("job %d has to wait: %s", stored.id, outcome.reason)
            else:
                log.info("job %d is done after %.3f s", stored.id, seconds)
            attempt.note(outcome=type(outcome).__name__.lower(), origin=held.origin)
        self._jobs.labels(job.kind, type(outcome).__name__.lower()).inc()
        return outcome

    async def _do(self, held: _Held, job: Job) -> Outcome:
        stored = held.stored

        async def begin() -> None:
            await self._database.run(lambda tx: begin_job(tx, stored.id), short=True)

        try:
            return await self._handle(Attempt(job, held.origin, stored.attempts > 0, begin))
        except StoreError as error:
            return Later(str(error))
        except Exception as error:
            # The handler reports what goes wrong; this is for what goes wrong in reporting it.
            log.exception("job %d failed, and so did the report of it", stored.id)
            return GivenUp(type(error).__name__)

    async def _closes_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()
                return True
        return False

    # Keeping

    async def _keep(self) -> None:
        """Prolong our leases, claim what nobody works off, forget what is too old."""
        next_forgetting = 0.0
        while True:
            try:
                await self._keep_once()
                if (now := asyncio.get_running_loop().time()) >= next_forgetting:
                    # Who keeps things for minutes does not want them kept for ten more.
                    kept = self._retention_days * 86_400.0
                    next_forgetting = now + min(_FORGET_EVERY_SECONDS, kept / 10)
                    forgotten = await self._database.run(
                        lambda tx: forget_old(tx, self._retention_days)
                    )
                    if forgotten >= MOST_FORGOTTEN:
                        # There is more: who answers ten a second has that many in ten minutes.
                        next_forgetting = now
            except StoreError:
                pass  # /readyz tells it
            except Exception:
                # Whoever stops prolonging leases may answer nothing any more.
                log.exception("keeping the inbox failed")
            await asyncio.sleep(self._lease / 3)

    def _holds(self, lane: str) -> bool:
        """Whether nobody else can have taken the lane, with some time left to say something."""
        fresh = time.monotonic() - self._renewed_at < self._lease * 2 / 3
        return fresh and lane not in self._lost

    async def _keep_once(self) -> None:
        room = min(self._capacity - self.waiting, 200)
        working = dict(self._lanes)
        began = time.monotonic()
        ours = await self._database.run(
            lambda tx: renew_leases(tx, self.owner, self._lease), short=True
        )
        # What was leased since then is leased for longer.
        self._renewed_at = began
        # A lane that we gave back meanwhile, and perhaps took anew, is not lost.
        gone = working.keys() - ours - self._giving_back
        self._lost = {lane for lane in gone if self._lanes.get(lane) is working[lane]}
        for lane in self._lost:
            self._let_go(lane)
        # Ours without our knowledge: a commit whose confirmation was lost. The writer looks what is
        # in them, because it alone knows which jobs are being added and ended meanwhile.
        if strays := ours - working.keys() - self._lanes.keys():
            self._writer.look_into(strays)
        # In a transaction of its own: who holds the lanes of one must not wait for another's.
        claimed = await self._database.run(
            lambda tx: claim_lanes(tx, self.owner, self._lease, room) if room > 0 else (),
            short=True,
        )
        if claimed:
            log.info("taking up %d jobs that nobody worked off", len(claimed))
        self._take_up(claimed)

    def _let_go(self, lane: str) -> None:
        """Somebody else holds the lane now: finish the job at hand, leave the others to them."""
        queue = self._lanes.get(lane)
        while queue and len(queue) > 1:
            self._held.discard(queue.pop().stored.id)
