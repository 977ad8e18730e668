"""What Slack can send us, one module per trigger; the order is the order of matching.

Bolt asks each listener in turn and each one asked costs time, so the frequent ones come first and
the catch-all, which acknowledges what nothing else is for, comes last.
"""

from __future__ import annotations

from slack_bolt.async_app import AsyncApp

from bot.intake import Intake
from bot.listeners import (
    app_home,
    app_mention,
    channel_message,
    conversation_opened,
    everything_else,
    message_shortcut,
    press,
    slash_command,
    submission,
    workflow_step,
)

TRIGGERS = (
    channel_message,
    app_mention,
    slash_command,
    message_shortcut,
    press,
    submission,
    conversation_opened,
    workflow_step,
    app_home,
    everything_else,
)


def register_all(app: AsyncApp, intake: Intake) -> None:
    """Register every trigger."""
    for trigger in TRIGGERS:
        trigger.register(app, intake)
