"""A message in a channel, a thread or a direct conversation: people's, apps', edited, deleted.

What comes over a socket or HTTP goes a shorter way (bot/dispatching.py); this is for whoever
drives the Bolt app itself.
"""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.installations.base import tenant_of
from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to every `message` event, whatever its subtype: none may be answered 404."""

    async def on_message(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_message(body, tenant_of(context, body))

    app.event("message")(on_message)
