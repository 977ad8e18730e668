"""Elements that people use, and the values that they give: as Slack reports them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.workspace.schema import Payload

Values = Mapping[str, Mapping[str, Any]]

_PLAIN = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
}
_ONE_OPTION = ("static_select", "overflow", "radio_buttons", "external_select")
_MANY_OPTIONS = ("multi_static_select", "checkboxes", "multi_external_select")
_INITIAL = {
    "plain_text_input": "initial_value",
    "email_text_input": "initial_value",
    "url_text_input": "initial_value",
    "number_input": "initial_value",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "users_select": "initial_user",
    "channels_select": "initial_channel",
    "conversations_select": "initial_conversation",
}


def elements_of(blocks: list[Payload]) -> Iterator[tuple[Payload, Payload]]:
    """Every element that can be used, with the block it stands in."""
    for block in blocks:
        elements = list(block.get("elements", [])) if block.get("type") != "rich_text" else []
        elements += [block.get("accessory"), block.get("element")]
        for element in elements:
            if isinstance(element, dict) and element.get("type") != "image":
                yield block, element


def find_element(
    blocks: list[Payload], action_id: str, block_id: str | None = None
) -> tuple[Payload, Payload]:
    """The block and the element of an action id; LookupError names the ids that there are."""
    there: list[str] = []
    for block, element in elements_of(blocks):
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
        there.append(str(element.get("action_id")))
    raise LookupError(f"nothing to use with the action_id {action_id!r}; there is {there}")


def action_of(block: Payload, element: Payload, value: Any, ts: str) -> Payload:
    """The `actions` entry for a used element; `value` is what was typed or chosen."""
    action: Payload = {
        "type": element["type"],
        "action_id": element.get("action_id", ""),
        "block_id": block.get("block_id", ""),
        "action_ts": ts,
    }
    for name in ("text", "style"):
        if name in element and element["type"] == "button":
            action[name] = element[name]
    if element["type"] in ("button", "icon_button", "feedback_buttons"):
        chosen = value if value is not None else element.get("value")
        return {**action, "value": chosen} if chosen is not None else action
    return {**action, **value_of(element, value)}


def value_of(element: Payload, value: Any) -> Payload:
    """An entry of `state.values` for an element."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        chosen = [option for option in options_of(element) if option["value"] == value]
        return {"type": kind, "selected_option": chosen[0] if chosen else None}
    if kind in _MANY_OPTIONS:
        wanted = value or ()
        chosen = [option for option in options_of(element) if option["value"] in wanted]
        return {"type": kind, "selected_options": chosen}
    return {"type": kind, _PLAIN.get(kind, "value"): value if value != "" else None}


def options_of(element: Payload) -> list[Payload]:
    """The options of a menu, those of its groups too."""
    grouped = [
        option for group in element.get("option_groups", []) for option in group.get("options", [])
    ]
    return [*element.get("options", []), *grouped]


def state_of(blocks: list[Payload], given: Values) -> Payload:
    """`state` of a view or message: what was given, else what an element starts with."""
    values: dict[str, dict[str, Payload]] = {}
    for block, element in elements_of(blocks):
        action_id, block_id = element.get("action_id"), block.get("block_id", "")
        if not action_id or element["type"] in ("button", "overflow", "icon_button"):
            continue
        if element["type"] == "feedback_buttons":
            continue
        own = given.get(block_id, {})
        value = own[action_id] if action_id in own else initial_of(element)
        values.setdefault(block_id, {})[action_id] = value_of(element, value)
    return {"values": values}


def initial_of(element: Payload) -> Any:
    """What an element holds before anybody uses it."""
    kind = element["type"]
    if kind in _ONE_OPTION:
        return (element.get("initial_option") or {}).get("value")
    if kind in _MANY_OPTIONS:
        return [option["value"] for option in element.get("initial_options", [])]
    return element.get(_INITIAL.get(kind, ""))


def missing_inputs(blocks: list[Payload], state: Payload) -> dict[str, str]:
    """The inputs that must be filled in and are not, as `errors` of a modal."""
    errors = {}
    for block in blocks:
        if block.get("type") != "input" or block.get("optional"):
            continue
        entry = state["values"].get(block["block_id"], {}).get(block["element"].get("action_id"))
        filled = entry and any(value for name, value in entry.items() if name != "type")
        if not filled:
            errors[block["block_id"]] = "Please fill in this field"
    return errors
