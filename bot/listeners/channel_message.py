"""A message in a channel, a thread or a direct conversation: people's, apps', edited, deleted."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to every `message` event, whatever its subtype: none may be answered 404."""

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_message(body, context)

    app.event("message")(on_message)
