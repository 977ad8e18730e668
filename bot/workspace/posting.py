"""Messages come, change and go: each step kept in the state and told to the app as an event."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bot.workspace.clock import new_id
from bot.workspace.delivering import Deliveries
from bot.workspace.events import changed_event, deleted_event, mention_event, message_event
from bot.workspace.file_objects import Told, file_object, told
from bot.workspace.markup import escape, read_typed
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.state import (
    APP,
    SLACKBOT,
    TEAM,
    Channel,
    ChannelKind,
    Ephemeral,
    File,
    State,
    User,
)
from bot.workspace.teams import Team
from bot.workspace.validation import MESSAGE_TEXT

# The scope and the subscription without which Slack tells an app nothing of such a channel.
_NEEDED: dict[ChannelKind, frozenset[str]] = {
    "channel": frozenset({"channels:history", "message.channels"}),
    "group": frozenset({"groups:history", "message.groups"}),
    "im": frozenset({"im:history", "message.im"}),
}

_TOMBSTONE_KEEPS = frozenset(
    {"type", "ts", "thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply"}
)
_TOMBSTONE: Payload = {
    "subtype": "tombstone",
    "user": SLACKBOT,
    "text": "This message was deleted.",
    "hidden": True,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What an app wants to say; already validated."""

    text: str = ""
    blocks: Sequence[Payload] | None = None
    attachments: Sequence[Payload] | None = None
    metadata: Payload | None = None
    extra: Payload = field(default_factory=dict)

    def fields(self) -> Payload:
        """The message fields of it."""
        parts: Payload = {"text": self.text[:MESSAGE_TEXT], **self.extra}
        if self.blocks:
            parts["blocks"] = with_block_ids(self.blocks)
        if self.attachments:
            parts["attachments"] = _numbered(self.attachments)
        if self.metadata:
            parts["metadata"] = self.metadata
        return parts


