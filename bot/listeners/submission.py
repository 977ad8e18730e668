"""A submitted window: kept, or answered with what is wrong at which field."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import InboxFullError, StoreError, TooManyError
from bot.forms import READERS, at_first_field
from bot.intake import Intake

_BUSY = "I cannot keep this just now. Your text is still here: try it again in a minute."


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to every form."""

    async def on_submission(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        try:
            faults = await intake.take_form(body, context)
        except (InboxFullError, StoreError):
            # Slack delivers no submission twice, so the window must stay open.
            faults = at_first_field(body, _BUSY)
        except TooManyError as error:
            faults = at_first_field(body, str(error))
        if faults:
            await ack(response_action="errors", errors=faults)
        else:
            await ack()

    for form in READERS:
        app.view(form)(on_submission)
