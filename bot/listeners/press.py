"""A press of one of our buttons."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot import ids
from bot.intake import Intake

_OPINIONS = (ids.HELPFUL, ids.NOT_HELPFUL, ids.MORE, ids.UNMUTE, ids.NOTE_REMOVE)
ACTION_IDS = (
    *ids.MODALS,
    ids.SHARE,
    ids.SEARCH,
    ids.CHANNEL_SETTINGS,
    *_OPINIONS,
    *(ids.pick_id(index) for index in range(ids.PICK_LIMIT)),
)


def register(app: AsyncApp, intake: Intake) -> None:
    """Listen to every action id that rendering uses."""

    async def on_press(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
        await intake.take_action(body, context)
        await ack()

    for action_id in ACTION_IDS:
        app.action(action_id)(on_press)
