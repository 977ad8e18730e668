"""Answering one person, so that nobody else sees it."""

from __future__ import annotations

import logging
from typing import Any

from bot import ids
from bot.delivery import Delivery
from bot.forms import IncomingForm
from bot.incoming import IncomingAction, IncomingCommand
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered
from bot.rendering.windows import render_window

log = logging.getLogger(__name__)

Asker = IncomingCommand | IncomingAction | IncomingForm

_NOT_DELIVERED = (
    "Slack did not take my answer to your command (its address is used up or expired),"
    " so I send it this way."
)
_TOO_LATE = "Slack allows three seconds to open this window, and they were over: press again."


class Telling:
    """Private answers and windows."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def tell(self, asker: Asker, rendered: Rendered) -> None:
        """Answer by the response_url, else by an ephemeral post."""
        thread_ts = asker.thread_ts
        if asker.user and _is_at_home(asker):
            await self.show(asker, render_window(rendered))
            return
        if not (asker.channel and asker.user):
            # Slack names both, always: nobody is there to be told.
            log.warning("a command or a press names no channel or no person")
            return
        if await self._delivery.respond(asker.response_url, rendered, thread_ts):
            return
        if isinstance(asker, IncomingCommand):
            rendered = notices.with_note(rendered, _NOT_DELIVERED)
        if await self._delivery.post_ephemeral(asker.channel, asker.user, rendered, thread_ts):
            return
        # We are not where it was asked: in the conversation between the two of us.
        if await self._delivery.post(asker.user, rendered) is None:
            log.warning("a private answer in channel %s reached nobody", asker.channel)

    async def say(self, asker: Asker, words: str) -> None:
        """Answer in a sentence or two of our own."""
        await self.tell(asker, notices.render_words(words))

    async def show(self, asker: Asker, view: dict[str, Any]) -> None:
        """Open a window, on top of the one in which a button was pressed."""
        below = asker.view_id if isinstance(asker, IncomingAction) else ""
        if await self._delivery.open_modal(asker.trigger_id, view, on_top_of=below):
            return
        if not _is_at_home(asker):
            await self.say(asker, _TOO_LATE)
        elif isinstance(asker, IncomingForm):
            # What was submitted is kept; there is only nothing to read of it.
            log.info("a submitted window was answered too late to say so")
        else:
            # No channel is there to answer in, so in the conversation between the two of us.
            await self._delivery.post(asker.user, notices.render_words(_TOO_LATE))


def _is_at_home(asker: Asker) -> bool:
    """Whether somebody asks from the Home tab, which is no channel to answer in."""
    if isinstance(asker, IncomingForm) and asker.about == ids.HOME:
        return True
    return not asker.channel and not isinstance(asker, IncomingCommand)
