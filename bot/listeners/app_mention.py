"""Somebody mentions the bot in a channel or thread."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.intake import Intake


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to mentions."""

    async def on_mention(body: dict[str, Any]) -> None:
        await intake.take_message(body)

    app.event("app_mention")(on_mention)
