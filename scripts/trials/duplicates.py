"""Deliver every message many times at once, and count answers: each must get exactly one.

Usage: python scripts/trials/duplicates.py [--count N] [--database sqlite|postgresql] [--replicas N]

Each message is delivered by the workspace, and at the same moment twenty times more: half of these
with its own event_id and the headers of a retry, half with new event_ids; half over signed HTTP,
half over Socket Mode, to every replica in turn. Exit code 1 when a message does not have exactly
one answer.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter

from staging import CODES, answers, database, replicas, settle

from bot.workspace import Workspace, WorkspaceSettings
from bot.workspace.delivering import Envelope, Transport
from bot.workspace.events import callback, mention_event
from bot.workspace.http_delivery import HttpDelivery

_COPIES = 20
_AT_ONCE = 5


async def duplicates(database_url: str, *, count: int, replica_count: int) -> tuple[str, bool]:
    """Run the trial on an empty database; the verdict, and whether all is well."""
    settings = WorkspaceSettings(retry_delays_seconds=(0.5, *([1.0] * 300)))
    async with (
        Workspace(settings=settings) as workspace,
        replicas(workspace, database_url, replica_count, "both") as bots,
    ):
        began = time.monotonic()
        urls = [f"http://127.0.0.1:{bot.port}/slack/events" for bot in bots]
        secret, token = workspace.signing_secret, workspace.credentials.verification_token
        over_http = [HttpDelivery(url, secret, settings, token) for url in urls]
        taken: Counter[bool] = Counter()

        async def ask(number: int) -> str:
            channel = workspace.state.channel_named(("incidents", "alerts")[number % 2])
            text = f"job {number} failed: {CODES[number % len(CODES)]}"
            ts = await workspace.mention("ada", channel.id, text)
            event = mention_event(channel, channel.messages[ts])
            same = callback(event, token, workspace.state.team)
            deliveries = []
            for copy in range(_COPIES):
                transport: Transport = workspace.sockets
                if copy % 2:
                    transport = over_http[copy // 2 % len(over_http)]
                if copy < _COPIES // 2:
                    envelope = Envelope("events_api", same, False, 1 + copy % 3, "http_timeout")
                else:
                    envelope = Envelope("events_api", callback(event, token, workspace.state.team))
                deliveries.append(transport.deliver(envelope))
            outcomes = await asyncio.gather(*deliveries)
            taken.update(outcome.ok for outcome in outcomes)
            return ts

        asked: list[str] = []
        for start in range(0, count // _COPIES, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, count // _COPIES))
            asked += await asyncio.gather(*(ask(number) for number in numbers))
        missing = await settle(workspace, asked)
        await asyncio.sleep(5)
        twice = sum(times > 1 for times in answers(workspace).values())
        for each in over_http:
            await each.close()
    verdict = (
        f"{taken.total():,} duplicates of {len(asked)} messages over HTTP and Socket Mode"
        f" within {time.monotonic() - began:.0f} s: {taken[True]:,} acknowledged,"
        f" {twice} answered twice, {len(missing)} without an answer"
    )
    return verdict, not twice and not missing


async def _main(arguments: argparse.Namespace) -> int:
    async with database(arguments.database) as url:
        verdict, is_well = await duplicates(
            url, count=arguments.count, replica_count=arguments.replicas
        )
    print(f"{arguments.database}, {arguments.replicas} replicas: {verdict}")
    return 0 if is_well else 1


def main() -> int:
    """Run the trial that the arguments describe."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="duplicated deliveries in all")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--replicas", type=int, default=2)
    return asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
