"""Somebody opens the conversation with us, in the agent view or the older assistant view."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.intake import Intake
from bot.visits import opens_messages


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to the Messages tab; the Home tab comes by the same event, and is for others."""

    async def is_conversation(event: dict[str, Any]) -> bool:
        return opens_messages(event)

    async def on_opened(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_visit(body, context)

    app.event("app_home_opened", matchers=[is_conversation])(on_opened)
    app.event("assistant_thread_started")(on_opened)
