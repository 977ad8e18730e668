"""What people do besides typing messages: commands, buttons, menus, modals, shortcuts, Home."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.delivering import Deliveries, Envelope, Outcome
from bot.workspace.errors import ApiError
from bot.workspace.events import (
    Handles,
    block_actions,
    channel_part,
    context_event,
    home_opened_event,
    message_action,
    slash_command,
    thread_started_event,
    view_closed,
    view_submission,
)
from bot.workspace.handles import Origin, ResponseUrls, Triggers
from bot.workspace.inputs import Values, action_of, find_element, missing_inputs, state_of
from bot.workspace.posting import Posting
from bot.workspace.schema import Payload
from bot.workspace.state import Channel, State, User
from bot.workspace.views import Views

_NOT_OURS = "This button belongs to another app, which is not here."
_NO_ANSWER = "did not answer in time"


@dataclass(frozen=True, slots=True)
class Submitted:
    """What became of a submitted modal: `errors` by block_id, `problem` in a sentence."""

    ok: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What interactions are made of."""

    state: State
    deliveries: Deliveries
    posting: Posting
    triggers: Triggers
    urls: ResponseUrls
    views: Views
    token: str
    tells_home: bool


class Interactions:
    """Each method is one thing that a person does; it returns when the app has acknowledged."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def slash(self, user: User, channel: Channel, command: str, text: str) -> Outcome:
        """Use a slash command; what the acknowledgement says is shown."""
        origin = Origin(user.id, channel)
        handles = self._handles(user, origin)
        payload = slash_command(user, channel, command, text, handles)
        outcome = await self._send("slash_commands", payload, accepts_response=True)
        self._show(origin, outcome, f"{command} failed: the app {_NO_ANSWER}.")
        return outcome

    async def click(
        self,
        user: User,
        channel: Channel,
        message: Payload,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        values: Values | None = None,
    ) -> Outcome:
        """Use a button or menu of a message; LookupError when there is none of that id.

        What belongs to another app's message never reaches ours.
        """
        blocks = _all_blocks(message)
        block, element = find_element(blocks, action_id, block_id)
        if message.get("bot_id") != self._parts.state.team.bot_id:
            posting = self._parts.posting
            posting.notice(user.id, channel, _NOT_OURS, message.get("thread_ts"))
            return Outcome(False, reason="other_app")
        is_ephemeral = bool(message.get("is_ephemeral"))
        origin = Origin(user.id, channel, message["ts"], is_ephemeral, message.get("thread_ts"))
        payload = block_actions(
            user,
            self._handles(user, origin),
            action_of(block, element, value, self._parts.state.clock.ts()),
            _message_container(channel, message),
            channel=channel_part(channel),
            message=None if is_ephemeral else copy.deepcopy(message),
            state=state_of(blocks, values or {}),
        )
        outcome = await self._send("interactive", payload)
        self._show(origin, outcome, f"The app {_NO_ANSWER}.", message.get("thread_ts"))
        return outcome

    async def use_in_view(
        self,
        user: User,
        view: Payload,
        action_id: str,
        *,
        value: Any = None,
        values: Values | None = None,
    ) -> Outcome:
        """Use a button or menu of a modal or a Home tab."""
        block, element = find_element(view["blocks"], action_id)
        view["state"] = state_of(view["blocks"], values or {})
        handles = self._handles(user)
        payload = block_actions(
            user,
            handles,
            action_of(block, element, value, self._parts.state.clock.ts()),
            {"type": "view", "view_id": view["id"]},
            view=copy.deepcopy(view),
        )
        return await self._send("interactive", payload)

    async def submit(self, user: User, view: Payload, values: Values) -> Submitted:
        """Submit the modal on top; the app's answer is carried out."""
        view["state"] = state_of(view["blocks"], values)
        missing = missing_inputs(view["blocks"], view["state"])
        if missing:
            return Submitted(False, missing)
        handles = self._handles(user)
        payload = view_submission(user, handles, copy.deepcopy(view))
        outcome = await self._send("interactive", payload, accepts_response=True)
        if not outcome.ok:
            return Submitted(False, problem=f"The app {_NO_ANSWER}.")
        return self._follow(user, view, outcome.body or {})

    async def close_view(self, user: User, *, everything: bool = False) -> None:
        """Dismiss the modal on top, or all; the app is told where it asked for that."""
        for view in self._parts.views.close(user.id, everything=everything):
            if view.get("notify_on_close"):
                handles = self._handles(user)
                await self._send("interactive", view_closed(user, handles, view, everything))

    async def shortcut(
        self, user: User, channel: Channel, message: Payload, callback_id: str
    ) -> Outcome:
        """Use a message shortcut."""
        origin = Origin(user.id, channel, thread_ts=message.get("thread_ts"))
        handles = self._handles(user, origin)
        shown = copy.deepcopy(message)
        payload = message_action(user, handles, callback_id, channel, shown)
        outcome = await self._send("interactive", payload)
        self._show(origin, outcome, f"The shortcut failed: the app {_NO_ANSWER}.")
        return outcome

    def open_home(self, user: User, tab: str = "home") -> None:
        """Look at the app's Home or Messages tab."""
        parts = self._parts
        if not parts.tells_home:
            return
        channel = parts.state.direct_channel(user.id)
        view = parts.state.homes.get(user.id) if tab == "home" else None
        event = home_opened_event(user.id, channel.id, view, tab, parts.state.clock.ts())
        parts.deliveries.send_event(copy.deepcopy(event))

    def open_assistant(self, user: User) -> str:
        """Open a thread of the older assistant view; its root's ts."""
        parts = self._parts
        channel = parts.state.direct_channel(user.id)
        ts = parts.state.clock.ts()
        root = {"type": "message", "subtype": "assistant_app_thread", "text": "New thread"}
        sender = {"user": parts.state.team.bot_user, "ts": ts, "thread_ts": ts}
        parts.state.add(channel, {**root, **sender})
        event = thread_started_event(user.id, channel.id, ts, parts.state.clock.ts())
        parts.deliveries.send_event(event)
        return ts

    def look_at(self, user: User, seen: Channel) -> None:
        """Look at a channel while the agent view is open beside it."""
        parts = self._parts
        channel = parts.state.direct_channel(user.id)
        event = context_event(user.id, channel.id, seen.id, parts.state.clock.ts())
        parts.deliveries.send_event(event)

    def _follow(self, user: User, view: Payload, body: Payload) -> Submitted:
        views = self._parts.views
        action = body.get("response_action")
        try:
            if action == "errors":
                return Submitted(False, body.get("errors", {}))
            if action == "update":
                views.update(body.get("view"), view["id"], None, None)
            elif action == "push":
                views.open(user.id, body.get("view"))
            else:
                views.close(user.id, everything=action == "clear")
        except ApiError as error:
            details = "; ".join(error.details.get("errors", ()))
            return Submitted(False, problem=f"The app's answer was refused: {error} {details}")
        return Submitted(True)

    def _handles(self, user: User, origin: Origin | None = None) -> Handles:
        trigger = self._parts.triggers.issue(user.id)
        url = self._parts.urls.issue(origin) if origin is not None else None
        return Handles(self._parts.token, self._parts.state.team, trigger, url)

    async def _send(
        self, kind: Any, payload: Payload, *, accepts_response: bool = False
    ) -> Outcome:
        return await self._parts.deliveries.send_once(Envelope(kind, payload, accepts_response))

    def _show(
        self, origin: Origin, outcome: Outcome, failure: str, thread_ts: str | None = None
    ) -> None:
        """Show what the acknowledgement says, or that there was none."""
        posting = self._parts.posting
        if not outcome.ok:
            posting.notice(origin.user, origin.channel, failure, thread_ts)
            return
        body = outcome.body or {}
        if not any(body.get(name) for name in ("text", "blocks", "attachments")):
            return
        try:
            self._parts.urls.answer(origin, body)
        except ApiError as error:
            text = f"The app's answer was refused: {error}"
            posting.notice(origin.user, origin.channel, text, thread_ts)


def _all_blocks(message: Payload) -> list[Payload]:
    nested = [
        block
        for attachment in message.get("attachments", [])
        for block in attachment.get("blocks", [])
    ]
    return [*message.get("blocks", []), *nested]


def _message_container(channel: Channel, message: Payload) -> Payload:
    container: Payload = {
        "type": "message",
        "message_ts": message["ts"],
        "channel_id": channel.id,
        "is_ephemeral": bool(message.get("is_ephemeral")),
    }
    if message.get("thread_ts"):
        container["thread_ts"] = message["thread_ts"]
    return container
