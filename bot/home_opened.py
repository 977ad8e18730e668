"""Somebody looks at the app's Home tab: an `app_home_opened` event, checked once.

Source: docs.slack.dev/reference/events/app_home_opened.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.incoming import Payload, as_dict, as_id, as_text
from bot.tenant import Tenant


@dataclass(frozen=True, slots=True)
class HomeOpened:
    """Who looks at it, and the conversation with them, `channel`.

    `shown` is the mark of what stands there (its private_metadata) and `hash` Slack's name for that
    version; both are "" where nothing was published yet.
    """

    team: str
    user: str
    channel: str
    event_id: str
    shown: str = ""
    hash: str = ""
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)


def home_opened(body: Payload, tenant: Tenant) -> HomeOpened | None:
    """The event, if it is about the Home tab and names a person."""
    event = as_dict(body.get("event"))
    user, view = as_id(event.get("user")), as_dict(event.get("view"))
    if event.get("tab") != "home" or not user or not tenant.team:
        return None
    return HomeOpened(
        tenant.team,
        user,
        as_id(event.get("channel")),
        as_id(body.get("event_id")) or as_id(event.get("event_ts")),
        as_text(view.get("private_metadata"))[:3_000],
        as_id(view.get("hash")),
        tenant.enterprise,
        tenant.is_org,
    )
