"""The bots that are compared, each in a process of its own with the same variables."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import Literal

from benchmarks.driver import Load, closed_loop
from benchmarks.errors import CannotRunError
from benchmarks.events import BOT_TOKEN, SIGNING_SECRET, Event, make_events
from benchmarks.processes import BotProcess, bot_process, free_port
from benchmarks.stand_in import Arrivals

Way = Literal["plain", "session", "silent", "winerr"]
WAY_NAMES: Mapping[Way, str] = {
    "plain": "Bolt as it comes",
    "session": "Bolt + shared session",
    "silent": "Bolt doing nothing",
    "winerr": "winerr",
}
# What `winerr run` on the command line starts.
WINERR = (sys.executable, "-c", "from bot.cli import main; raise SystemExit(main())")
ANSWER_SECONDS = 60.0
_WARM_UP = 60


@contextmanager
def running_bot(
    way: Way, api_url: str, more: Mapping[str, str] | None = None
) -> Iterator[BotProcess]:
    """Start a bot whose Slack is at `api_url`; it may not listen yet when the block begins.

    winerr runs with its defaults, but for the policy of channels: all, so that it answers. The
    variables `more` take the place of ours.
    """
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        port = free_port()
        variables = {
            "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": api_url,
        }  # fmt: skip
        if way == "winerr":
            command: Sequence[str] = (*WINERR, "run")
            # Its store is a file on this machine's disk, as it is where somebody runs it.
            variables |= {
                "WINERR_HTTP_PORT": str(port), "WINERR_CHANNEL_POLICY": "all",
                # One chat.postMessage an event, as the bare bots send.
                "WINERR_COOLDOWN_SECONDS": "0",
                "DATABASE_URL": f"sqlite:///{folder}/winerr.db",
            }  # fmt: skip
        else:
            command = (sys.executable, "-m", "benchmarks.bare_bot", way, str(port))
        with bot_process(command, port, {**variables, **(more or {})}) as bot:
            yield bot


@asynccontextmanager
async def running_bots(
    ways: Sequence[Way], api_url: str, more: Mapping[str, str] | None = None
) -> AsyncIterator[dict[Way, BotProcess]]:
    """Start all ways at once, so that rounds can alternate between them, and wait for them."""
    with ExitStack() as stack:
        bots = {way: stack.enter_context(running_bot(way, api_url, more)) for way in ways}
        for bot in bots.values():
            await bot.wait_for_port()
        yield bots


class Bench:
    """Drives bots against one stand-in; every event of a run gets a number of its own.

    The events lie in so many `channels`, without a number each in its own.
    """

    def __init__(self, arrivals: Arrivals, at_once: int, channels: int | None = None) -> None:
        self.arrivals = arrivals
        self._channels = channels
        self._at_once = at_once
        self._next = 1

    def events(self, texts: Sequence[str], count: int) -> Iterator[Event]:
        """Return new events with these texts in turn."""
        first, self._next = self._next, self._next + count
        return make_events(texts, first, count, self._channels)

    async def warm_up(self, bots: Iterable[BotProcess], texts: Sequence[str]) -> None:
        """Let every bot do its first work, which is not measured."""
        for bot in bots:
            await self.flood(bot, texts, _WARM_UP)

    async def flood(
        self, bot: BotProcess, texts: Sequence[str], count: int, *, replies: int | None = None
    ) -> tuple[Load, float]:
        """Send events in a closed loop until all are acknowledged and `replies` came (or all).

        Returns the load and the CPU seconds that the bot used for it. CannotRunError when replies
        are missing after a minute.
        """
        before = await bot.settle()
        replies = count if replies is None else replies
        self.arrivals.expect(replies)
        load = await closed_loop(bot.port, self.events(texts, count), self._at_once, ANSWER_SECONDS)
        if replies:
            await self.wait_for_replies()
        return load, await bot.settle() - before

    async def wait_for_replies(self) -> None:
        """Wait for the replies that `arrivals` expects."""
        try:
            await asyncio.wait_for(self.arrivals.complete.wait(), ANSWER_SECONDS)
        except TimeoutError as error:
            got, wanted = len(self.arrivals.replies), self.arrivals.expected
            raise CannotRunError(f"{got} of {wanted} events were answered in time") from error
