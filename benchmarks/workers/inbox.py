"""Put events through the inbox, with nothing to do for them, and print the CPU time an event.

Usage: python -m benchmarks.workers.inbox DATABASE_URL COUNT AT_ONCE
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import count

from bot.inbox import Inbox
from bot.incoming import IncomingMessage
from bot.jobs import MessageJob
from bot.metrics import Metrics
from bot.outcomes import Attempt, Done, Outcome
from bot.store.answer_table import StoredAnswer, note_answer
from bot.store.database import open_database
from bot.store.urls import parse_database_url

_TEXT = "the copy job failed with HRESULT 0x80070005 on web-14 " * 5
_CHANNELS = 40


async def main(url: str, events: int, at_once: int) -> float:
    """Return the CPU milliseconds an event: accepted, handed out, finished, all of it on disk."""
    database = await open_database(parse_database_url(url))
    inbox = Inbox(database, _handle, Metrics())
    await inbox.start()
    numbers = count()

    async def accept(many: int) -> None:
        for _ in range(many):
            number = next(numbers)
            message = IncomingMessage(
                "T1", f"C{number % _CHANNELS}", f"{number}.1", "message", _TEXT,
                bot_id="B1", event_id=f"E{number}",
            )  # fmt: skip
            await inbox.accept(MessageJob(message, "automatic"))

    await accept(50)
    begin = time.process_time()
    await asyncio.gather(*(accept(events // at_once) for _ in range(at_once)))
    while inbox.waiting:  # noqa: ASYNC110 (the inbox tells nobody when it is empty)
        await asyncio.sleep(0.005)
    spent = time.process_time() - begin
    await inbox.drain(5)
    await database.close()
    return spent / (events // at_once * at_once) * 1000


async def _handle(attempt: Attempt) -> Outcome:
    assert isinstance(attempt.job, MessageJob)  # noqa: S101 (this worker puts in nothing else)
    message = attempt.job.message
    answer = StoredAnswer(message.team, message.channel, message.ts, message.ts, "9", True, ())
    return Done((lambda tx: note_answer(tx, answer),), answered=True)


if __name__ == "__main__":
    address, events, at_once = sys.argv[1:]
    print(json.dumps({"ms": asyncio.run(main(address, int(events), int(at_once)))}))
