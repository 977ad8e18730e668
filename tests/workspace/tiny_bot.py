"""A tiny bot on real Bolt, to try the workspace with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace


def tiny_app(workspace: Workspace) -> AsyncApp:
    """A bot that answers mentions, alerts, commands, buttons, modals and shortcuts."""
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    app = AsyncApp(client=client, signing_secret=workspace.signing_secret)

    @app.event("app_mention")
    async def on_mention(event: dict[str, Any], say: Any) -> None:
        await say(text=f"heard {event['text']}", thread_ts=event.get("thread_ts", event["ts"]))

    @app.event("message")
    async def on_message(event: dict[str, Any], say: Any) -> None:
        if event.get("subtype") == "bot_message" or event.get("bot_id"):
            await say(text="an alert", thread_ts=event["ts"])

    @app.command("/winerr")
    async def on_command(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack()
        button = {
            "type": "button",
            "action_id": "more",
            "text": {"type": "plain_text", "text": "More"},
            "value": "1",
        }
        blocks = [
            {"type": "section", "text": {"type": "plain_text", "text": command["text"] or "-"}},
            {"type": "actions", "elements": [button]},
        ]
        await respond(text=f"got {command['text']}", blocks=blocks)

    @app.action("more")
    async def on_more(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("note")
    async def on_note(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["note"]["text"]["value"]
        if text == "bad":
            await ack(response_action="errors", errors={"note": "say something else"})
        else:
            await ack()

    @app.shortcut("winerr_explain_message")
    async def on_shortcut(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        await ack()
        await respond(text=f"about {shortcut['message']['text']}")

    @app.event("app_home_opened")
    async def on_home(event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [{"type": "header", "text": {"type": "plain_text", "text": "Welcome"}}]
        view = {"type": "home", "blocks": blocks}
        await client.views_publish(user_id=event["user"], view=view)

    return app


MODAL = {
    "type": "modal",
    "callback_id": "note",
    "title": {"type": "plain_text", "text": "A note"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": {"type": "plain_text", "text": "Note"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@asynccontextmanager
async def connected(workspace: Workspace, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Run an app over Socket Mode until the block ends."""
    handler = AsyncSocketModeHandler(app, workspace.app_token, ping_interval=1)
    await handler.connect_async()
    await workspace.wait_for(lambda: workspace.is_connected)
    try:
        yield handler
    finally:
        await handler.close_async()
