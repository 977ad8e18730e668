"""Send the bot what Slack never sends, and count tracebacks and answers of 5xx: there must be none.

Usage: python scripts/trials/hostile_bodies.py [--count N] [--seed N] [--processes N]

The real bot runs in HTTP mode against the local workspace. Bodies are made from payloads of every
kind that Slack delivers, changed at random places (other types, deep nesting, odd and long texts,
missing and doubled fields), cut and flipped bytes, wrong headers; most are signed correctly, so
they get past the signature. Requests go over loopback HTTP that is kept alive, some 700 a second
and process. Every 25,000 bodies go to a new bot: what the stand-in remembers of them stays small,
and the same seed sends the same bodies with any number of processes.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import io
import json
import logging
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.logs import BadRequestFilter  # noqa: E402
from bot.running import load_base, running  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.workspace import Workspace  # noqa: E402

_WORKERS = 8
_BODIES_A_BOT = 25_000
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_TEXTS = ("", "0x2F7", "\x00", "\ud800", "💥" * 50, "A" * 5_000, "<!channel> <@U1>", "-1", "%")
_SCALARS = (None, True, 0, -1, 2**70, 1.5, float("inf"), *_TEXTS)
_MESSAGE = {"type": "message", "channel": "C1", "user": "U1", "text": "failed: 0x80070005",
            "ts": "1.1", "channel_type": "channel",
            "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section",
                        "elements": [{"type": "text", "text": "0x2F7"}]}]}],
            "attachments": [{"title": "t", "fields": [{"value": "0x5"}]}]}  # fmt: skip
_SEEDS: tuple[dict[str, Any], ...] = (
    {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": _MESSAGE,
     "authorizations": [{"team_id": "T1", "user_id": "U2", "is_bot": True}]},
    {"type": "event_callback", "team_id": "T1", "event_id": "E2",
     "event": {**_MESSAGE, "type": "app_mention", "thread_ts": "1.0"}},
    {"type": "event_callback", "team_id": "T1", "event_id": "E3",
     "event": {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "2.2",
               "message": _MESSAGE, "previous_message": {**_MESSAGE, "text": "x"}}},
    {"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "t",
     "channel": {"id": "C1"}, "container": {"message_ts": "1.1"}, "message": _MESSAGE,
     "actions": [{"type": "button", "action_id": "winerr_show_fix", "block_id": "b",
                  "value": "win32:759"}], "response_url": "http://127.0.0.1:9/x"},
    {"type": "message_action", "callback_id": "winerr_explain_message", "team": {"id": "T1"},
     "user": {"id": "U1"}, "channel": {"id": "C1"}, "message": _MESSAGE, "trigger_id": "t",
     "response_url": "http://127.0.0.1:9/x"},
    {"command": "/winerr", "text": "0x2F7", "team_id": "T1", "channel_id": "C1", "user_id": "U1",
     "response_url": "http://127.0.0.1:9/x", "trigger_id": "t"},
    {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U1"}, "view": {"id": "V"}},
    {"type": "url_verification", "challenge": "c"},
)  # fmt: skip


@dataclass
class Found:
    """What came back: answers by status, and the logged tracebacks, the first one of each kind."""

    statuses: Counter[int] = field(default_factory=Counter)
    tracebacks: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def broken(self) -> int:
        """Answers of 5xx."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def add(self, other: Found) -> None:
        """Count in what another process found."""
        self.statuses += other.statuses
        self.tracebacks += other.tracebacks
        self.kinds = {**other.kinds, **self.kinds}

    def told(self) -> str:
        """The figures in a line."""
        told = ", ".join(f"{status}: {count:,}" for status, count in sorted(self.statuses.items()))
        return (
            f"{sum(self.statuses.values()):,} bodies ({told}):"
            f" {self.tracebacks} tracebacks, {self.broken} of 5xx"
        )


