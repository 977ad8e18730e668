"""Sharing a private answer with its channel: once, also when the button is pressed twice.

The store knows what was shared, so that it counts for every replica and after a restart.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from dataclasses import replace

from bot.delivery import Delivery, RefusedError, TryLaterError, answer_codes
from bot.errors import StoreError
from bot.incoming import IncomingAction
from bot.rendering.answer_blocks import Rendered
from bot.rendering.refusals import refusal_words
from bot.rendering.sharing import render_thread
from bot.store.answer_table import StoredAnswer, claim_answer, forget_answer, note_answer
from bot.store.database import Database
from bot.telling import Telling
from bot.wording import Wording
from knowledge import Answer

log = logging.getLogger(__name__)

_NOT_CONFIRMED = (
    "Slack did not confirm that it took all of it. Look whether it stands in the channel; if not,"
    " press the button again."
)
_INTERRUPTED = (
    "An earlier press was interrupted. Look whether the answer stands in the channel; if not, press"
    " the button again."
)
_ALREADY_SHARED = "It is shared already: one press is enough."
_SHARED = "Shared in this channel, with steps and questions in its thread."
_HALF_SHARED = "The summary stands in this channel, without the steps and questions under it."
_PATIENCE = 3


class Shares:
    """Posts what people share, and tells them privately how it went."""

    def __init__(
        self, wording: Wording, database: Database, delivery: Delivery, telling: Telling
    ) -> None:
        self._wording = wording
        self._database = database
        self._delivery = delivery
        self._telling = telling

    async def share(self, action: IncomingAction, answer: Answer) -> None:
        """Share what stands in a private answer; an impatient second press posts nothing."""
        summary = self._wording.summary(answer, action.user)
        if not action.message_ts:
            await self._share(action, answer, summary)
            return
        claimed = _claimed(action, summary)
        claim = await self._database.run(lambda tx: claim_answer(tx, claimed))
        if claim != "ours":
            words = _ALREADY_SHARED if claim == "taken" else _INTERRUPTED
            await self._telling.say(action, words)
            return
        posted: str | None = None
        try:
            posted = await self._share(action, answer, summary)
        finally:
            await self._settle(claimed, posted)

    async def _settle(self, claimed: StoredAnswer, posted: str | None) -> None:
        """Keep what was shared; what was not may be pressed again."""
        known = replace(claimed, posted_ts=posted or "")
        with contextlib.suppress(StoreError):
            # Without a store the claim stays, and is found to be lost later.
            await self._database.run(
                lambda tx: note_answer(tx, known) if posted else forget_answer(tx, claimed)
            )

    async def _share(self, action: IncomingAction, answer: Answer, summary: Rendered) -> str | None:
        """The ts under which it stands in the channel now; the person is told either way."""
        channel, thread_ts = action.channel, action.thread_ts
        posted: str | None = None
        try:
            posted = await self._post_patiently(channel, summary, thread_ts)
            for part in render_thread(answer):
                await self._post_patiently(channel, part, thread_ts or posted)
        except RefusedError as refused:
            words = refusal_words(refused.code, pressed=posted is None)
            await self._telling.say(action, words if posted is None else f"{_HALF_SHARED} {words}")
            return posted
        except TryLaterError as error:
            # To try all of it again could post it twice.
            log.warning("sharing was not confirmed: %s", error)
            await self._telling.say(action, _NOT_CONFIRMED)
            return None
        await self._telling.say(action, _SHARED)
        return posted

    async def _post_patiently(self, channel: str, rendered: Rendered, thread_ts: str | None) -> str:
        """Post, and wait where Slack says for how long: then it did not take the post."""
        for _ in range(_PATIENCE):
            try:
                return await self._delivery.post_or_raise(channel, rendered, thread_ts)
            except TryLaterError as error:
                if error.seconds is None:
                    raise
                await asyncio.sleep(error.seconds)
        return await self._delivery.post_or_raise(channel, rendered, thread_ts)


def _claimed(action: IncomingAction, summary: Rendered) -> StoredAnswer:
    """What is shared, known by the private message with the button and by what the button says."""
    value = hashlib.blake2s(action.value.encode(), digest_size=8).hexdigest()
    return StoredAnswer(
        action.team,
        action.channel,
        f"share/{action.message_ts}/{value}",
        action.thread_ts or "",
        "",
        automatic=False,
        codes=tuple(answer_codes(summary)),
    )
