"""Which event a log line is about: its id, team, channel and trigger, on every line it causes.

Kept in a context variable, so that no call has to hand them on: tasks and threads that asyncio
starts get a copy. Ids only, never what people wrote.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

from bot.incoming import Payload, as_dict, as_id
from bot.jobs import Job, MessageJob

NAMES = ("event_id", "team", "channel", "trigger")

_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextlib.contextmanager
def about_delivery(payload: Payload) -> Iterator[None]:
    """What is logged within is about this delivery; its trigger is noted when it is known."""
    event = as_dict(payload.get("event"))
    channel = event.get("channel") or payload.get("channel") or payload.get("channel_id")
    team = payload.get("team_id") or payload.get("team")
    with _about_fields(
        # Commands and presses have no event id; nothing else is as unique as their trigger id.
        event_id=as_id(payload.get("event_id")) or as_id(payload.get("trigger_id")),
        team=as_id(team) or as_id(as_dict(team).get("id")),
        channel=as_id(channel) or as_id(as_dict(channel).get("id")),
    ):
        yield


@contextlib.contextmanager
def about_job(job: Job) -> Iterator[None]:
    """What is logged within is about this job, under the id with which it was accepted."""
    if isinstance(job, MessageJob):
        where = job.message
        event_id, trigger = where.event_id or "", str(job.trigger)
        with _about_fields(event_id, where.team, where.channel, trigger):
            yield
    else:
        asker = job.asker
        with _about_fields(asker.trigger_id, asker.team, asker.channel, job.kind):
            yield


def note_trigger(trigger: str) -> None:
    """Say what the delivery at hand comes to."""
    fields = _about.get()
    if fields is not None:
        fields["trigger"] = trigger


@contextlib.contextmanager
def _about_fields(event_id: str, team: str, channel: str, trigger: str = "") -> Iterator[None]:
    values = (event_id, team, channel, trigger)
    fields = {name: value for name, value in zip(NAMES, values, strict=True) if value}
    token = _about.set(fields)
    try:
        yield
    finally:
        _about.reset(token)


class ContextFilter(logging.Filter):
    """Puts the fields of the event at hand on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add what is not there yet; never drops a record."""
        for name, value in (_about.get() or {}).items():
            record.__dict__.setdefault(name, value)
        return True
