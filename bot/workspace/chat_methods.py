"""The Web API's chat methods. Source: docs.slack.dev/reference/methods/chat.*."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from bot.workspace.calls import Call
from bot.workspace.clock import is_ts
from bot.workspace.errors import ApiError, raise_refusal
from bot.workspace.posting import Draft, Posting
from bot.workspace.schema import Payload
from bot.workspace.state import Channel, State
from bot.workspace.validation import MESSAGE_TEXT, check_message, check_metadata

_CUSTOMIZED = ("username", "icon_emoji", "icon_url")


@dataclass(frozen=True, slots=True)
class ChatMethods:
    """Post, change and delete messages as the bot."""

    state: State
    posting: Posting
    scopes: frozenset[str]
    base_url: str

    def post_message(self, call: Call) -> Payload:
        """chat.postMessage"""
        channel = self.writable(call.text("channel"))
        draft = self._draft(call)
        thread_ts = self._thread(channel, call)
        message = self.posting.post_as_bot(channel, draft, thread_ts)
        if thread_ts and call.flag("reply_broadcast"):
            message["subtype"] = "thread_broadcast"
        answer = {"channel": channel.id, "ts": message["ts"], "message": copy.deepcopy(message)}
        return {**answer, **_warnings(call)}

    def post_ephemeral(self, call: Call) -> Payload:
        """chat.postEphemeral"""
        channel = self.writable(call.text("channel"))
        user = call.text("user")
        if user not in channel.members:
            raise ApiError("user_not_in_channel")
        shown = self.posting.whisper(user, channel, self._draft(call), self._thread(channel, call))
        return {"message_ts": shown.ts}

    def update(self, call: Call) -> Payload:
        """chat.update"""
        channel, message = self._own_message(call, "cant_update_message")
        names = ("text", "blocks", "attachments", "metadata")
        given = {name: call.structure(name) for name in names if name != "text"}
        text = call.args.get("text")
        # A new text without blocks replaces the blocks as well; so it does at Slack.
        kept = [name for name in ("metadata",) if given[name] is None]
        kept += ["text"] if text is None else []
        if text is None:
            kept += [name for name in ("blocks", "attachments") if given[name] is None]
        blocks, attachments = given["blocks"], given["attachments"]
        raise_refusal(check_message(text, blocks, attachments, update=True))
        raise_refusal(check_metadata(given["metadata"]))
        draft = Draft(text or "", blocks, attachments, given["metadata"])
        changed = self.posting.update_as_bot(channel, message["ts"], draft, kept)
        return {
            "channel": channel.id,
            "ts": message["ts"],
            "text": changed.get("text", ""),
            "message": copy.deepcopy(changed),
        }

    def delete(self, call: Call) -> Payload:
        """chat.delete"""
        channel, message = self._own_message(call, "cant_delete_message")
        self.posting.delete(channel, message["ts"])
        return {"channel": channel.id, "ts": message["ts"]}

    def get_permalink(self, call: Call) -> Payload:
        """chat.getPermalink"""
        channel = self.visible(call.text("channel"))
        message = channel.messages.get(call.text("message_ts"))
        if message is None:
            raise ApiError("message_not_found")
        link = f"{self.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
        thread_ts = message.get("thread_ts")
        if thread_ts and thread_ts != message["ts"]:
            link += f"?thread_ts={thread_ts}&cid={channel.id}"
        return {"channel": channel.id, "permalink": link}

    def visible(self, name: str) -> Channel:
        """A channel that the bot may know of, by id; ApiError channel_not_found."""
        channel = self.state.channels.get(name)
        if channel is None or (
            channel.kind != "channel" and self.state.team.bot_user not in channel.members
        ):
            raise ApiError("channel_not_found")
        return channel

    def writable(self, name: str) -> Channel:
        """A channel that the bot may post in, by id or name, or a user's direct messages."""
        if name in self.state.users and not self.state.users[name].is_bot:
            return self.state.direct_channel(name)
        by_name = {f"#{each.name}": each.id for each in self.state.channels.values()}
        channel = self.visible(by_name.get(name, name))
        if (
            self.state.team.bot_user not in channel.members
            and "chat:write.public" not in self.scopes
        ):
            raise ApiError("not_in_channel")
        if channel.is_archived:
            raise ApiError("is_archived")
        return channel

    def _draft(self, call: Call) -> Draft:
        blocks, attachments = call.structure("blocks"), call.structure("attachments")
        metadata = call.structure("metadata")
        text = call.args.get("text")
        if call.optional_text("markdown_text"):
            if blocks or text:
                raise ApiError("markdown_text_conflict")
            blocks = [{"type": "markdown", "text": call.text("markdown_text")}]
        raise_refusal(check_message(text, blocks, attachments))
        raise_refusal(check_metadata(metadata))
        return Draft(text or "", blocks, attachments, metadata, self._custom(call))

    def _custom(self, call: Call) -> Payload:
        given: dict[str, Any] = {
            name: call.args[name] for name in _CUSTOMIZED if call.args.get(name)
        }
        return given if "chat:write.customize" in self.scopes else {}

    def _thread(self, channel: Channel, call: Call) -> str | None:
        thread_ts = call.optional_text("thread_ts")
        if thread_ts is None:
            return None
        if not is_ts(thread_ts):
            raise ApiError("invalid_thread_ts")
        root = channel.messages.get(thread_ts)
        if root is None or root.get("thread_ts", thread_ts) != thread_ts:
            raise ApiError("cannot_reply_to_message")
        return thread_ts

    def _own_message(self, call: Call, refusal: str) -> tuple[Channel, Payload]:
        channel = self.visible(call.text("channel"))
        message = channel.messages.get(call.text("ts"))
        if message is None:
            raise ApiError("message_not_found")
        if message.get("bot_id") != self.state.team.bot_id:
            raise ApiError(refusal)
        return channel, message


def _warnings(call: Call) -> Payload:
    if len(call.args.get("text") or "") <= MESSAGE_TEXT:
        return {}
    return {
        "warning": "message_truncated",
        "response_metadata": {"warnings": ["message_truncated"]},
    }
