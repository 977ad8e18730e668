"""The payloads that Slack sends to an app.

Sources: docs.slack.dev/reference/events, …/interactivity/… and …/apis/events-api. Each builder is
pure: what it needs is passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.workspace.clock import new_id
from bot.workspace.schema import Payload
from bot.workspace.state import APP, Channel, User
from bot.workspace.teams import Team

CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im"}


@dataclass(frozen=True, slots=True)
class Handles:
    """What comes with every interaction: the token, the trigger and the place to answer."""

    token: str
    team: Team
    trigger_id: str
    response_url: str | None = None


def callback(event: Payload, token: str, team: Team) -> Payload:
    """An event as the Events API wraps it; a new event_id each time.

    `source_team` marks what somebody of another workspace does in a shared channel.
    """
    source = event.get("source_team", team.id)
    envelope = {
        "token": token,
        "team_id": source,
        "context_team_id": team.id,
        "context_enterprise_id": team.enterprise,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(float(event["event_ts"])),
        "authorizations": [
            {
                "enterprise_id": team.enterprise,
                # What is installed in an organisation is authorised in no workspace of its own.
                "team_id": None if team.is_org_install else team.id,
                "user_id": team.bot_user,
                "is_bot": True,
                "is_enterprise_install": team.is_org_install,
            }
        ],
        "is_ext_shared_channel": source != team.id,
        "event_context": new_id("4-"),
    }
    own = team.enterprise and source == team.id
    return {**envelope, "enterprise_id": team.enterprise} if own else envelope


def lifecycle_event(event: Payload, token: str, team: Team, ts: str) -> Payload:
    """What an app is told about itself: for nobody's installation, because it may be gone."""
    return {
        "token": token,
        "team_id": team.id,
        **({"enterprise_id": team.enterprise} if team.enterprise else {}),
        "api_app_id": APP,
        "event": {**event, "event_ts": ts},
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(float(ts)),
    }


def message_event(channel: Channel, message: Payload) -> Payload:
    """A new message."""
    return {
        **message,
        "type": "message",
        "channel": channel.id,
        "event_ts": message["ts"],
        "channel_type": CHANNEL_TYPES[channel.kind],
    }


def mention_event(channel: Channel, message: Payload) -> Payload:
    """The same message told once more, because it names the app's user."""
    event = {**message, "type": "app_mention", "channel": channel.id, "event_ts": message["ts"]}
    event.pop("subtype", None)
    return event


def changed_event(channel: Channel, message: Payload, previous: Payload, ts: str) -> Payload:
    """A message is not what it was: edited by its author, or given an unfurl by Slack."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": message,
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "ts": ts,
        "event_ts": ts,
        "channel_type": CHANNEL_TYPES[channel.kind],
    }


def deleted_event(channel: Channel, previous: Payload, ts: str) -> Payload:
    """A message is gone."""
    return {
        "type": "message",
        "subtype": "message_deleted",
        "previous_message": previous,
        "channel": channel.id,
        "hidden": True,
        "deleted_ts": previous["ts"],
        "ts": ts,
        "event_ts": ts,
        "channel_type": CHANNEL_TYPES[channel.kind],
    }


def home_opened_event(user: str, channel: str, view: Payload | None, tab: str, ts: str) -> Payload:
    """Somebody looks at the app's Home or Messages tab."""
    event: Payload = {
        "type": "app_home_opened",
        "user": user,
        "channel": channel,
        "tab": tab,
        "event_ts": ts,
    }
    return {**event, "view": view} if view else event


def thread_started_event(user: str, channel: str, root_ts: str, ts: str) -> Payload:
    """Somebody opens the assistant of an app that still has the older assistant view."""
    thread = {"user_id": user, "channel_id": channel, "thread_ts": root_ts, "context": {}}
    return {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": ts}


def context_event(user: str, channel: str, seen: str, ts: str) -> Payload:
    """Somebody with the agent view open looks at something else, such as a channel."""
    entity = {"type": "slack#/types/channel_id", "value": seen}
    event: Payload = {"type": "app_context_changed", "user": user, "channel": channel}
    return {**event, "context": {"entities": [entity]}, "event_ts": ts}


def joined_event(user: str, channel: Channel, inviter: str, ts: str, team: Team) -> Payload:
    """Somebody, perhaps the app's user, joined a channel."""
    return {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "C",
        "team": team.id,
        "inviter": inviter,
        "event_ts": ts,
    }


def slash_command(
    user: User, channel: Channel, command: str, text: str, handles: Handles
) -> Payload:
    """A slash command; its text is passed on as typed."""
    return {
        "token": handles.token,
        "team_id": handles.team.id,
        "team_domain": handles.team.domain,
        **_organisation(handles.team),
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.kind == "im" else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": str(handles.team.is_org_install).lower(),
        "response_url": handles.response_url,
        "trigger_id": handles.trigger_id,
    }


def block_actions(
    user: User, handles: Handles, action: Payload, container: Payload, **parts: Any
) -> Payload:
    """A pressed button or a changed menu; `parts` are channel, message, view and state."""
    payload: Payload = {
        "type": "block_actions",
        **_common(user, handles),
        "container": container,
        "actions": [action],
        **{name: part for name, part in parts.items() if part is not None},
    }
    return payload


def view_submission(user: User, handles: Handles, view: Payload) -> Payload:
    """A submitted modal."""
    return {"type": "view_submission", **_common(user, handles), "view": view, "response_urls": []}


def view_closed(user: User, handles: Handles, view: Payload, cleared: bool) -> Payload:
    """A modal that was dismissed."""
    payload = {"type": "view_closed", **_common(user, handles), "view": view}
    return {**payload, "is_cleared": cleared}


def message_action(
    user: User, handles: Handles, callback_id: str, channel: Channel, message: Payload
) -> Payload:
    """A message shortcut: it carries the whole message."""
    return {
        "type": "message_action",
        **_common(user, handles),
        "action_ts": message["ts"],
        "callback_id": callback_id,
        "channel": channel_part(channel),
        "message_ts": message["ts"],
        "message": message,
    }


def channel_part(channel: Channel) -> Payload:
    """How a channel is named inside an interaction."""
    return {
        "id": channel.id,
        "name": "directmessage" if channel.kind == "im" else channel.name,
    }


def _common(user: User, handles: Handles) -> Payload:
    team = handles.team
    common: Payload = {
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team or team.id,
        },
        "api_app_id": APP,
        "token": handles.token,
        "trigger_id": handles.trigger_id,
        "team": {"id": team.id, "domain": team.domain, **_organisation(team)},
        "enterprise": {"id": team.enterprise, "name": "Org"} if team.enterprise else None,
        "is_enterprise_install": team.is_org_install,
    }
    return {**common, "response_url": handles.response_url} if handles.response_url else common


def _organisation(team: Team) -> Payload:
    if team.enterprise is None:
        return {}
    return {"enterprise_id": team.enterprise, "enterprise_name": "Org"}
