"""The parts of Block Kit inside a block, and their limits.

Sources: docs.slack.dev/reference/block-kit/block-elements and …/composition-objects; the types of
the Node SDK (@slack/types) for which keys exist.
"""

from __future__ import annotations

from typing import Any

from bot.workspace.schema import (
    Check,
    Fields,
    anything,
    boolean,
    both,
    integer,
    list_of,
    mapping,
    needs_one,
    object_of,
    one_of,
    optional,
    required,
    string,
    typed,
    unique,
)

IDENTIFIER = 255
OPTIONS = 100


def _kind(name: str) -> tuple[bool, Check]:
    return required(one_of(name))


def plain_text(longest: int) -> Check:
    """A plain_text object."""
    fields: Fields = {
        "type": _kind("plain_text"),
        "text": required(string(longest)),
        "emoji": optional(boolean),
    }
    return object_of(fields)


def text(longest: int) -> Check:
    """A plain_text or mrkdwn object; each has a switch that the other lacks."""
    mrkdwn: Fields = {
        "type": _kind("mrkdwn"),
        "text": required(string(longest)),
        "verbatim": optional(boolean),
    }
    return typed("text", {"plain_text": plain_text(longest), "mrkdwn": object_of(mrkdwn)})


CONFIRM = object_of(
    {
        "title": required(plain_text(100)),
        "text": required(text(300)),
        "confirm": required(plain_text(30)),
        "deny": required(plain_text(30)),
        "style": optional(one_of("primary", "danger")),
    }
)

OPTION = object_of(
    {
        "text": required(text(75)),
        "value": required(string(150)),
        "description": optional(text(75)),
        "url": optional(string(3000)),
    }
)

_ACTION: Fields = {"action_id": optional(string(IDENTIFIER)), "confirm": optional(CONFIRM)}
_FOCUS: Fields = {"focus_on_load": optional(boolean)}
_PLACEHOLDER: Fields = {"placeholder": optional(plain_text(150))}
_INPUT: Fields = {**_ACTION, **_FOCUS, **_PLACEHOLDER}
_DISPATCH: Fields = {"dispatch_action_config": optional(mapping)}

_OPTIONS: Fields = {
    "options": optional(list_of(OPTION, OPTIONS)),
    "option_groups": optional(
        list_of(
            object_of(
                {"label": required(plain_text(75)), "options": required(list_of(OPTION, OPTIONS))}
            ),
            OPTIONS,
        )
    ),
}
_MANY: Fields = {"max_selected_items": optional(integer)}


def element(name: str, *groups: Fields, **fields: tuple[bool, Check]) -> Check:
    """An object of this type with these fields."""
    joined: dict[str, tuple[bool, Check]] = {"type": _kind(name)}
    for group in groups:
        joined |= group
    return object_of(joined | fields)


def _select(kind: str, initial: str) -> dict[str, Check]:
    several = "initial_conversations" if kind == "conversations" else f"initial_{kind}"
    extra: Fields = {
        "response_url_enabled": optional(boolean),
        "default_to_current_conversation": optional(boolean),
        "filter": optional(mapping),
    }
    return {
        f"{kind}_select": element(f"{kind}_select", _INPUT, extra, **{initial: optional(anything)}),
        f"multi_{kind}_select": element(
            f"multi_{kind}_select", _INPUT, _MANY, extra, **{several: optional(anything)}
        ),
    }


def _static(kind: str) -> Check:
    groups: tuple[Fields, ...] = (_INPUT, _OPTIONS)
    if kind == "static_select":
        return both(
            element(kind, *groups, initial_option=optional(OPTION)),
            needs_one("options", "option_groups"),
        )
    return both(
        element(kind, *groups, _MANY, initial_options=optional(list_of(OPTION, OPTIONS))),
        needs_one("options", "option_groups"),
    )


BUTTON = element(
    "button",
    _ACTION,
    text=required(plain_text(75)),
    url=optional(string(3000)),
    value=optional(string(2000)),
    style=optional(one_of("primary", "danger")),
    accessibility_label=optional(string(75)),
)

IMAGE = both(
    element(
        "image",
        alt_text=required(string(2000)),
        image_url=optional(string(3000)),
        slack_file=optional(mapping),
    ),
    needs_one("image_url", "slack_file"),
)

