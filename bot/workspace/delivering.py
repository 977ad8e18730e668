"""Getting events to the app: retries, duplicates, and a record of every attempt.

Sources: docs.slack.dev/apis/events-api on retries, …/apis/events-api/using-socket-mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.workspace.changes import Changes
from bot.workspace.events import callback, lifecycle_event
from bot.workspace.faults import Faults
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.teams import Team

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One attempt to deliver a payload; `attempt` counts from 0."""

    kind: EnvelopeKind
    payload: Payload
    accepts_response: bool = False
    attempt: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt; `body` is what the app answered, `reason` why it failed."""

    ok: bool
    body: Payload | None = None
    reason: str = ""
    may_retry: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt and its outcome."""

    envelope: Envelope
    outcome: Outcome


class Transport(Protocol):
    """A way to the app: sockets, or its request URL."""

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Deliver once and wait for the acknowledgement, at most the time limit."""
        ...


class SameTransport:
    """The way to the app that another workspace's deliveries take at the moment."""

    def __init__(self, other: Deliveries) -> None:
        self._other = other

    async def deliver(self, envelope: Envelope) -> Outcome:
        """Deliver that way."""
        return await self._other.transport.deliver(envelope)


class Deliveries:
    """Sends to whatever transport is in use; `log` has every finished attempt."""

    def __init__(
        self,
        settings: WorkspaceSettings,
        transport: Transport,
        faults: Faults,
        changes: Changes,
        token: str,
        team: Team,
    ) -> None:
        self.transport = transport
        self.log: list[Delivery] = []
        self._settings = settings
        self._faults = faults
        self._changes = changes
        self._token = token
        self._team = team
        self._tasks: set[asyncio.Task[None]] = set()

    def send_event(self, event: Payload) -> str:
        """Send an event in the background, again when it is not acknowledged; its event_id."""
        payload = callback(event, self._token, self._team)
        duplicate = self._faults.take("events", "duplicate")
        for _ in range(1 + (duplicate.copies if duplicate else 0)):
            self._start(self._send_until_acked(payload))
        return str(payload["event_id"])

    def send_lifecycle(self, event: Payload, ts: str) -> None:
        """Tell the app what happens to itself here."""
        self._start(self._send_until_acked(lifecycle_event(event, self._token, self._team, ts)))

    def resend(self, payload: Payload) -> None:
        """Send a payload of the events API once more as it is, same event_id."""
        self._start(self._send_until_acked(payload))

    async def send_once(self, envelope: Envelope) -> Outcome:
        """Send a command or an interaction, which are never repeated."""
        outcome = await self.transport.deliver(envelope)
        self._note(envelope, outcome)
        return outcome

    @property
    def pending(self) -> int:
        """How many events are not acknowledged and not given up."""
        return len(self._tasks)

    async def close(self) -> None:
        """Give up all that is pending."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_until_acked(self, payload: Payload) -> None:
        reason = ""
        for attempt, delay in enumerate((None, *self._settings.retry_delays_seconds)):
            if delay:
                await asyncio.sleep(delay)
            envelope = Envelope("events_api", payload, attempt=attempt, reason=reason)
            outcome = await self.transport.deliver(envelope)
            if outcome.ok and self._faults.take("events", "ignore_ack"):
                outcome = Outcome(False, reason="timeout")
            self._note(envelope, outcome)
            if outcome.ok or not outcome.may_retry:
                return
            reason = outcome.reason

    def _note(self, envelope: Envelope, outcome: Outcome) -> None:
        self.log.append(Delivery(envelope, outcome))
        self._changes.announce("delivery", ok=outcome.ok, kind=envelope.kind)
