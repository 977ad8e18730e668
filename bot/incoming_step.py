"""A workflow has come to our step: which run of it, and the text that it was given.

Source: docs.slack.dev/reference/events/function_executed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import ids
from bot.gathering import gather_text
from bot.incoming import Payload, as_dict, as_id
from bot.tenant import Tenant


@dataclass(frozen=True, slots=True)
class IncomingStep:
    """A step to run; `text` is None when the workflow gave none.

    `execution_id` names this run for the call that completes it.
    """

    team: str
    event_id: str
    execution_id: str
    callback_id: str
    text: str | None = None
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)

    @property
    def channel(self) -> str:
        """None: a workflow runs in no channel."""
        return ""


def step_from_event(body: Payload, tenant: Tenant) -> IncomingStep | None:
    """The step of a `function_executed` event; None when it cannot be completed by any call.

    The token in it is for this run only, and is left there: we have our own.
    """
    event = as_dict(body.get("event"))
    execution_id, event_id = as_id(event.get("function_execution_id")), as_id(body.get("event_id"))
    if not execution_id or not event_id:
        return None
    given = as_dict(event.get("inputs")).get(ids.STEP_TEXT)
    return IncomingStep(
        team=tenant.team,
        event_id=event_id,
        execution_id=execution_id,
        callback_id=as_id(as_dict(event.get("function")).get("callback_id")),
        text=gather_text({"text": given}) if isinstance(given, str) else None,
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )
