"""What was answered before, also by an earlier process: in memory first, then in the store."""

from __future__ import annotations

from collections import OrderedDict

from bot.incoming import IncomingMessage
from bot.store.answer_table import thread_has_automatic_answer, was_answered
from bot.store.database import Database

_REMEMBERED = 20_000


class Answered:
    """Asks the store only where an earlier process may have answered: edits and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    async def has_answer(self, message: IncomingMessage) -> bool:
        """Whether this very message got an answer."""
        team, channel, ts = message.team, message.channel, message.ts
        if (team, channel, ts) in self._known:
            return True
        # A message that is new cannot have been answered: the inbox takes it once.
        if message.kind != "edited":
            return False
        return await self._database.run(lambda tx: was_answered(tx, team, channel, ts))

    async def thread_has_automatic_answer(self, message: IncomingMessage) -> bool:
        """Whether its thread got an answer that nobody asked for."""
        team, channel, root = message.team, message.channel, message.root_ts
        if (team, channel, f"auto:{root}") in self._known:
            return True
        if message.kind != "edited" and not message.in_thread:
            return False
        return await self._database.run(
            lambda tx: thread_has_automatic_answer(tx, team, channel, root)
        )

    def note(self, message: IncomingMessage, *, automatic: bool) -> None:
        """Remember that a message was answered."""
        self._known[message.team, message.channel, message.ts] = None
        if automatic:
            self._known[message.team, message.channel, f"auto:{message.root_ts}"] = None
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
