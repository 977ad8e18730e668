"""The Web API's methods that read, and the small ones: conversations, users, files, reactions.

Source: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from bot.workspace.calls import Call
from bot.workspace.chat_methods import ChatMethods
from bot.workspace.errors import ApiError
from bot.workspace.schema import Payload
from bot.workspace.state import APP, Channel, State, User
from bot.workspace.teams import Team

_HISTORY_SCOPES = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


@dataclass(frozen=True, slots=True)
class ReadMethods:
    """What the bot may ask about the workspace."""

    state: State
    chat: ChatMethods
    scopes: frozenset[str]
    base_url: str

    def auth_test(self, call: Call) -> Payload:
        """auth.test"""
        team = self.state.team
        return {
            "url": f"{self.base_url}/",
            "team": team.name,
            "user": "winerr",
            "team_id": team.id,
            "user_id": team.bot_user,
            "bot_id": team.bot_id,
            "app_id": APP,
            "enterprise_id": team.enterprise,
            "is_enterprise_install": team.is_org_install,
        }

    def api_test(self, call: Call) -> Payload:
        """api.test"""
        return {"args": call.args}

    def replies(self, call: Call) -> Payload:
        """conversations.replies"""
        channel = self._readable(call)
        ts = call.text("ts")
        message = channel.messages.get(ts)
        if message is None:
            raise ApiError("thread_not_found")
        thread = channel.replies(message.get("thread_ts", ts))
        return self._page(call, thread, newest_first=False)

    def history(self, call: Call) -> Payload:
        """conversations.history"""
        channel = self._readable(call)
        return self._page(call, channel.top_level(), newest_first=True)

    def info(self, call: Call) -> Payload:
        """conversations.info"""
        return {
            "channel": _channel_object(self.chat.visible(call.text("channel")), self.state.team)
        }

    def list_channels(self, call: Call) -> Payload:
        """conversations.list"""
        channels = [each for each in self.state.channels.values() if each.kind == "channel"]
        return {
            "channels": [_channel_object(channel, self.state.team) for channel in channels],
            "response_metadata": {"next_cursor": ""},
        }

    def members(self, call: Call) -> Payload:
        """conversations.members"""
        channel = self.chat.visible(call.text("channel"))
        return {"members": sorted(channel.members), "response_metadata": {"next_cursor": ""}}

    def open_direct(self, call: Call) -> Payload:
        """conversations.open"""
        user = call.text("users")
        if user not in self.state.users:
            raise ApiError("user_not_found")
        channel = self.state.direct_channel(user)
        return {"channel": {"id": channel.id}, "already_open": True}

    def users_info(self, call: Call) -> Payload:
        """users.info"""
        user = self.state.users.get(call.text("user"))
        if user is None:
            raise ApiError("user_not_found")
        return {"user": _user_object(user, self.state.team)}

    def bots_info(self, call: Call) -> Payload:
        """bots.info"""
        us = self.state.team
        if call.optional_text("bot") != us.bot_id:
            raise ApiError("bot_not_found")
        return {"bot": {"id": us.bot_id, "app_id": APP, "user_id": us.bot_user, "name": "winerr"}}

    def team_info(self, call: Call) -> Payload:
        """team.info"""
        team = self.state.team
        return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}

    def files_info(self, call: Call) -> Payload:
        """files.info"""
        file = self.state.files.get(call.text("file"))
        if file is None:
            raise ApiError("file_not_found")
        content = file.content.decode("utf-8", "replace")
        return {"file": copy.deepcopy(file.info), "content": content, "is_truncated": False}

    def add_reaction(self, call: Call) -> Payload:
        """reactions.add"""
        name, reactions = self._reactions(call)
        entry = next((each for each in reactions if each["name"] == name), None)
        if entry is None:
            entry = {"name": name, "users": [], "count": 0}
            reactions.append(entry)
        if self.state.team.bot_user in entry["users"]:
            raise ApiError("already_reacted")
        entry["users"].append(self.state.team.bot_user)
        entry["count"] += 1
        self.state.changes.announce("message")
        return {}

    def remove_reaction(self, call: Call) -> Payload:
        """reactions.remove"""
        name, reactions = self._reactions(call)
        entry = next((each for each in reactions if each["name"] == name), None)
        if entry is None or self.state.team.bot_user not in entry["users"]:
            raise ApiError("no_reaction")
        entry["users"].remove(self.state.team.bot_user)
        entry["count"] -= 1
        if not entry["count"]:
            reactions.remove(entry)
        self.state.changes.announce("message")
        return {}

    def _reactions(self, call: Call) -> tuple[str, list[Payload]]:
        message = self.chat.visible(call.text("channel")).messages.get(call.text("timestamp"))
        if message is None:
            raise ApiError("message_not_found")
        reactions: list[Payload] = message.setdefault("reactions", [])
        return call.text("name").strip(":"), reactions

    def _readable(self, call: Call) -> Channel:
        channel = self.chat.visible(call.text("channel"))
        scope = _HISTORY_SCOPES[channel.kind]
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise ApiError("missing_scope", needed=scope, provided=provided)
        if self.state.team.bot_user not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def _page(self, call: Call, messages: Sequence[Payload], *, newest_first: bool) -> Payload:
        kept = [message for message in messages if _is_between(call, message["ts"])]
        if newest_first:
            kept.reverse()
        limit = call.number("limit", 100, 1000)
        cursor = call.optional_text("cursor")
        start = _read_cursor(cursor) if cursor else 0
        more = start + limit < len(kept)
        shown = [self._shown(call, message) for message in kept[start : start + limit]]
        next_cursor = f"next_{start + limit}" if more else ""
        return {
            "messages": shown,
            "has_more": more,
            "response_metadata": {"next_cursor": next_cursor},
        }

    def _shown(self, call: Call, message: Payload) -> Payload:
        """A message as history shows it: metadata only when asked for."""
        copied = copy.deepcopy(message)
        if not call.flag("include_all_metadata"):
            copied.pop("metadata", None)
        return copied


def _is_between(call: Call, ts: str) -> bool:
    oldest, latest = call.optional_text("oldest"), call.optional_text("latest")
    inclusive = call.flag("inclusive")
    if oldest and (ts < oldest or (ts == oldest and not inclusive)):
        return False
    return not (latest and (ts > latest or (ts == latest and not inclusive)))


def _read_cursor(cursor: str) -> int:
    number = cursor.removeprefix("next_")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise ApiError("invalid_cursor")
    return int(number)


def _channel_object(channel: Channel, team: Team) -> Payload:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_member": team.bot_user in channel.members,
        "is_ext_shared": False,
        "purpose": {"value": channel.purpose},
        "topic": {"value": ""},
    }


def _user_object(user: User, team: Team) -> Payload:
    return {
        "id": user.id,
        "team_id": team.id,
        "name": user.name,
        "real_name": user.real_name,
        "is_bot": user.is_bot,
        "deleted": False,
        "tz": "Etc/UTC",
        "profile": {"real_name": user.real_name, "display_name": user.name},
    }
