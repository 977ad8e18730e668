"""A workflow has come to our step."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to every step of ours: also one that we do not know (any more) must be ended."""

    async def on_step(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_step(body, context)

    app.event("function_executed")(on_step)