class Posting:
    """Every way in which messages come into being and change."""

    def __init__(
        self, state: State, deliveries: Deliveries, settings: WorkspaceSettings, files_url: str
    ) -> None:
        self._state = state
        self._deliveries = deliveries
        self._allowed = settings.scopes | settings.events
        self._files_url = files_url

    def post_as_bot(self, channel: Channel, draft: Draft, thread_ts: str | None = None) -> Payload:
        """Post a message of the app."""
        return self._post(channel, {**_bot_fields(self._state.team), **draft.fields()}, thread_ts)

    def post_as_sender(self, channel: Channel, fields: Payload, thread_ts: str | None) -> Payload:
        """Post a message of another app, which brings its own sender."""
        message = copy.deepcopy(fields)
        if message.get("team") == TEAM:
            message["team"] = self._state.team.id
        if message.get("blocks"):
            message["blocks"] = with_block_ids(message["blocks"])
        if message.get("attachments"):
            message["attachments"] = _numbered(message["attachments"])
        return self._post(channel, message, thread_ts)

    def say(self, user: User, channel: Channel, text: str, thread_ts: str | None = None) -> Payload:
        """Post what a person typed."""
        typed = read_typed(text, self._user_names(), self._channel_names())
        fields: Payload = {
            **_person_fields(user, self._state.team),
            "text": typed.text,
            "blocks": typed.blocks,
        }
        message = self._post(channel, fields, thread_ts)
        if self._state.team.bot_user in typed.mentioned:
            self._tell_mention(user, channel, message)
        return message

    def upload(
        self,
        user: User,
        channel: Channel,
        content: bytes,
        name: str,
        thread_ts: str | None = None,
        *,
        text: str = "",
        mimetype: str = "text/plain",
        tells: Told = "all",
    ) -> Payload:
        """Share a file; a snippet of plain text is what the client makes of a long paste."""
        team = self._state.team
        info = file_object(user, team, content, name, mimetype, self._files_url)
        if tells != "deleted":
            self._state.files[info["id"]] = File(info, content)
        typed = read_typed(text, self._user_names(), self._channel_names())
        fields = {
            **_person_fields(user, team),
            "subtype": "file_share",
            "text": typed.text,
            **({"blocks": typed.blocks} if text else {}),
            "files": [told(info, tells)],
            "upload": False,
            "display_as_bot": False,
        }
        message = self._post(channel, fields, thread_ts)
        if team.bot_user in typed.mentioned:
            self._tell_mention(user, channel, message)
        return message

    def edit(self, channel: Channel, ts: str, text: str) -> Payload:
        """Change what a person said."""
        message = channel.messages[ts]
        typed = read_typed(text, self._user_names(), self._channel_names())
        edited = {"user": message.get("user"), "ts": self._state.clock.ts()}
        fields: Payload = {"text": typed.text, "blocks": typed.blocks, "edited": edited}
        return self._change(channel, ts, fields)

    def update_as_bot(
        self, channel: Channel, ts: str, draft: Draft, kept: Sequence[str]
    ) -> Payload:
        """Change a message of the app; the fields named in `kept` stay as they are."""
        removed = {name: None for name in ("blocks", "attachments", "metadata") if name not in kept}
        edited = {"user": self._state.team.bot_user, "ts": self._state.clock.ts()}
        fields = {**removed, **draft.fields(), "edited": edited}
        if "text" in kept:
            fields.pop("text")
        return self._change(channel, ts, fields)

    def unfurl(self, channel: Channel, ts: str, attachment: Payload) -> Payload:
        """Add a link preview, which is no edit: the text stays and `edited` is not set."""
        attachments = [*channel.messages[ts].get("attachments", []), attachment]
        return self._change(channel, ts, {"attachments": attachments})

    def delete(self, channel: Channel, ts: str) -> None:
        """Delete a message; under one that has replies a tombstone stays, as at Slack."""
        if len(channel.replies(ts)) > 1:
            fields = {name: None for name in channel.messages[ts] if name not in _TOMBSTONE_KEEPS}
            self._change(channel, ts, {**fields, **_TOMBSTONE})
            return
        previous = self._state.remove(channel, ts)
        self._emit(channel, deleted_event(channel, previous, self._state.clock.ts()))

    def whisper(
        self, user: str, channel: Channel, draft: Draft, thread_ts: str | None = None
    ) -> Ephemeral:
        """Show one person a message of the app; it makes no event."""
        return self._whisper(
            user, channel, {**_bot_fields(self._state.team), **draft.fields()}, thread_ts
        )

    def notice(self, user: str, channel: Channel, text: str, thread_ts: str | None = None) -> None:
        """Show one person a message of the workspace itself."""
        fields = {
            "type": "message",
            "user": SLACKBOT,
            "team": self._state.team.id,
            "text": escape(text),
        }
        self._whisper(user, channel, fields, thread_ts)

    def _whisper(
        self, user: str, channel: Channel, fields: Payload, thread_ts: str | None
    ) -> Ephemeral:
        ts = self._state.clock.ts()
        message = {**fields, "ts": ts, "is_ephemeral": True}
        if thread_ts:
            message["thread_ts"] = thread_ts
        ephemeral = Ephemeral(user, channel.id, message)
        self._state.ephemerals.append(ephemeral)
        self._state.changes.announce("ephemeral", channel=channel.id, ts=ts)
        return ephemeral

    def _post(self, channel: Channel, fields: Payload, thread_ts: str | None) -> Payload:
        message = {"type": "message", **fields, "ts": self._state.clock.ts()}
        if thread_ts:
            message["thread_ts"] = thread_ts
            root = channel.messages.get(thread_ts, {})
            message["parent_user_id"] = root.get("user") or root.get("bot_id")
        self._state.add(channel, message)
        self._emit(channel, message_event(channel, message))
        return message

    def _change(self, channel: Channel, ts: str, fields: Payload) -> Payload:
        message = channel.messages[ts]
        previous = copy.deepcopy(message)
        message.update(fields)
        for name in [name for name, value in message.items() if value is None]:
            del message[name]
        self._state.changes.announce("message", channel=channel.id, ts=ts)
        event = changed_event(channel, message, previous, self._state.clock.ts())
        self._emit(channel, event)
        return message

    def _tell_mention(self, user: User, channel: Channel, message: Payload) -> None:
        if channel.kind == "im":
            return
        if self._state.team.bot_user not in channel.members:
            self.notice(
                user.id,
                channel,
                "winerr is not in this channel, so it does not see your message."
                " Type /invite @winerr to add it.",
                message.get("thread_ts"),
            )
        elif {"app_mentions:read", "app_mention"} <= self._allowed:
            self._deliveries.send_event(copy.deepcopy(mention_event(channel, message)))

    def _emit(self, channel: Channel, event: Payload) -> None:
        if self._state.team.bot_user in channel.members and _NEEDED[channel.kind] <= self._allowed:
            self._deliveries.send_event(copy.deepcopy(event))

    def _user_names(self) -> dict[str, str]:
        return {user.name: user.id for user in self._state.users.values()}

    def _channel_names(self) -> dict[str, str]:
        channels = self._state.channels.values()
        return {channel.name: channel.id for channel in channels if channel.kind != "im"}


def with_block_ids(blocks: Sequence[Any]) -> list[Payload]:
    """A copy of the blocks in which each has an id."""
    return [{"block_id": new_id("", 5), **copy.deepcopy(block)} for block in blocks]


def _numbered(attachments: Sequence[Payload]) -> list[Payload]:
    return [
        {"id": number, **copy.deepcopy(attachment)}
        for number, attachment in enumerate(attachments, 1)
    ]


def _person_fields(user: User, team: Team) -> Payload:
    return {"user": user.id, "team": team.id, "client_msg_id": str(uuid4())}


def _bot_fields(team: Team) -> Payload:
    profile = {
        "id": team.bot_id,
        "app_id": APP,
        "name": "winerr",
        "team_id": team.id,
        "deleted": False,
    }
    return {
        "type": "message",
        "user": team.bot_user,
        "bot_id": team.bot_id,
        "app_id": APP,
        "team": team.id,
        "bot_profile": profile,
    }
