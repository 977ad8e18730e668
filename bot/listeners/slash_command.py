"""`/winerr`: acknowledged at once, answered privately."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot import ids
from bot.errors import InboxFullError, StoreError
from bot.intake import Intake

_BUSY = "I cannot take your command just now. Try it again in a minute."


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to the command."""

    async def on_command(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        try:
            await intake.take_command(body, context)
        except (InboxFullError, StoreError):
            # Slack does not deliver a command twice, so the person has to know.
            await ack(_BUSY)
        else:
            await ack()

    app.command(ids.COMMAND)(on_command)
