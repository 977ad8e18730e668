"""The app that winerr is compared with: Bolt, one listener, one reply an event, nothing else.

Usage: python -m benchmarks.bare_bot WAY PORT, where WAY is `plain` (as it comes: a new connection
for each API call), `session` (one shared client session) or `silent` (that, doing nothing).
"""

from __future__ import annotations

import os
import sys
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

WAYS = ("plain", "session", "silent")
_TEXT = "Something failed with a code; this is about as long as a short answer in a thread."


def build(way: str) -> AsyncApp:
    """Return the app for a way; it reads the variables that winerr reads, too."""
    client = AsyncWebClient(
        token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]
    )
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    async def reply(event: dict[str, Any], client: AsyncWebClient) -> None:
        block = {"type": "section", "text": {"type": "mrkdwn", "text": _TEXT}}
        await client.chat_postMessage(
            channel=event["channel"], thread_ts=event["ts"], text=_TEXT, blocks=[block]
        )

    async def do_nothing() -> None:
        pass

    app.event("message")(do_nothing if way == "silent" else reply)
    return app


def serve(way: str, port: int) -> None:
    """Serve until SIGTERM."""
    app = build(way)
    web_app = app.web_app(path="/slack/events")

    async def share_session(_: web.Application) -> None:
        app.client.session = aiohttp.ClientSession()

    if way != "plain":
        web_app.on_startup.append(share_session)
    web.run_app(web_app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
