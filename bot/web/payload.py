"""A verified body -> the payload Bolt works on, or PayloadError with what is wrong.

Bolt trusts the shape of what it gets; what would make it stumble is refused here.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from bot import fast_json

_MAX_FIELDS = 200
# Fields that Bolt compares, splits or looks up: a list or object in their place is no delivery.
_TEXT_FIELDS = (
    "type", "command", "callback_id", "team_id", "enterprise_id", "user_id", "channel_id",
    "api_app_id", "event_id", "challenge", "response_url", "trigger_id", "text",
)  # fmt: skip
_OBJECT_FIELDS = ("event", "view", "message", "container")
_NAMED_FIELDS = ("team", "enterprise", "user", "channel")


class PayloadError(ValueError):
    """The body is not something Slack sends; the text says in what way, without quoting it."""


def parse_payload(body: bytes, content_type: str) -> dict[str, Any]:
    """The payload of a JSON body or of a form (with or without `payload=`)."""
    if content_type == "application/json":
        payload = _parse_json(body)
    elif content_type == "application/x-www-form-urlencoded":
        payload = _parse_form(body)
    else:
        raise PayloadError("the body is neither JSON nor a form")
    check_shape(payload)
    # Bolt tells a missing object from null only sometimes.
    return {name: value for name, value in payload.items() if value is not None}


def check_shape(payload: dict[str, Any]) -> None:
    """Raise PayloadError where a field that Bolt relies on has a type that Slack never sends."""
    for name in _TEXT_FIELDS:
        _expect(name, payload.get(name), (str,))
    for name in _OBJECT_FIELDS:
        _expect(name, payload.get(name), (dict,))
    for name in _NAMED_FIELDS:
        _expect(name, payload.get(name), (str, dict))
    _check_list("authorizations", payload.get("authorizations"))
    _check_actions(payload)
    view = payload.get("view")
    if isinstance(view, dict):
        _expect("view.callback_id", view.get("callback_id"), (str,))
    _check_list("response_urls", payload.get("response_urls"))
    event = payload.get("event")
    if payload.get("type") == "event_callback" and not isinstance(event, dict):
        raise PayloadError("an event delivery without an event")
    if event is not None:
        _check_event(event)


def _check_actions(payload: dict[str, Any]) -> None:
    actions = payload.get("actions")
    _check_list("actions", actions)
    if payload.get("type") not in ("block_actions", "interactive_message"):
        return
    if not actions:
        raise PayloadError("a press of a button without the button")
    for name in ("action_id", "block_id", "name"):
        _expect(f"actions.{name}", actions[0].get(name), (str,))
    if payload["type"] == "block_actions" and not isinstance(actions[0].get("action_id"), str):
        raise PayloadError("a press of a button without its id")


def _check_event(event: dict[str, Any]) -> None:
    if not isinstance(event.get("type"), str):
        raise PayloadError("an event without a type")
    for name in ("subtype", "channel_type", "ts", "thread_ts", "bot_id", "team", "user_team"):
        _expect(f"event.{name}", event.get(name), (str,))
    for name in ("user", "channel"):
        _expect(f"event.{name}", event.get(name), (str, dict))
    for name in ("item", "message", "previous_message", "assistant_thread", "file"):
        _expect(f"event.{name}", event.get(name), (dict, str))


def _expect(name: str, value: object, types: tuple[type, ...]) -> None:
    if value is not None and not isinstance(value, types):
        raise PayloadError(f"{name} is of the wrong type")


def _check_list(name: str, value: object) -> None:
    if value is None:
        return
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise PayloadError(f"{name} is no list of objects")


def _parse_json(text: bytes | str) -> dict[str, Any]:
    try:
        payload = fast_json.decode(text)
    except UnicodeDecodeError as error:
        raise PayloadError("the body is not UTF-8") from error
    except ValueError as error:
        raise PayloadError("the body is no valid JSON") from error
    except RecursionError as error:
        raise PayloadError("the body is nested too deeply") from error
    if not isinstance(payload, dict):
        raise PayloadError("the body is no JSON object")
    return payload


def _parse_form(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PayloadError("the body is not UTF-8") from error
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError as error:
        raise PayloadError("the form cannot be read") from error
    fields = dict(pairs)
    return _parse_json(fields["payload"]) if "payload" in fields else dict(fields)
