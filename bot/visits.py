"""Somebody opens the conversation with us: Slack's agent view, and the older assistant threads.

Sources: docs.slack.dev/ai/migrating-to-agent-messaging,
docs.slack.dev/reference/events/assistant_thread_started.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.incoming import Payload, as_dict, as_id
from bot.tenant import Tenant


@dataclass(frozen=True, slots=True)
class IncomingVisit:
    """A conversation that was opened, before anything is said in it.

    `thread_ts` is the thread that an app with the older assistant view is given for it, None in
    the agent view, where the conversation has no thread yet.
    """

    team: str
    channel: str
    event_id: str
    thread_ts: str | None = None
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)


def opens_messages(event: Payload) -> bool:
    """Whether an `app_home_opened` is about the Messages tab, where the conversation is."""
    return event.get("tab") == "messages"


def visit_from_event(body: Payload, tenant: Tenant) -> IncomingVisit | None:
    """The visit of `app_home_opened` or `assistant_thread_started`; None without its channel."""
    event = as_dict(body.get("event"))
    thread = as_dict(event.get("assistant_thread"))
    channel = as_id(event.get("channel")) or as_id(thread.get("channel_id"))
    event_id = as_id(body.get("event_id"))
    if not channel or not event_id:
        return None
    return IncomingVisit(
        team=tenant.team,
        channel=channel,
        event_id=event_id,
        thread_ts=as_id(thread.get("thread_ts")) or None,
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )
