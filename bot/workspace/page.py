"""The page and what drives it: JSON in, JSON out, and a stream that says when to look again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.workspace.faults import read_fault
from bot.workspace.presets import load_presets, trace_sample
from bot.workspace.schema import Payload
from bot.workspace.state import SLACKBOT, Channel, State, User
from bot.workspace.views import Views

if TYPE_CHECKING:
    from bot.workspace.driving import Driving

_STATIC = Path(__file__).parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
Action = Callable[[Payload], Awaitable[Payload]]


class Page:
    """Serves the page and carries out what is done in it."""

    def __init__(self, driving: Driving, views: Views) -> None:
        self._driving = driving
        self._views = views
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
        for name, action in self._actions().items():
            app.router.add_post(f"/workspace/{name}", _as_handler(action))

    def close(self) -> None:
        """End every live stream."""
        for stream in self._streams:
            stream.cancel()

    def _actions(self) -> dict[str, Action]:
        return {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "slash": self._slash,
            "alert": self._alert,
            "click": self._click,
            "click-in-view": self._click_in_view,
            "submit": self._submit,
            "close-view": self._close_view,
            "shortcut": self._shortcut,
            "home": self._home,
            "invite": self._invite,
            "dismiss": self._dismiss,
            "faults": self._add_fault,
        }

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
            }
        )

    async def _look(self, request: web.Request) -> web.StreamResponse:
        user = self._user(dict(request.query))
        channel = self._channel(dict(request.query), user)
        thread_ts = request.query.get("thread", "")
        seen = {
            "connected": self._driving.is_connected,
            "channels": [self._channel_object(each) for each in self._channels_of(user)],
            "channel": channel.id,
            "messages": channel.top_level(),
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
                change = await queue.get()
                await response.write(f"data: {json.dumps(change)}\n\n".encode())
        return response

    # What the page does

    async def _say(self, body: Payload) -> Payload:
        thread_ts = body.get("thread_ts") or None
        channel = self._channel(body, self._user(body))
        ts = await self._driving.say(self._user(body).id, channel.id, _text(body), thread_ts)
        return {"ts": ts}

    async def _edit(self, body: Payload) -> Payload:
        channel = self._own_message(body)
        await self._driving.edit(channel.id, body["ts"], _text(body))
        return {}

    async def _delete(self, body: Payload) -> Payload:
        await self._driving.delete(self._channel(body, self._user(body)).id, body["ts"])
        return {}

    async def _slash(self, body: Payload) -> Payload:
        user = self._user(body)
        channel = self._channel(body, user)
        await self._driving.slash(user.id, channel.id, body["command"], str(body.get("text", "")))
        return {}

    async def _alert(self, body: Payload) -> Payload:
        channel = self._channel(body, self._user(body))
        return {"ts": await self._driving.alert(body["preset"], channel.id)}

    async def _click(self, body: Payload) -> Payload:
        await self._driving.click(
            body["action_id"],
            user=self._user(body).id,
            ts=body["ts"],
            value=body.get("value"),
            values=body.get("values"),
        )
        return {}

    async def _click_in_view(self, body: Payload) -> Payload:
        await self._driving.click_in_view(
            body["action_id"],
            user=self._user(body).id,
            value=body.get("value"),
            values=body.get("values"),
        )
        return {}

    async def _submit(self, body: Payload) -> Payload:
        submitted = await self._driving.submit_view(self._user(body).id, body.get("values"))
        return asdict(submitted)

    async def _close_view(self, body: Payload) -> Payload:
        everything = bool(body.get("everything"))
        await self._driving.close_view(self._user(body).id, everything=everything)
        return {}

    async def _shortcut(self, body: Payload) -> Payload:
        user = self._user(body)
        channel = self._channel(body, user)
        callback_id = body.get("callback_id")
        await self._driving.shortcut(user.id, channel.id, body["ts"], callback_id)
        return {}

    async def _home(self, body: Payload) -> Payload:
        await self._driving.open_home(self._user(body).id, str(body.get("tab", "home")))
        return {}

    async def _invite(self, body: Payload) -> Payload:
        await self._driving.invite(self._channel(body, self._user(body)).id)
        return {}

    async def _dismiss(self, body: Payload) -> Payload:
        user = self._user(body).id
        self._state.ephemerals[:] = [
            each
            for each in self._state.ephemerals
            if each.user != user or each.ts != body.get("ts")
        ]
        self._state.changes.announce("ephemeral")
        return {}

    async def _add_fault(self, body: Payload) -> Payload:
        """Add a fault; `{"sockets": "drop" | "silence" | "refresh"}` and `{"clear": true}` too."""
        if body.get("clear"):
            self._driving.faults.clear()
        elif "sockets" in body:
            await self._disturb(str(body["sockets"]))
        else:
            self._driving.faults.add(*read_fault(body))
        return {"faults": self._driving.faults.as_json()}

    async def _list_faults(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"faults": self._driving.faults.as_json()})

    async def _disturb(self, how: str) -> None:
        if how == "drop":
            self._driving.drop_sockets()
        elif how == "silence":
            self._driving.silence_sockets()
        elif how == "refresh":
            await self._driving.refresh_sockets()
        else:
            raise ValueError("sockets must be drop, silence or refresh")

    def _user(self, body: Payload) -> User:
        user = self._state.user_named(str(body.get("user", "ada")))
        if user.is_bot or user.id == SLACKBOT:
            raise ValueError(f"{user.name} is no person")
        return user

    def _channel(self, body: Payload, user: User) -> Channel:
        channel = self._state.channel_named(str(body.get("channel", "incidents")))
        if channel.kind == "im" and user.id not in channel.members:
            return self._state.direct_channel(user.id)
        return channel

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

    def _own_message(self, body: Payload) -> Channel:
        user = self._user(body)
        channel = self._channel(body, user)
        if channel.messages[body["ts"]].get("user") != user.id:
            raise ValueError("only its author can edit a message")
        return channel


def _text(body: Payload) -> str:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text is empty: write something")
    return text


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
