"""The page and what drives it: JSON in, JSON out, and a stream that says when to look again."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.workspace.faults import KINDS, WITH_FIXED_TARGET
from bot.workspace.page_deeds import Action, PageDeeds
from bot.workspace.presets import load_presets, trace_sample
from bot.workspace.schema import Payload
from bot.workspace.state import SLACKBOT, Channel, State, User
from bot.workspace.views import Views

if TYPE_CHECKING:
    from bot.workspace.driving import Driving

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
# A stream that is silent for longer is dead to the page; live.js waits for almost three of them.
_BEAT_SECONDS = 15.0


class Page:
    """Serves the page and carries out what is done in it."""

    def __init__(self, driving: Driving, views: Views, *, has_pages: bool = False) -> None:
        self._driving = driving
        self._deeds = PageDeeds(driving)
        self._views = views
        self._has_pages = has_pages
        # Tells the page whether it still talks to the workspace that it knows.
        self._started = secrets.token_hex(8)
        self._streams: set[asyncio.Task[Any]] = set()

    @property
    def _state(self) -> State:
        return self._driving.state

    def add_routes(self, app: web.Application) -> None:
        """Put everything of the page under the server."""
        app.router.add_get("/", self._index)
        app.router.add_get("/archives/{channel}/{message}", self._permalink)
        app.router.add_get("/static/{name}", self._static)
        app.router.add_get("/workspace/about", self._about)
        app.router.add_get("/workspace/look", self._look)
        app.router.add_get("/workspace/live", self._live)
        app.router.add_get("/workspace/file/{file}", self._file)
        app.router.add_get("/workspace/faults", self._list_faults)
        for name, action in self._deeds.by_name().items():
            app.router.add_post(f"/workspace/{name}", _as_handler(action))

    def close(self) -> None:
        """End every live stream."""
        for stream in self._streams:
            stream.cancel()

    # What the page reads

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_STATIC / "index.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        path = _STATIC / request.match_info["name"]
        if path.parent != _STATIC or path.suffix not in _TYPES or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(
            text=path.read_text("utf-8"), content_type=_TYPES[path.suffix], charset="utf-8"
        )

    async def _permalink(self, request: web.Request) -> web.StreamResponse:
        channel, message = request.match_info["channel"], request.match_info["message"]
        raise web.HTTPFound(f"/#{channel}/{message}")

    async def _about(self, request: web.Request) -> web.StreamResponse:
        settings = self._driving.settings
        people = [asdict(user) for user in self._state.users.values() if user.id != SLACKBOT]
        presets = [
            {"id": preset.id, "title": preset.title, "sender": preset.sender}
            for preset in load_presets()
        ]
        return web.json_response(
            {
                "users": people,
                "commands": list(settings.commands),
                "shortcuts": [asdict(shortcut) for shortcut in settings.shortcuts],
                "presets": presets,
                "trace": trace_sample(),
                "snippet_chars": settings.snippet_chars,
                "faults": KINDS,
                "fixed_targets": WITH_FIXED_TARGET,
                "has_pages": self._has_pages,
                "started": self._started,
            }
        )

    async def _look(self, request: web.Request) -> web.StreamResponse:
        try:
            user = self._deeds.user_of(dict(request.query))
            channel = self._deeds.channel_of(dict(request.query), user)
        except (LookupError, ValueError) as error:
            raise web.HTTPNotFound from error
        thread_ts = request.query.get("thread", "")
        messages = channel.top_level()
        last = request.query.get("last", "")[:6]
        shown = messages[-int(last) :] if last.isdecimal() and int(last) else messages
        seen = {
            "connected": self._driving.is_connected,
            "channels": [self._channel_object(each) for each in self._channels_of(user)],
            "channel": channel.id,
            "messages": shown,
            "earlier": len(messages) - len(shown),
            "thread": channel.replies(thread_ts),
            "ephemerals": [
                each.message
                for each in self._state.ephemerals
                if each.user == user.id and each.channel == channel.id
            ],
            "status": self._state.thread_status.get((channel.id, thread_ts), ""),
            "prompts": self._state.prompts.get(channel.id, []),
            "view": self._views.top(user.id),
            "home": self._state.homes.get(user.id),
            "faults": self._driving.faults.as_json(),
        }
        return web.json_response(seen)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = self._state.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="text/plain", charset="utf-8")

    async def _live(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        response.headers["Cache-Control"] = "no-store"
        task = asyncio.current_task()
        await response.prepare(request)
        if task is not None:
            self._streams.add(task)
            task.add_done_callback(self._streams.discard)
        # A closed tab shows only when something is written to it: its end, not a fault.
        with self._state.changes.subscribe() as queue, suppress(ConnectionResetError):
            await response.write(b": hello\n\n")
            while True:
                await response.write(await _next_event(queue))
        return response

    async def _list_faults(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"faults": self._driving.faults.as_json()})

    def _channels_of(self, user: User) -> list[Channel]:
        return [each for each in self._state.channels.values() if user.id in each.members]

    def _channel_object(self, channel: Channel) -> Payload:
        return {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "purpose": channel.purpose,
            "bot_is_in": self._state.team.bot_user in channel.members,
            "latest": max(channel.messages, default=""),
        }


async def _next_event(queue: asyncio.Queue[Payload]) -> bytes:
    """What to send next: all that has changed meanwhile as one event, or that we are still here."""
    try:
        changes = [await asyncio.wait_for(queue.get(), _BEAT_SECONDS)]
    except TimeoutError:
        return b"event: beat\ndata:\n\n"
    while not queue.empty():
        changes.append(queue.get_nowait())
    return f"data: {json.dumps(changes)}\n\n".encode()


def _as_handler(action: Action) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = await request.json()
            answer = await action(body) if isinstance(body, dict) else None
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            wrong = error.args[0] if error.args else type(error).__name__
            return web.json_response({"ok": False, "error": str(wrong)}, status=400)
        if answer is None:
            return web.json_response({"ok": False, "error": "send a JSON object"}, status=400)
        return web.json_response({"ok": True, **answer})

    return handle
