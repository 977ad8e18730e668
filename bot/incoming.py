"""A Slack payload -> IncomingMessage: every field checked once, typed ever after.

Slack's payloads gain fields at any time and other apps post whatever they like, so nothing here
trusts a type: what is missing or of the wrong kind counts as absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.gathering import gather_text
from bot.rendering.refs import WindowRef, decode_window
from bot.shared_files import SharedFile, files_of
from bot.tenant import Tenant

Kind = Literal["mention", "direct", "message", "edited", "deleted"]
Payload = Mapping[str, Any]

_ID = re.compile(r"[!-~]{1,255}")
_USER_MENTION = re.compile(r"<@([UWB][A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as Slack tells it.

    `ts` is the message's own timestamp and its id within the channel; `thread_ts` the root's, None
    outside a thread. `text` is everything readable in it: text, blocks and attachments; what is in
    its `files` is read when it is answered.
    `previous_text` is what an edited message said before, `mentioned_before` whom it named then;
    `revision` tells apart its edits and its deletion.
    `app_id` is the app that posted it, `api_app_id` our own, which Slack names in every delivery.
    `is_public` is whether everybody in the workspace may read the channel, and nobody else: False
    where Slack does not say so. `is_shared` is whether another organisation reads it too.
    """

    team: str
    channel: str
    ts: str
    kind: Kind
    text: str = ""
    thread_ts: str | None = None
    user: str | None = None
    bot_id: str | None = None
    app_id: str | None = None
    api_app_id: str | None = None
    subtype: str | None = None
    event_id: str | None = None
    metadata_type: str | None = None
    previous_text: str | None = None
    revision: str | None = None
    mentioned: frozenset[str] = frozenset()
    mentioned_before: frozenset[str] = frozenset()
    files: tuple[SharedFile, ...] = ()
    is_public: bool = False
    is_shared: bool = False
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)

    @property
    def root_ts(self) -> str:
        """The message under which a reply belongs."""
        return self.thread_ts or self.ts

    @property
    def in_thread(self) -> bool:
        """Whether it is a reply in a thread (a thread's root is not)."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_direct(self) -> bool:
        """Whether it stands in a conversation between one person and us."""
        return self.kind == "direct" or self.channel.startswith("D")

    @property
    def from_app(self) -> bool:
        """Whether an app, a webhook or the channel's mail address posted it, not a person."""
        by_app = bool(self.bot_id or self.app_id) or self.subtype == "bot_message"
        return by_app or any(file.is_email for file in self.files)


@dataclass(frozen=True, slots=True)
class IncomingCommand:
    """What one person asks privately, by a slash command or about a message by its shortcut.

    `response_url` takes five answers within half an hour; `thread_ts` is the message's thread.
    """

    team: str
    channel: str
    user: str
    text: str
    response_url: str
    trigger_id: str
    thread_ts: str | None = None
    files: tuple[SharedFile, ...] = ()
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)


@dataclass(frozen=True, slots=True)
class IncomingAction:
    """A pressed button; `trigger_id` opens a modal within three seconds.

    `message_ts` is the message with the button, `thread_ts` the root above it; `view_id` is the
    window with the button, "" outside of one and in the Home tab, and `about` what the window is
    about. `is_external` tells whether the person belongs to another organisation, with which the
    channel is shared.
    """

    team: str
    channel: str
    user: str
    action_id: str
    value: str
    response_url: str
    trigger_id: str
    message_ts: str
    thread_ts: str | None = None
    view_id: str = ""
    about: str = ""
    is_external: bool = False
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)


def message_from_event(body: Payload, tenant: Tenant | None = None) -> IncomingMessage | None:
    """The message of an Events API delivery; None when it names no channel or no message.

    Without a tenant it is the one that the delivery names first.
    """
    tenant = tenant or Tenant(as_id(body.get("team_id")))
    event = as_dict(body.get("event"))
    kind = _kind_of(event)
    inner = _inner_message(event, kind)
    channel, ts = as_id(event.get("channel")), as_id(inner.get("ts"))
    if not channel or not ts:
        return None
    message = read_message(inner, channel, tenant.team, kind)
    previous = as_dict(event.get("previous_message")) if kind == "edited" else {}
    is_shared = bool(body.get("is_ext_shared_channel"))
    return replace(
        message,
        api_app_id=as_id(body.get("api_app_id")) or None,
        event_id=as_id(body.get("event_id")) or None,
        previous_text=gather_text(previous, previews=False) if previous else None,
        mentioned_before=_mentioned_in(previous),
        revision=_revision(event, kind),
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
        is_public=event.get("channel_type") == "channel" and not is_shared,
        is_shared=is_shared,
    )


def read_message(message: Payload, channel: str, team: str, kind: Kind) -> IncomingMessage:
    """A message object as it stands in an event, in a thread or in a shortcut."""
    profile = as_dict(message.get("bot_profile"))
    return IncomingMessage(
        team=team or as_id(message.get("team")),
        channel=channel,
        ts=as_id(message.get("ts")),
        kind=kind,
        text=gather_text(message, previews=False),
        thread_ts=as_id(message.get("thread_ts")) or None,
        user=as_id(message.get("user")) or None,
        bot_id=as_id(message.get("bot_id")) or as_id(profile.get("id")) or None,
        app_id=as_id(message.get("app_id")) or as_id(profile.get("app_id")) or None,
        subtype=as_id(message.get("subtype")) or None,
        metadata_type=as_id(as_dict(message.get("metadata")).get("event_type")) or None,
        mentioned=_mentioned_in(message),
        files=files_of(message),
    )