_PICKERS: dict[str, Check] = {
    "datepicker": element("datepicker", _INPUT, initial_date=optional(string(10))),
    "timepicker": element(
        "timepicker", _INPUT, initial_time=optional(string(5)), timezone=optional(string(100))
    ),
    "datetimepicker": element(
        "datetimepicker", _ACTION, _FOCUS, initial_date_time=optional(integer)
    ),
}

_CHOICES: dict[str, Check] = {
    "overflow": element("overflow", _ACTION, options=required(list_of(OPTION, 5))),
    "checkboxes": element(
        "checkboxes",
        _ACTION,
        _FOCUS,
        options=required(list_of(OPTION, 10)),
        initial_options=optional(list_of(OPTION, 10)),
    ),
    "radio_buttons": element(
        "radio_buttons",
        _ACTION,
        _FOCUS,
        options=required(list_of(OPTION, 10)),
        initial_option=optional(OPTION),
    ),
    "static_select": _static("static_select"),
    "multi_static_select": _static("multi_static_select"),
    "external_select": element(
        "external_select",
        _INPUT,
        min_query_length=optional(integer),
        initial_option=optional(OPTION),
    ),
    "multi_external_select": element(
        "multi_external_select",
        _INPUT,
        _MANY,
        min_query_length=optional(integer),
        initial_options=optional(list_of(OPTION, OPTIONS)),
    ),
    **_select("users", "initial_user"),
    **_select("conversations", "initial_conversation"),
    **_select("channels", "initial_channel"),
}

_TEXT_INPUTS: dict[str, Check] = {
    "plain_text_input": element(
        "plain_text_input",
        _INPUT,
        _DISPATCH,
        initial_value=optional(string(3000, 0)),
        multiline=optional(boolean),
        min_length=optional(integer),
        max_length=optional(integer),
    ),
    "email_text_input": element(
        "email_text_input", _INPUT, _DISPATCH, initial_value=optional(string(3000, 0))
    ),
    "url_text_input": element(
        "url_text_input", _INPUT, _DISPATCH, initial_value=optional(string(3000, 0))
    ),
    "number_input": element(
        "number_input",
        _INPUT,
        _DISPATCH,
        is_decimal_allowed=required(boolean),
        initial_value=optional(string(100)),
        min_value=optional(string(100)),
        max_value=optional(string(100)),
    ),
    "rich_text_input": element(
        "rich_text_input", _INPUT, _DISPATCH, initial_value=optional(mapping)
    ),
    "file_input": element(
        "file_input", _ACTION, filetypes=optional(anything), max_files=optional(integer)
    ),
}

_CHOICE = object_of(
    {
        "text": required(plain_text(75)),
        "value": required(string(2000)),
        "accessibility_label": optional(string(75)),
    }
)

FEEDBACK = element(
    "feedback_buttons",
    _ACTION,
    positive_button=required(_CHOICE),
    negative_button=required(_CHOICE),
)
ICON_BUTTON = element(
    "icon_button",
    _ACTION,
    icon=required(string(75)),
    text=required(plain_text(75)),
    accessibility_label=optional(string(75)),
    value=optional(string(2000)),
    visible_to_user_ids=optional(anything),
)

IN_ACTIONS: dict[str, Check] = {"button": BUTTON, **_CHOICES, **_PICKERS}
IN_SECTION: dict[str, Check] = {**IN_ACTIONS, "image": IMAGE}
IN_INPUT: dict[str, Check] = {
    **{name: check for name, check in IN_ACTIONS.items() if name not in ("button", "overflow")},
    **_TEXT_INPUTS,
}
IN_CONTEXT_ACTIONS: dict[str, Check] = {"feedback_buttons": FEEDBACK, "icon_button": ICON_BUTTON}


def elements(what: str, kinds: dict[str, Check], longest: int) -> Check:
    """A list of elements, no two with the same action_id."""
    return both(list_of(typed(what, kinds), longest), unique("action_id"))


def text_chars(node: Any) -> int:
    """How many characters of text stand in a value: every `text` that is a string, at any depth."""
    if isinstance(node, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else text_chars(value)
            for name, value in node.items()
        )
    return sum(text_chars(item) for item in node) if isinstance(node, list) else 0
