"""Slack's deliveries, made and signed here: the requests that the bots under test get."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SIGNING_SECRET = "benchmark-signing-secret"
BOT_TOKEN = "xoxb-benchmark"
TEAM, BOT_USER, BOT_ID = "T0BENCH", "U0BENCHBOT", "B0BENCHBOT"
PATH = "/slack/events"


@dataclass(frozen=True, slots=True)
class Event:
    """A message as Slack tells it; `ts` is unique and names the event in the replies."""

    ts: str
    channel: str
    text: str

    def body(self) -> bytes:
        """Return the JSON of the delivery."""
        number = self.ts.replace(".", "")
        event = {
            "type": "message", "channel": self.channel, "channel_type": "channel",
            "user": "U0ALERTS", "bot_id": "B0ALERTS", "app_id": "A0ALERTS", "team": TEAM,
            "ts": self.ts, "event_ts": self.ts, "text": self.text,
        }  # fmt: skip
        authorization = {
            "enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True,
            "is_enterprise_install": False,
        }  # fmt: skip
        delivery = {
            "token": "unused", "team_id": TEAM, "api_app_id": "A0BENCH", "event": event,
            "type": "event_callback", "event_id": f"Ev{number}",
            "event_time": int(float(self.ts)), "authorizations": [authorization],
            "is_ext_shared_channel": False,
        }  # fmt: skip
        return json.dumps(delivery).encode()


def make_events(
    texts: Sequence[str], first: int, count: int, channels: int | None = None
) -> Iterator[Event]:
    """Yield `count` events, taking the texts in turn; `first` numbers them.

    Without `channels` each lies in a channel of its own: no reply waits for another, and none is a
    repetition.
    """
    for number in range(first, first + count):
        channel = number % channels if channels else number
        # Slack's ts counts microseconds.
        ts = f"{1_700_000_000 + number // 1_000_000}.{number % 1_000_000:06d}"
        yield Event(ts, f"C{channel:09d}", texts[number % len(texts)])


def sign(body: bytes, timestamp: int, secret: str = SIGNING_SECRET) -> str:
    """Return the value of `X-Slack-Signature` for a body.

    Source: docs.slack.dev/authentication/verifying-requests-from-slack.
    """
    base = b"v0:%d:" % timestamp + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def request_bytes(event: Event, now: float | None = None) -> bytes:
    """Return the whole HTTP request of a delivery, signed for now (seconds since 1970)."""
    body = event.body()
    timestamp = int(time.time() if now is None else now)
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Slack-Request-Timestamp: {timestamp}\r\nX-Slack-Signature: {sign(body, timestamp)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
