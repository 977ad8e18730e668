"""What is known of an error before it is answered, and what is written down about it after."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.delivery import answer_codes
from bot.errors import StoreError
from bot.incoming import IncomingAction, IncomingCommand, IncomingMessage
from bot.rendering.answer_blocks import Rendered
from bot.rendering.remembering import Remembered
from bot.store.answer_table import StoredAnswer
from bot.store.burst_table import Burst, burst_of_post, find_burst
from bot.store.channel_table import is_muted
from bot.store.database import Database, Transaction
from bot.store.note_table import last_resolution, notes_of
from bot.store.occurrence_table import Occurrence, seen
from bot.store.unknown_table import note_unknown
from bot.unknown import unknown_codes

if TYPE_CHECKING:
    from knowledge import Answer

# A reply about more errors than this names the others in a line each: they count, up to here.
_COUNTED = 10

Where = IncomingMessage | IncomingCommand | IncomingAction


@dataclass(frozen=True, slots=True)
class Recalled:
    """What the store knows about the errors of a message, in its channel."""

    muted: bool
    burst: Burst | None
    remembered: Remembered


class Memory:
    """Reads, in one transaction, all that a reply takes into account."""

    def __init__(self, database: Database, days: float) -> None:
        self._database = database
        self._days = min(days, 30.0)

    async def remembered(self, where: Where, rendered: Rendered) -> Remembered:
        """What a private answer adds from memory; nothing when the store is out."""
        try:
            return await self._database.read(
                lambda tx: self._remembered(tx, where, rendered.answers)
            )
        except StoreError:
            return Remembered()

    async def note_unknown(
        self, team: str, asked: str, rendered: Rendered, in_files: str = ""
    ) -> None:
        """Count what a private answer could not explain; the answer goes out without a store."""
        if written := unknown_codes(asked, rendered, in_files):
            with contextlib.suppress(StoreError):
                await self._database.run(lambda tx: note_unknown(tx, team, written), short=True)

    async def recall(
        self, message: IncomingMessage, rendered: Rendered, *, dry: bool, cooldown: float
    ) -> Recalled:
        """What is known; `cooldown` in seconds, 0 where nothing is counted."""
        codes = answer_codes(rendered)

        def work(tx: Transaction) -> Recalled:
            team, channel = message.team, message.channel
            # A message that begins a thread has none yet that could be muted.
            muted = message.in_thread and is_muted(tx, team, channel, message.root_ts)
            burst = None
            if cooldown and codes:
                burst = find_burst(tx, team, channel, codes, dry=dry, cooldown=cooldown)
            # What is only counted says nothing; and what a team knows is not for another
            # organisation that reads along.
            known = () if burst is not None or message.is_shared else rendered.answers
            return Recalled(muted, burst, self._remembered(tx, message, known))

        return await self._database.read(work)

    async def is_muted(self, message: IncomingMessage) -> bool:
        """Whether somebody muted the thread of a message."""
        team, channel, root = message.team, message.channel, message.root_ts
        return await self._database.read(lambda tx: is_muted(tx, team, channel, root))

    async def counts_many(self, answer: StoredAnswer) -> bool:
        """Whether a reply stands for more messages than the one it was posted for."""
        burst = await self._database.read(
            lambda tx: burst_of_post(tx, answer.team, answer.channel, answer.posted_ts)
        )
        return burst is not None and burst.count > 1

    def _remembered(self, tx: Transaction, message: Where, answers: Sequence[Answer]) -> Remembered:
        if not answers:
            return Remembered()
        team, channel, topic = message.team, message.channel, topic_of(answers[0])
        return Remembered(
            seen(tx, team, channel, topic, self._days),
            int(self._days),
            [note for note in notes_of(tx, team, topic) if note.removed_by is None],
            last_resolution(tx, team, channel, topic),
        )


def topic_of(answer: Answer) -> str:
    """Under which name an error is remembered: its article, so that all spellings share one."""
    return answer.article or f"{answer.reading.family}:{answer.reading.hex}"


def occurrences(
    message: IncomingMessage, answers: Sequence[Answer], *, posted: bool, dry: bool = False
) -> list[Occurrence]:
    """What to count of a message; what one person asks privately is not counted."""
    if message.is_direct:
        return []
    topics: dict[str, str] = {}
    for answer in answers[:_COUNTED]:
        topics.setdefault(topic_of(answer), f"{answer.reading.family}:{answer.reading.hex}")
    return [
        Occurrence(
            message.team, message.channel, topic, code, message.is_public, posted=posted, dry=dry
        )
        for topic, code in topics.items()
    ]
