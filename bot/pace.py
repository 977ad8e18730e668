"""How fast we post into a channel.

Slack takes about one message a second in a channel and tolerates short bursts (docs.slack.dev,
apis/web-api/rate-limits). So we post at once until Slack objects, and then keep to one a second in
that channel for a while.
"""

from __future__ import annotations

import asyncio
import time

# A little more than Slack's second: posts do not arrive as evenly as they are sent.
SECONDS_BETWEEN_POSTS = 1.05
CAREFUL_SECONDS = 600.0


class Pace:
    """Remembers which channels Slack limited, and when we posted there last (monotonic seconds)."""

    def __init__(self) -> None:
        self._careful_until: dict[str, float] = {}
        self._next_turn: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Wait until it is time to post into a channel."""
        if channel not in self._careful_until:
            return
        now = time.monotonic()
        if now > self._careful_until[channel]:
            del self._careful_until[channel]
            self._next_turn.pop(channel, None)
            return
        at = max(now, self._next_turn.get(channel, now))
        self._next_turn[channel] = at + SECONDS_BETWEEN_POSTS
        await asyncio.sleep(at - now)

    def slow_down(self, channel: str) -> None:
        """Slack limited a post in this channel."""
        self._careful_until[channel] = time.monotonic() + CAREFUL_SECONDS
