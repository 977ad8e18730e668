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
from bot.jobs import DigestJob, EventJob, Job, MessageJob

NAMES = ("event_id", "team", "channel", "trigger", "trace_id")

_about: ContextVar[dict[str, str] | None] = ContextVar("about", default=None)


@contextlib.contextmanager
def about_delivery(payload: Payload) -> Iterator[None]:
    """What is logged within is about this delivery; its trigger is noted when it is known."""
    event = as_dict(payload.get("event"))
    channel = event.get("channel") or payload.get("channel") or payload.get("channel_id")
    team = payload.get("team_id") or payload.get("team")
    fields = {
        # Commands and presses have no event id; nothing else is as unique as their trigger id.
        "event_id": as_id(payload.get("event_id")) or as_id(payload.get("trigger_id")),
        "team": as_id(team) or as_id(as_dict(team).get("id")),
        "channel": as_id(channel) or as_id(as_dict(channel).get("id")),
    }
    with _about_fields(fields):
        yield


@contextlib.contextmanager
def about_job(job: Job) -> Iterator[None]:
    """What is logged within is about this job, under the id with which it was accepted."""
    with _about_fields(job_fields(job)):
        yield


def job_fields(job: Job) -> dict[str, str]:
    """What identifies a job to people."""
    if isinstance(job, MessageJob):
        event_id, where, trigger = job.message.event_id or "", job.message, str(job.trigger)
        return _known(event_id, where.team, where.channel, trigger)
    if isinstance(job, EventJob):
        return _known(job.told.event_id, job.told.team, job.told.channel, job.kind)
    if isinstance(job, DigestJob):
        return _known("", job.team, job.channel, job.kind)
    asker = job.asker
    return _known(asker.trigger_id, asker.team, asker.channel, job.kind)


def note(**fields: str) -> None:
    """Say more about what is at hand, such as the trigger that a delivery turned out to be."""
    known = _about.get()
    if known is not None:
        known.update({name: value for name, value in fields.items() if value})


def _known(event_id: str, team: str, channel: str, trigger: str) -> dict[str, str]:
    return {"event_id": event_id, "team": team, "channel": channel, "trigger": trigger}


@contextlib.contextmanager
def _about_fields(fields: dict[str, str]) -> Iterator[None]:
    token = _about.set({name: value for name, value in fields.items() if value})
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
