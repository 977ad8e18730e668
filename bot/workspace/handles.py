"""What comes with an interaction and does not last: trigger ids and response URLs.

Source: docs.slack.dev/interactivity/handling-user-interaction.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from bot.workspace.clock import new_id
from bot.workspace.errors import ApiError, raise_refusal
from bot.workspace.posting import Draft, Posting
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceSettings
from bot.workspace.state import Channel, State
from bot.workspace.validation import check_message


@dataclass(slots=True)
class _Trigger:
    user: str
    expires: float
    is_used: bool = False


class Triggers:
    """Trigger ids: each opens one modal, within three seconds."""

    def __init__(self, settings: WorkspaceSettings) -> None:
        self._seconds = settings.trigger_seconds
        self._triggers: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A trigger for something that this person just did."""
        trigger_id = f"{time.time_ns()}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        self._triggers[trigger_id] = _Trigger(user, time.monotonic() + self._seconds)
        return trigger_id

    def knows(self, trigger_id: object) -> bool:
        """Whether this trigger was issued here."""
        return trigger_id in self._triggers

    def redeem(self, trigger_id: str) -> str:
        """The person behind a trigger, which is used up; ApiError when it cannot be used."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.expires < time.monotonic():
            raise ApiError("expired_trigger_id")
        if trigger.is_used:
            raise ApiError("exchanged_trigger_id")
        trigger.is_used = True
        return trigger.user


@dataclass(slots=True)
class Origin:
    """Where an interaction happened; `ts` is the message it happened on, if there is one."""

    user: str
    channel: Channel
    ts: str | None = None
    is_ephemeral: bool = False
    thread_ts: str | None = None
    uses: int = 0
    expires: float = 0.0


class ResponseUrls:
    """Response URLs: five uses within half an hour."""

    def __init__(
        self, state: State, posting: Posting, settings: WorkspaceSettings, base_url: str
    ) -> None:
        self._state = state
        self._posting = posting
        self._settings = settings
        self._base_url = base_url
        self._origins: dict[str, Origin] = {}

    def issue(self, origin: Origin) -> str:
        """A URL that answers there."""
        key = f"{new_id('R')}/{secrets.token_hex(12)}"
        origin.expires = time.monotonic() + self._settings.response_url_seconds
        self._origins[key] = origin
        return f"{self._base_url}/actions/{key}"

    def knows(self, key: str) -> bool:
        """Whether the URL with this key was issued here."""
        return key in self._origins

    def respond(self, key: str, body: Payload) -> None:
        """Do what a request to a response URL asks for; ApiError when it is refused."""
        origin = self._origins.get(key)
        if origin is None:
            raise ApiError("no_such_url")
        if origin.expires < time.monotonic():
            raise ApiError("expired_url")
        if origin.uses >= self._settings.response_url_uses:
            raise ApiError("used_url")
        origin.uses += 1
        self.answer(origin, body)

    def answer(self, origin: Origin, body: Payload) -> None:
        """Answer at the origin of an interaction, as a response URL or an ack with a body does."""
        if body.get("delete_original"):
            self._delete(origin)
            return
        text, blocks = body.get("text"), body.get("blocks")
        raise_refusal(check_message(text, blocks, body.get("attachments")))
        draft = Draft(text or "", blocks, body.get("attachments"), body.get("metadata"))
        if body.get("replace_original") and self._replace(origin, draft):
            return
        if body.get("response_type") == "in_channel":
            self._posting.post_as_bot(origin.channel, draft, body.get("thread_ts"))
        else:
            thread_ts = body.get("thread_ts")
            shown = self._posting.whisper(origin.user, origin.channel, draft, thread_ts)
            if origin.ts is None:
                origin.ts, origin.is_ephemeral = shown.ts, True

    def _replace(self, origin: Origin, draft: Draft) -> bool:
        if origin.ts is None:
            return False
        if not origin.is_ephemeral:
            return self._replace_message(origin, origin.ts, draft)
        for ephemeral in self._state.ephemerals:
            if ephemeral.ts == origin.ts:
                content = ("text", "blocks", "attachments", "metadata")
                old = {k: v for k, v in ephemeral.message.items() if k not in content}
                ephemeral.message = {**old, **draft.fields()}
                self._state.changes.announce("ephemeral", channel=origin.channel.id, ts=origin.ts)
                return True
        return False

    def _replace_message(self, origin: Origin, ts: str, draft: Draft) -> bool:
        if ts not in origin.channel.messages:
            raise ApiError("message_not_found")
        self._posting.update_as_bot(origin.channel, ts, draft, kept=())
        return True

    def _delete(self, origin: Origin) -> None:
        if origin.ts is not None and not origin.is_ephemeral:
            if origin.ts not in origin.channel.messages:
                raise ApiError("message_not_found")
            self._posting.delete(origin.channel, origin.ts)
            return
        left = [each for each in self._state.ephemerals if each.ts != origin.ts]
        self._state.ephemerals[:] = left
        self._state.changes.announce("ephemeral", channel=origin.channel.id)