class Watch(logging.Handler):
    """Counts log records that hold a traceback."""

    def __init__(self, found: Found) -> None:
        super().__init__()
        self._found = found
        self.addFilter(BadRequestFilter())

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one record."""
        if record.exc_info:
            self._found.tracebacks += 1
            text = logging.Formatter().format(record)
            self._found.kinds.setdefault(text.rstrip().rsplit("\n", 1)[-1][:60], text)


def changed(value: Any, chance: random.Random) -> Any:
    """The payload with something wrong at a random place."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        fate = chance.random()
        if fate < 0.1:
            return {name: item for name, item in value.items() if name != key}
        if fate < 0.15:
            return {**value, chance.choice(_TEXTS): chance.choice(_SCALARS)}
        return {**value, key: changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        return [*value[:place], changed(value[place], chance), *value[place + 1 :]]
    fate = chance.random()
    if fate < 0.1:
        return [value] * chance.choice((0, 2, 300))
    if fate < 0.2:
        return {"x": value, "type": chance.choice(_SCALARS)}
    if fate < 0.22:
        for _ in range(chance.choice((50, 3_000))):
            value = [value]
        return value
    return chance.choice(_SCALARS)


def body_of(chance: random.Random, number: int) -> tuple[bytes, str]:
    """A hostile body and its content type."""
    payload: Any = chance.choice(_SEEDS)
    if "event" in payload:
        event = {**payload["event"], "ts": f"{number}.1"}
        payload = {**payload, "event": event, "event_id": f"E{number}"}
    for _ in range(chance.choice((0, 1, 1, 2, 4))):
        payload = changed(payload, chance)
    try:
        text = json.dumps(payload)
    except RecursionError:
        text = "[" * 50_000
    if isinstance(payload, dict) and "command" in payload and chance.random() < 0.8:
        pairs = (f"{_quoted(name)}={_quoted(value)}" for name, value in payload.items())
        body, kind = "&".join(pairs).encode(), _FORM
    elif chance.random() < 0.3:
        body, kind = b"payload=" + quote_plus(text).encode(), _FORM
    else:
        body, kind = text.encode(), _JSON
    if chance.random() < 0.15 and body:
        place = chance.randrange(len(body))
        body = body[:place] + bytes(chance.randrange(256) for _ in range(3)) + body[place + 1 :]
    if chance.random() < 0.05:
        body = body[: chance.randrange(len(body) + 1)]
    return body, kind if chance.random() < 0.97 else chance.choice(("", "text/plain", "a/b; c"))


def _quoted(value: Any) -> str:
    try:
        return quote_plus(str(value), errors="replace")
    except RecursionError:
        return "deep"


def headers_of(body: bytes, kind: str, secret: str, chance: random.Random) -> dict[str, str]:
    """Headers that are right, but for a few."""
    stamp = str(int(time.time()))
    base = b"v0:" + stamp.encode() + b":" + body
    signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    fate = chance.random()
    if fate < 0.02:
        stamp = chance.choice(("", "x", "-1", "9" * 30, "1٢3"))
    elif fate < 0.04:
        signature = chance.choice(("", "v0=", "ü" * 70, signature[:-1]))
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    if kind:
        headers["Content-Type"] = kind
    if chance.random() < 0.1:
        headers["X-Slack-Retry-Num"] = chance.choice(("1", "x", ""))
    if chance.random() < 0.02:
        headers["Content-Encoding"] = chance.choice(("gzip", "deflate", "identity", "x"))
    return headers


async def attack(count: int, seed: int) -> Found:
    """Send so many bodies to a bot of their own."""
    found = Found()
    watch = Watch(found)
    logging.getLogger().addHandler(watch)
    async with Workspace() as workspace:
        with tempfile.TemporaryDirectory(prefix="winerr-hostile-") as folder:
            settings = Settings(
                slack_bot_token=workspace.bot_token,
                slack_signing_secret=workspace.signing_secret,
                slack_api_url=workspace.api_url,
                database_url=f"sqlite:///{folder}/winerr.db",
                channel_policy="all",
                http_port=0,
                user_per_minute=0,
                channel_backlog=1_000_000,
                inbox_capacity=1_000_000,
                max_attempts=1,
            )
            async with running(settings, load_base(settings)) as bot:
                url = f"http://127.0.0.1:{bot.http_port}/slack/events"
                secret = workspace.signing_secret

                async def work(worker: int) -> None:
                    chance = random.Random(seed * 1_000 + worker)  # noqa: S311
                    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
                        for number in range(worker, count, _WORKERS):
                            body, kind = body_of(chance, number)
                            headers = headers_of(body, kind, secret, chance)
                            try:
                                async with session.post(
                                    url,
                                    data=io.BytesIO(body),
                                    headers=headers,
                                    skip_auto_headers=["Content-Type"],
                                ) as response:
                                    found.statuses[response.status] += 1
                            except ValueError:
                                found.statuses[0] += 1  # our client refuses to send such a header

                await asyncio.gather(*(work(worker) for worker in range(_WORKERS)))
                await bot.inbox.drain(30)
    logging.getLogger().removeHandler(watch)
    return found


def _attack(part: tuple[int, int]) -> Found:
    logging.getLogger().setLevel(logging.ERROR)
    return asyncio.run(attack(*part))


def attack_in_processes(count: int, seed: int, processes: int) -> Found:
    """Send so many bodies to one bot after the other, in so many processes at a time."""
    starts = range(0, count, _BODIES_A_BOT)
    parts = [
        (min(_BODIES_A_BOT, count - start), seed + place) for place, start in enumerate(starts)
    ]
    found = Found()
    # Not forked: a fork would share the open files and locks of this process. Not an executor:
    # its max_tasks_per_child leaves the last tasks without a process (CPython issue 115634).
    with multiprocessing.get_context("spawn").Pool(processes, maxtasksperchild=1) as pool:
        for part in pool.imap_unordered(_attack, parts):
            found.add(part)
            print(f"  {found.told()}", flush=True)
    return found


def main() -> int:
    """Print what came back; exit code 1 with a traceback or an answer of 5xx."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=759)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    found = attack_in_processes(arguments.count, arguments.seed, arguments.processes)
    for text in found.kinds.values():
        print(text[-1_500:])
    print(found.told())
    return 1 if found.broken or found.tracebacks else 0


if __name__ == "__main__":
    sys.exit(main())
