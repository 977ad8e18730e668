"""What nothing else is for is acknowledged, so that Slack does not count it as a failure."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.intake import Intake

_ANY = re.compile("")


def register(app: AsyncApp, intake: Intake) -> None:
    """Acknowledge events we did not ask for, and buttons of older or newer versions."""

    async def on_anything(ack: AsyncAck) -> None:
        await ack()

    app.event(_ANY)(on_anything)
    app.action(_ANY)(on_anything)
    app.view(_ANY)(on_anything)
    app.view_closed(_ANY)(on_anything)