def _mentioned_in(message: Payload) -> frozenset[str]:
    return frozenset(_USER_MENTION.findall(as_text(message.get("text"))[:40_000]))


def command_from_body(body: Payload, tenant: Tenant | None = None) -> IncomingCommand:
    """A slash command; absent fields are empty. Escapes that Slack adds to it are undone."""
    tenant = tenant or Tenant(as_id(body.get("team_id")))
    return IncomingCommand(
        team=tenant.team,
        channel=as_id(body.get("channel_id")),
        user=as_id(body.get("user_id")),
        text=gather_text({"text": as_text(body.get("text"))}),
        response_url=as_text(body.get("response_url")),
        trigger_id=as_id(body.get("trigger_id")),
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )


def command_from_shortcut(body: Payload, tenant: Tenant | None = None) -> IncomingCommand:
    """The message shortcut: a question about everything readable in the message."""
    tenant = tenant or Tenant(as_id(as_dict(body.get("team")).get("id")))
    message = as_dict(body.get("message"))
    return IncomingCommand(
        team=tenant.team,
        channel=as_id(as_dict(body.get("channel")).get("id")),
        user=as_id(as_dict(body.get("user")).get("id")),
        text=gather_text(message, previews=False),
        response_url=as_text(body.get("response_url")),
        trigger_id=as_id(body.get("trigger_id")),
        thread_ts=as_id(message.get("thread_ts")) or None,
        files=files_of(message),
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )


def action_from_body(body: Payload, tenant: Tenant | None = None) -> IncomingAction | None:
    """The first action of a `block_actions` payload; None when there is none."""
    tenant = tenant or Tenant(as_id(as_dict(body.get("team")).get("id")))
    actions = body.get("actions")
    action = as_dict(actions[0]) if isinstance(actions, list) and actions else {}
    if not action:
        return None
    container, message = as_dict(body.get("container")), as_dict(body.get("message"))
    view = as_dict(body.get("view"))
    window = decode_window(as_text(view.get("private_metadata"))) or WindowRef("")
    channel = as_id(as_dict(body.get("channel")).get("id")) or as_id(window.channel)
    thread_ts = as_id(container.get("thread_ts")) or as_id(message.get("thread_ts"))
    return IncomingAction(
        team=tenant.team,
        channel=channel or as_id(container.get("channel_id")),
        user=as_id(as_dict(body.get("user")).get("id")),
        action_id=as_id(action.get("action_id")),
        value=as_text(action.get("value"))
        or as_text(as_dict(action.get("selected_option")).get("value")),
        response_url=as_text(body.get("response_url")) or window.response_url,
        trigger_id=as_id(body.get("trigger_id")),
        message_ts=as_id(container.get("message_ts")) or as_id(message.get("ts")),
        thread_ts=thread_ts or window.thread_ts,
        view_id=as_id(view.get("id")) if view.get("type") != "home" else "",
        about=window.about,
        is_external=is_external(body, tenant),
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )


def is_external(body: Payload, tenant: Tenant) -> bool:
    """Whether the person of an interaction belongs to another organisation (Slack Connect)."""
    user = as_dict(body.get("user"))
    team, enterprise = as_id(user.get("team_id")), as_id(as_dict(body.get("enterprise")).get("id"))
    if not team or team == tenant.team or tenant.is_org:
        return False
    return not (enterprise and enterprise == tenant.enterprise)


def as_text(value: object) -> str:
    """The value if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def as_id(value: object) -> str:
    """The value if it is an id of Slack's (1 to 255 visible ASCII characters), else ""."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def as_dict(value: object) -> dict[str, Any]:
    """The value if it is a mapping with text keys, else an empty one."""
    return value if isinstance(value, dict) else {}


def _kind_of(event: Payload) -> Kind:
    subtype = as_text(event.get("subtype"))
    if subtype == "message_changed":
        # A deleted message under which others stand leaves a tombstone in its place.
        gone = as_dict(event.get("message")).get("subtype") == "tombstone"
        return "deleted" if gone else "edited"
    if subtype == "message_deleted":
        return "deleted"
    if as_text(event.get("type")) == "app_mention":
        return "mention"
    return "direct" if as_text(event.get("channel_type")) == "im" else "message"


def _inner_message(event: dict[str, Any], kind: Kind) -> dict[str, Any]:
    if kind == "edited":
        return as_dict(event.get("message"))
    if kind == "deleted":
        gone = as_dict(event.get("previous_message"))
        return gone or {"ts": event.get("deleted_ts") or as_dict(event.get("message")).get("ts")}
    return event


def _revision(event: Payload, kind: Kind) -> str | None:
    if kind == "edited":
        return as_id(event.get("ts"))
    return "deleted" if kind == "deleted" else None
