"""Who and what is in the workspace: people, channels, messages. All of it in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from bot.workspace.changes import Changes
from bot.workspace.clock import Clock, new_id
from bot.workspace.schema import Payload
from bot.workspace.teams import Team, home

TEAM = home().id
APP = "A0WINERR01"
BOT_ID = home().bot_id
BOT_USER = home().bot_user
ADA = "U0ADA00001"
GRACE = "U0GRACE001"
SLACKBOT = "USLACKBOT"

ChannelKind = Literal["channel", "group", "im"]


@dataclass(frozen=True, slots=True)
class User:
    """A member of the workspace; `team` is another one for a guest of a shared channel."""

    id: str
    name: str
    real_name: str
    is_bot: bool = False
    team: str = ""


@dataclass(slots=True)
class Channel:
    """A conversation; its messages by their ts, oldest first."""

    id: str
    name: str
    kind: ChannelKind = "channel"
    purpose: str = ""
    members: set[str] = field(default_factory=set)
    messages: dict[str, Payload] = field(default_factory=dict)
    is_archived: bool = False

    def replies(self, root_ts: str) -> list[Payload]:
        """The root and the replies of a thread, oldest first; empty when there is no root."""
        root = self.messages.get(root_ts)
        if root is None:
            return []
        return [root] + [
            message
            for ts, message in self.messages.items()
            if message.get("thread_ts") == root_ts and ts != root_ts
        ]

    def top_level(self) -> list[Payload]:
        """The messages that stand in the channel itself, oldest first."""
        return [
            message
            for ts, message in self.messages.items()
            if message.get("thread_ts", ts) == ts or message.get("subtype") == "thread_broadcast"
        ]


@dataclass(slots=True)
class Ephemeral:
    """A message that only one person sees; `message` has Slack's form."""

    user: str
    channel: str
    message: Payload

    @property
    def ts(self) -> str:
        """Its timestamp; the Web API cannot reach it."""
        return str(self.message["ts"])


@dataclass(slots=True)
class File:
    """A snippet."""

    info: Payload
    content: bytes


class State:
    """Everything in the workspace, and the stream of its changes."""

    def __init__(self, team: Team | None = None) -> None:
        self.team = team or home()
        self.clock = Clock()
        self.changes = Changes()
        self.users = {user.id: user for user in _users(self.team)}
        self.channels = {channel.id: channel for channel in _channels(self.team)}
        self.ephemerals: list[Ephemeral] = []
        self.files: dict[str, File] = {}
        self.homes: dict[str, Payload] = {}
        self.thread_status: dict[tuple[str, str], str] = {}
        self.steps: dict[str, Payload] = {}
        self.prompts: dict[str, list[Payload]] = {}

    def user_named(self, name: str) -> User:
        """A user by id or name (`ada`, `@ada`); KeyError names who there is."""
        wanted = name.lstrip("@").lower()
        for user in self.users.values():
            if wanted in (user.id.lower(), user.name):
                return user
        names = ", ".join(user.name for user in self.users.values())
        raise KeyError(f"no user {name!r}; there are {names}")

    def channel_named(self, name: str) -> Channel:
        """A channel by id or name (`incidents`, `#incidents`); KeyError names what there is."""
        wanted = name.lstrip("#")
        for channel in self.channels.values():
            if wanted in (channel.id, channel.name):
                return channel
        names = ", ".join(channel.name for channel in self.channels.values())
        raise KeyError(f"no channel {name!r}; there are {names}")

    def direct_channel(self, user: str) -> Channel:
        """The conversation between a person and the bot."""
        for channel in self.channels.values():
            if channel.kind == "im" and user in channel.members:
                return channel
        name = self.users[user].name
        channel = Channel(new_id("D"), f"dm-{name}", "im", members={user, self.team.bot_user})
        self.channels[channel.id] = channel
        return channel

    def add(self, channel: Channel, message: Payload) -> None:
        """Put a message into a channel and keep its thread's counters."""
        channel.messages[message["ts"]] = message
        root_ts = message.get("thread_ts")
        if root_ts and root_ts != message["ts"]:
            self._count_reply(channel, root_ts, message)
        self.changes.announce("message", channel=channel.id, ts=message["ts"])

    def remove(self, channel: Channel, ts: str) -> Payload:
        """Take a message out of a channel."""
        message = channel.messages.pop(ts)
        root = channel.messages.get(message.get("thread_ts", ""))
        if root is not None:
            root["reply_count"] = len(channel.replies(root["ts"])) - 1
        self.changes.announce("message", channel=channel.id, ts=ts)
        return message

    def _count_reply(self, channel: Channel, root_ts: str, message: Payload) -> None:
        root = channel.messages.get(root_ts)
        if root is None:
            return
        author = message.get("user") or message.get("bot_id")
        users = root.get("reply_users", [])
        root["thread_ts"] = root_ts
        root["reply_count"] = root.get("reply_count", 0) + 1
        root["reply_users"] = users if author in users else [*users, author]
        root["reply_users_count"] = len(root["reply_users"])
        root["latest_reply"] = message["ts"]


def _users(team: Team) -> tuple[User, ...]:
    return (
        User(team.own_id(ADA), "ada", "Ada Park"),
        User(team.own_id(GRACE), "grace", "Grace Lindqvist"),
        User(team.bot_user, "winerr", "winerr", is_bot=True),
        User(SLACKBOT, "slackbot", "Workspace"),
    )


def _channels(team: Team) -> tuple[Channel, ...]:
    ada, grace = team.own_id(ADA), team.own_id(GRACE)
    people = {ada, grace}
    everyone = {*people, team.bot_user}
    channels = (
        Channel("C0INCIDENT", "incidents", purpose="What is on fire", members=everyone),
        Channel("C0ALERTS01", "alerts", purpose="What the monitors say", members=set(everyone)),
        Channel(
            "C0RANDOM01", "random", purpose="Everything else; winerr is not in", members=people
        ),
        Channel("D0ADA00001", "dm-ada", "im", members={ada, team.bot_user}),
        Channel("D0GRACE001", "dm-grace", "im", members={grace, team.bot_user}),
    )
    for channel in channels:
        channel.id = team.own_id(channel.id)
    return channels
