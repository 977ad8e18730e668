"""Telling those who wait or look that something in the workspace has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class Changes:
    """A stream of changes; each subscriber gets every one that happens while it listens."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[dict[str, Any]]] = set()
        self._others: list[Changes] = []

    def forward_to(self, other: Changes) -> None:
        """Tell the other's subscribers too."""
        self._others.append(other)

    def announce(self, what: str, **details: Any) -> None:
        """Tell every subscriber."""
        for queue in self._queues:
            queue.put_nowait({"what": what, **details})
        for other in self._others:
            other.announce(what, **details)

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[dict[str, Any]]]:
        """A queue that fills with changes until the block ends."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def wait_for(self, predicate: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 - it fails with what was awaited
        """The predicate's first true value; TimeoutError after `timeout` seconds.

        It is asked again after every change, and a few times a second besides, because it may
        look at things outside the workspace.
        """
        deadline = asyncio.get_running_loop().time() + timeout
        with self.subscribe() as queue:
            while not (value := predicate()):
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    raise TimeoutError(f"nothing of the kind within {timeout} seconds")
                try:
                    await asyncio.wait_for(queue.get(), min(left, 0.1))
                except TimeoutError:
                    continue
        return value
