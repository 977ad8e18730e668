"""What was accepted is worked off once, in order within its lane, and finished before we go.

In memory: a restart forgets what is waiting. `Inbox` is the part that a durable store takes over.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.errors import InboxFullError
from bot.incoming import IncomingAction, IncomingCommand, IncomingMessage
from bot.policy import Trigger

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MessageJob:
    """A message that the policy wants answered."""

    message: IncomingMessage
    trigger: Trigger

    @property
    def keys(self) -> tuple[str, ...]:
        """Names under which the same delivery may arrive again."""
        message = self.message
        key = f"{message.team}/{message.channel}/{message.ts}/{message.revision or ''}"
        return (key, message.event_id) if message.event_id else (key,)

    @property
    def lane(self) -> str:
        """Jobs of one lane run one after the other."""
        return self.message.channel


@dataclass(frozen=True, slots=True)
class CommandJob:
    """A slash command that was acknowledged."""

    command: IncomingCommand

    @property
    def keys(self) -> tuple[str, ...]:
        """The trigger id: Slack makes a new one for each command typed."""
        return (f"{self.command.team}/{self.command.trigger_id}",)

    @property
    def lane(self) -> str:
        """A lane of its own: what one person asks does not wait for a busy channel."""
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class ActionJob:
    """A pressed button that was acknowledged."""

    action: IncomingAction

    @property
    def keys(self) -> tuple[str, ...]:
        """The trigger id: Slack makes a new one for each press."""
        return (f"{self.action.team}/{self.action.trigger_id}",)

    @property
    def lane(self) -> str:
        """A lane of its own: a trigger id opens a modal for three seconds only."""
        return self.keys[0]


Job = MessageJob | CommandJob | ActionJob
Handler = Callable[[Job], Awaitable[None]]


class Inbox(Protocol):
    """Takes work before it is acknowledged, and hands it out once."""

    async def accept(self, job: Job) -> bool:
        """Take a job; False when it was taken before. InboxFullError when there is no room."""

    async def drain(self, grace_seconds: float) -> int:
        """Take no more, finish what waits; the number of jobs left when the time is over."""

    @property
    def waiting(self) -> int:
        """How many jobs are taken and not finished."""

    @property
    def is_open(self) -> bool:
        """Whether jobs are taken."""


class MemoryInbox:
    """An inbox in memory, bounded, with at most `workers` lanes at work at a time."""

    def __init__(
        self, handle: Handler, *, capacity: int = 10_000, workers: int = 32, remember: int = 50_000
    ) -> None:
        self._handle = handle
        self._capacity = capacity
        self._remember = remember
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._lanes: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(workers)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._open = True

    @property
    def waiting(self) -> int:
        """How many jobs are taken and not finished."""
        return self._waiting

    @property
    def is_open(self) -> bool:
        """Whether jobs are taken."""
        return self._open

    async def accept(self, job: Job) -> bool:
        """Take a job; False when it was taken before. InboxFullError when there is no room."""
        if any(key in self._seen for key in job.keys):
            return False
        if not self._open or self._waiting >= self._capacity:
            raise InboxFullError(f"{self._waiting} jobs are waiting" if self._open else "closing")
        self._note(job)
        self._waiting += 1
        lane = self._lanes.get(job.lane)
        if lane is not None:
            lane.append(job)
        else:
            self._start_lane(job)
        return True

    async def drain(self, grace_seconds: float) -> int:
        """Take no more, finish what waits; the number of jobs left when the time is over."""
        self._open = False
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        return self._waiting

    def _note(self, job: Job) -> None:
        for key in job.keys:
            self._seen[key] = None
        while len(self._seen) > self._remember:
            self._seen.popitem(last=False)

    def _start_lane(self, job: Job) -> None:
        self._lanes[job.lane] = deque([job])
        task = asyncio.create_task(self._work(job.lane), name=f"lane {job.lane}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, lane: str) -> None:
        jobs = self._lanes[lane]
        while jobs:
            async with self._slots:
                await self._take_turn()
                await self._run(jobs.popleft())
        # No await between the last look at the lane and its end: nothing can be added unseen.
        del self._lanes[lane]

    async def _take_turn(self) -> None:
        """Begin one job a turn of the loop: a burst's explanations must not delay its acks."""
        async with self._turn:
            await asyncio.sleep(0)

    async def _run(self, job: Job) -> None:
        try:
            await self._handle(job)
        except Exception:
            # The handler reports what goes wrong; this is for what goes wrong in reporting it.
            log.exception("a job failed, and so did the report of it")
        self._waiting -= 1
