"""Somebody opens the app's Home tab."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to looks at the app, but for those at its Messages tab, which are for others."""

    async def on_open(body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_home(body, context)

    app.event("app_home_opened")(on_open)
