"""Somebody mentions the bot in a channel or thread."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.installations.base import tenant_of
from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to mentions."""

    async def on_mention(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_message(body, tenant_of(context, body))

    app.event("app_mention")(on_mention)
