"""What is done in the page, by the names under which it asks for it: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.workspace.faults import read_fault
from bot.workspace.schema import Payload
from bot.workspace.state import SLACKBOT, Channel, State, User

if TYPE_CHECKING:
    from bot.workspace.driving import Driving

Action = Callable[[Payload], Awaitable[Payload]]


class PageDeeds:
    """Carries out what is asked for; ValueError or LookupError says what is wrong with it."""

    def __init__(self, driving: Driving) -> None:
        self._driving = driving

    @property
    def _state(self) -> State:
        return self._driving.state

    def by_name(self) -> dict[str, Action]:
        """What can be done, by the last part of its path."""
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

    async def _say(self, body: Payload) -> Payload:
        thread_ts = body.get("thread_ts") or None
        channel = self.channel_of(body, self.user_of(body))
        ts = await self._driving.say(self.user_of(body).id, channel.id, _text(body), thread_ts)
        return {"ts": ts}

    async def _edit(self, body: Payload) -> Payload:
        channel = self._own_message(body)
        await self._driving.edit(channel.id, body["ts"], _text(body))
        return {}

    async def _delete(self, body: Payload) -> Payload:
        await self._driving.delete(self._own_message(body).id, body["ts"])
        return {}

    async def _slash(self, body: Payload) -> Payload:
        user = self.user_of(body)
        channel = self.channel_of(body, user)
        await self._driving.slash(user.id, channel.id, body["command"], str(body.get("text", "")))
        return {}

    async def _alert(self, body: Payload) -> Payload:
        channel = self.channel_of(body, self.user_of(body))
        return {"ts": await self._driving.alert(body["preset"], channel.id)}

    async def _click(self, body: Payload) -> Payload:
        await self._driving.click(
            body["action_id"],
            user=self.user_of(body).id,
            ts=body["ts"],
            value=body.get("value"),
            values=body.get("values"),
        )
        return {}

    async def _click_in_view(self, body: Payload) -> Payload:
        await self._driving.click_in_view(
            body["action_id"],
            user=self.user_of(body).id,
            value=body.get("value"),
            values=body.get("values"),
        )
        return {}

    async def _submit(self, body: Payload) -> Payload:
        submitted = await self._driving.submit_view(self.user_of(body).id, body.get("values"))
        return asdict(submitted)

    async def _close_view(self, body: Payload) -> Payload:
        everything = bool(body.get("everything"))
        await self._driving.close_view(self.user_of(body).id, everything=everything)
        return {}

    async def _shortcut(self, body: Payload) -> Payload:
        user = self.user_of(body)
        channel = self.channel_of(body, user)
        callback_id = body.get("callback_id")
        await self._driving.shortcut(user.id, channel.id, body["ts"], callback_id)
        return {}

    async def _home(self, body: Payload) -> Payload:
        await self._driving.open_home(self.user_of(body).id, str(body.get("tab", "home")))
        return {}

    async def _invite(self, body: Payload) -> Payload:
        await self._driving.invite(self.channel_of(body, self.user_of(body)).id)
        return {}

    async def _dismiss(self, body: Payload) -> Payload:
        user = self.user_of(body).id
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
        self._state.changes.announce("faults")
        return {"faults": self._driving.faults.as_json()}

    async def _disturb(self, how: str) -> None:
        if how == "drop":
            self._driving.drop_sockets()
        elif how == "silence":
            self._driving.silence_sockets()
        elif how == "refresh":
            await self._driving.refresh_sockets()
        else:
            raise ValueError("sockets must be drop, silence or refresh")

    def user_of(self, body: Payload) -> User:
        """The person who does it."""
        user = self._state.user_named(str(body.get("user", "ada")))
        if user.is_bot or user.id == SLACKBOT:
            raise ValueError(f"{user.name} is no person")
        return user

    def channel_of(self, body: Payload, user: User) -> Channel:
        """Where it is done; of direct messages the person's own."""
        channel = self._state.channel_named(str(body.get("channel", "incidents")))
        if channel.kind == "im" and user.id not in channel.members:
            return self._state.direct_channel(user.id)
        return channel

    def _own_message(self, body: Payload) -> Channel:
        user = self.user_of(body)
        channel = self.channel_of(body, user)
        if channel.messages[body["ts"]].get("user") != user.id:
            raise ValueError("only its author can change a message")
        return channel


def _text(body: Payload) -> str:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ValueError("text is empty: write something")
    return text
