"""What was answered before, also by an earlier process: in memory first, then in the store."""

from __future__ import annotations

from collections import OrderedDict

from bot.incoming import IncomingMessage
from bot.store.answer_table import StoredAnswer, find_answer, thread_has_automatic_answer
from bot.store.database import Database

# One takes a kilobyte; what is not here is looked up.
_REMEMBERED = 2_000


class Answered:
    """Asks the store only where an earlier process may have answered: changes and threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: OrderedDict[tuple[str, str, str], StoredAnswer] = OrderedDict()

    async def find(self, message: IncomingMessage) -> StoredAnswer | None:
        """The answer to this very message, None when it got none."""
        team, channel, ts = message.team, message.channel, message.ts
        if known := self._known.get((team, channel, ts)):
            return known
        # A message that is new cannot have been answered: the inbox takes it once.
        if message.kind not in ("edited", "deleted"):
            return None
        return await self._database.read(lambda tx: find_answer(tx, team, channel, ts))

    async def thread_has_automatic_answer(self, message: IncomingMessage) -> bool:
        """Whether its thread got an answer that nobody asked for."""
        team, channel, root = message.team, message.channel, message.root_ts
        if (team, channel, f"auto:{root}") in self._known:
            return True
        if message.kind != "edited" and not message.in_thread:
            return False
        return await self._database.read(
            lambda tx: thread_has_automatic_answer(tx, team, channel, root)
        )

    def note(self, answer: StoredAnswer) -> None:
        """Remember that a message was answered."""
        self._known[answer.team, answer.channel, answer.source_ts] = answer
        if answer.automatic:
            self._known[answer.team, answer.channel, f"auto:{answer.root_ts}"] = answer
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, answer: StoredAnswer) -> None:
        """The answer stands in Slack no longer."""
        self._known.pop((answer.team, answer.channel, answer.source_ts), None)
        self._known.pop((answer.team, answer.channel, f"auto:{answer.root_ts}"), None)
