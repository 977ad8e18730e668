"""`Explain Windows errors` in a message's menu: works in threads and where the bot is no member."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot import ids
from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to the message shortcut."""

    async def on_shortcut(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_shortcut(body, context)
        await ack()

    app.message_shortcut(ids.EXPLAIN_MESSAGE)(on_shortcut)
