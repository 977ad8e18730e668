"""What a test, or the page, does in the workspace and sees of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

from bot.workspace.calls import Call
from bot.workspace.delivering import Deliveries, Delivery, Outcome
from bot.workspace.faults import Faults, read_fault
from bot.workspace.file_objects import Told
from bot.workspace.inputs import Values, find_element
from bot.workspace.interactions import Interactions, Submitted
from bot.workspace.posting import Posting
from bot.workspace.presets import preset_named
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.sockets import Sockets
from bot.workspace.state import SLACKBOT, Channel, State
from bot.workspace.steps import Steps
from bot.workspace.views import Views
from bot.workspace.web_api import WebApi

T = TypeVar("T")


class Driving:
    """Users and channels are given by name or id; messages by their ts."""

    settings: WorkspaceSettings
    state: State
    sockets: Sockets
    faults: Faults
    _posting: Posting
    _deliveries: Deliveries
    _interactions: Interactions
    _steps: Steps
    _views: Views
    _web_api: WebApi

    # What people do

    async def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post what a person typed, or a snippet when it is too long; the message's ts."""
        sender, place = self.state.user_named(user), self.state.channel_named(channel)
        if len(text) >= self.settings.snippet_chars:
            name = "Untitled.txt"
            return str(self._posting.upload(sender, place, text.encode(), name, thread_ts)["ts"])
        return str(self._posting.say(sender, place, text, thread_ts)["ts"])

    async def mention(
        self, user: str, channel: str, text: str, thread_ts: str | None = None
    ) -> str:
        """Post a text that begins with @winerr; the message's ts."""
        return await self.say(user, channel, f"@winerr {text}", thread_ts)

    async def upload(
        self,
        user: str,
        channel: str,
        content: str | bytes,
        name: str = "Untitled.txt",
        thread_ts: str | None = None,
        *,
        text: str = "",
        mimetype: str = "text/plain",
        tells: Told = "all",
    ) -> str:
        """Share a file, a snippet by default, with words above it; the message's ts."""
        sender, place = self.state.user_named(user), self.state.channel_named(channel)
        data = content.encode() if isinstance(content, str) else content
        message = self._posting.upload(
            sender, place, data, name, thread_ts, text=text, mimetype=mimetype, tells=tells
        )
        return str(message["ts"])

    async def alert(
        self, preset: str, channel: str = "alerts", thread_ts: str | None = None
    ) -> str:
        """Post one of the presets; the message's ts."""
        return await self.post_as_app(preset_named(preset).fields(), channel, thread_ts)

    async def post_as_app(
        self, message: Payload, channel: str, thread_ts: str | None = None
    ) -> str:
        """Post any message of another app, with its sender's fields; the message's ts."""
        place = self.state.channel_named(channel)
        return str(self._posting.post_as_sender(place, message, thread_ts)["ts"])

    async def edit(self, channel: str, ts: str, text: str) -> None:
        """Change a message."""
        self._posting.edit(self.state.channel_named(channel), ts, text)

    async def delete(self, channel: str, ts: str) -> None:
        """Delete a message."""
        self._posting.delete(self.state.channel_named(channel), ts)

    async def unfurl(self, channel: str, ts: str) -> None:
        """Let Slack add a link preview to a message, which makes message_changed."""
        preview = {"title": "A page", "text": "Its first lines", "from_url": "http://example.net/"}
        self._posting.unfurl(self.state.channel_named(channel), ts, preview)

    async def slash(self, user: str, channel: str, command: str, text: str = "") -> Outcome:
        """Use a slash command; what the app acknowledged it with."""
        sender, place = self.state.user_named(user), self.state.channel_named(channel)
        return await self._interactions.slash(sender, place, command, text)

    async def click(
        self,
        action_id: str,
        *,
        user: str = "ada",
        ts: str | None = None,
        value: Any = None,
        values: Values | None = None,
    ) -> Outcome:
        """Use a button or menu: of the message `ts`, else of the newest that has this action_id."""
        channel, message = self._message_with(action_id, self.state.user_named(user).id, ts)
        return await self._interactions.click(
            self.state.user_named(user), channel, message, action_id, value=value, values=values
        )

    async def click_in_view(
        self, action_id: str, *, user: str = "ada", value: Any = None, values: Values | None = None
    ) -> Outcome:
        """Use a button or menu of the open modal, else of the Home tab."""
        person = self.state.user_named(user)
        view = self._views.top(person.id) or self.state.homes.get(person.id)
        if view is None:
            raise LookupError(f"{user} has neither a modal nor a Home tab")
        return await self._interactions.use_in_view(
            person, view, action_id, value=value, values=values
        )

    async def submit_view(self, user: str = "ada", values: Values | None = None) -> Submitted:
        """Submit the open modal; `values` are block_id -> action_id -> what was given."""
        person = self.state.user_named(user)
        view = self._views.top(person.id)
        if view is None:
            raise LookupError(f"{user} has no modal open")
        return await self._interactions.submit(person, view, values or {})

    async def close_view(self, user: str = "ada", *, everything: bool = False) -> None:
        """Dismiss the modal on top, or all."""
        await self._interactions.close_view(self.state.user_named(user), everything=everything)

    async def shortcut(
        self, user: str, channel: str, ts: str, callback_id: str | None = None
    ) -> Outcome:
        """Use a message shortcut, the first one unless it is named."""
        sender, place = self.state.user_named(user), self.state.channel_named(channel)
        name = callback_id or self.settings.shortcuts[0].callback_id
        return await self._interactions.shortcut(sender, place, place.messages[ts], name)

    async def open_home(self, user: str = "ada", tab: str = "home") -> None:
        """Look at the app's Home tab, or its Messages tab."""
        self._interactions.open_home(self.state.user_named(user), tab)

    async def open_assistant(self, user: str = "ada") -> str:
        """Open a thread of the older assistant view; its root's ts."""
        return self._interactions.open_assistant(self.state.user_named(user))

    async def look_at(self, channel: str, user: str = "ada") -> None:
        """Look at a channel while the agent view is open beside it."""
        place = self.state.channel_named(channel)
        self._interactions.look_at(self.state.user_named(user), place)

    async def run_step(self, inputs: Payload, callback_id: str | None = None) -> str:
        """Let a workflow come to a step, the first one unless it is named; the execution id."""
        return self._steps.run(callback_id or next(iter(self.settings.steps)), inputs)

    async def invite(self, channel: str) -> None:
        """Add the bot to a channel."""
        self.state.channel_named(channel).members.add(self.state.team.bot_user)
        self.state.changes.announce("channel", channel=channel)

    # What there is to see

    def messages(self, channel: str) -> list[Payload]:
        """What stands in a channel, oldest first; replies stand in their threads."""
        return copy.deepcopy(self.state.channel_named(channel).top_level())

    def replies(self, ts: str) -> list[Payload]:
        """The replies under a message, oldest first."""
        for channel in self.state.channels.values():
            if ts in channel.messages:
                return copy.deepcopy(channel.replies(ts)[1:])
        return []

    def ephemerals(self, user: str, channel: str | None = None) -> list[Payload]:
        """What the app showed to this person only; `notices` are not among it."""
        return self._shown_to(user, channel, by_workspace=False)

    def notices(self, user: str, channel: str | None = None) -> list[str]:
        """What the workspace itself told this person, such as that a command failed."""
        shown = self._shown_to(user, channel, by_workspace=True)
        return [str(message["text"]) for message in shown]

    def view(self, user: str = "ada") -> Payload | None:
        """The modal that a person sees."""
        return copy.deepcopy(self._views.top(self.state.user_named(user).id))

    def home(self, user: str = "ada") -> Payload | None:
        """A person's Home tab."""
        return copy.deepcopy(self.state.homes.get(self.state.user_named(user).id))

    def step(self, execution_id: str) -> Payload | None:
        """What became of a step when it has ended: `status`, and `outputs` or `error`."""
        run = self.state.steps[execution_id]
        return None if run["status"] == "running" else copy.deepcopy(run)

    def calls(self, method: str | None = None) -> list[Call]:
        """The calls of a Web API method (or `response_url`), or all calls, oldest first."""
        return [call for call in self._web_api.calls if method in (None, call.method)]

    @property
    def is_connected(self) -> bool:
        """Whether there is an app to deliver to."""
        return self._deliveries.transport is not self.sockets or bool(self.sockets.open)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every finished attempt to deliver something to the app."""
        return list(self._deliveries.log)

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 5.0) -> T:  # noqa: ASYNC109 - see Changes
        """The predicate's first true value; TimeoutError after so many seconds."""
        return await self.state.changes.wait_for(predicate, timeout)

    async def wait_until_delivered(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - see Changes
        """Wait until the app has acknowledged every event."""
        await self.wait_for(lambda: self._deliveries.pending == 0, timeout)

    # What goes wrong

    def fault(self, kind: str, target: str | None = None, count: int = 1, **values: Any) -> None:
        """Commit a fault for the next `count` calls; see bot.workspace.faults for the kinds."""
        named = {"target": target} if target is not None else {}
        fault, times = read_fault({"kind": kind, "count": count, **named, **values})
        self.faults.add(fault, times)

    def drop_sockets(self) -> None:
        """Break every connection without a word."""
        self.sockets.drop()

    def silence_sockets(self) -> None:
        """Let every open connection stay open but dead, as a half-open one is."""
        self.sockets.silence()

    async def refresh_sockets(self) -> None:
        """Ask the app to connect anew."""
        await self.sockets.refresh()

    def resend(self, event_id: str) -> None:
        """Deliver an event once more, as Slack does when it missed the acknowledgement."""
        for delivery in self._deliveries.log:
            if delivery.envelope.payload.get("event_id") == event_id:
                self._deliveries.resend(delivery.envelope.payload)
                return
        raise LookupError(f"no event {event_id!r} was delivered")

    def _message_with(self, action_id: str, user: str, ts: str | None) -> tuple[Channel, Payload]:
        seen = [
            (channel, message)
            for channel in self.state.channels.values()
            for message in channel.messages.values()
        ]
        seen += [
            (self.state.channels[each.channel], each.message)
            for each in self.state.ephemerals
            if each.user == user
        ]
        for channel, message in sorted(seen, key=lambda pair: str(pair[1]["ts"]), reverse=True):
            if ts in (None, message["ts"]) and (ts or _has_action(message, action_id)):
                return channel, message
        raise LookupError(f"no message with the action_id {action_id!r}")

    def _shown_to(self, user: str, channel: str | None, *, by_workspace: bool) -> list[Payload]:
        person = self.state.user_named(user).id
        place = self.state.channel_named(channel).id if channel else None
        return [
            copy.deepcopy(each.message)
            for each in self.state.ephemerals
            if each.user == person
            and place in (None, each.channel)
            and (each.message.get("user") == SLACKBOT) == by_workspace
        ]


def _has_action(message: Payload, action_id: str) -> bool:
    try:
        find_element(message.get("blocks", []), action_id)
    except LookupError:
        return False
    return True
