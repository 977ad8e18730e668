"""The few shapes of Block Kit that winerr uses, as plain dicts.

Words go into rich_text and plain_text: there nothing is markup, so that no text, ours or foreign,
can mention a channel or become a link. `row` alone takes markup, of our own making.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.rendering.inert import escape, quoted, visible
from bot.rendering.limits import Block

_CHANNEL_ID = re.compile("[CGD][A-Z0-9]{1,30}")


def text(words: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Block:
    """A run of text inside a paragraph."""
    run: Block = {"type": "text", "text": visible(words)}
    if bold or italic or code:
        named = (("bold", bold), ("italic", italic), ("code", code))
        run["style"] = {name: True for name, is_on in named if is_on}
    return run


def link(url: str, words: str) -> Block:
    """A link inside a paragraph; only for addresses that we wrote ourselves."""
    return {"type": "link", "url": url, "text": visible(words)}


def user(user_id: str) -> Block:
    """A person's name, as Slack shows it."""
    return {"type": "user", "user_id": user_id}


def paragraph(*runs: Block) -> Block:
    """A paragraph of a rich_text block."""
    return {"type": "rich_text_section", "elements": list(runs)}


def command(words: str) -> Block:
    """A block of code with its copy button."""
    return {"type": "rich_text_preformatted", "elements": [text(words)]}


def bullets(items: Iterable[Sequence[Block]]) -> Block:
    """A list with bullets; each item is the runs of a paragraph."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [paragraph(*item) for item in items],
    }


def rich_text(*elements: Block) -> Block:
    """A block of paragraphs, lists and commands."""
    return {"type": "rich_text", "elements": list(elements)}


def context(words: str) -> Block:
    """The small line under a message."""
    return {"type": "context", "elements": [plain_text(words)]}


def button(action_id: str, label: str, value: str, *, primary: bool = False) -> Block:
    """A button that sends `value` to the listener of `action_id`."""
    element: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(label),
        "value": value,
    }
    return {**element, "style": "primary"} if primary else element


def link_button(action_id: str, label: str, url: str) -> Block:
    """A button that opens an address of ours."""
    return {"type": "button", "action_id": action_id, "text": plain_text(label), "url": url}


def actions(buttons: Sequence[Block]) -> list[Block]:
    """A row of buttons, or nothing when there are none."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def header(words: str) -> Block:
    """A line in large letters."""
    return {"type": "header", "text": plain_text(words)}


def row(mrkdwn: str, accessory: Block) -> Block:
    """A line with a button at its end, which rich text cannot have.

    `mrkdwn` is markup: made of `code_span`, `counting.moment`, `channel_name` and words of our own.
    """
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}, "accessory": accessory}


def code_span(words: str) -> str:
    """Foreign words as code, in mrkdwn, where nothing in them is live."""
    return f"`{escape(quoted(words)) or '?'}`"


def channel_name(channel_id: str) -> str:
    """A channel in mrkdwn: Slack shows its name to those who may know it; "" for no id."""
    return f"<#{channel_id}>" if _CHANNEL_ID.fullmatch(channel_id) else ""


def modal(title: str, blocks: Sequence[Block]) -> Block:
    """A modal that only shows something."""
    return {
        "type": "modal",
        "title": plain_text(title),
        "close": plain_text("Close"),
        "blocks": list(blocks),
    }


def plain_text(words: str) -> Block:
    """Text that Slack takes literally; `:word:` stays as it is."""
    return {"type": "plain_text", "text": visible(words), "emoji": False}


def option(value: str, label: str, words: str = "") -> Block:
    """One of several to choose from; `words` stand under its label."""
    item: Block = {"text": plain_text(label), "value": value}
    return {**item, "description": plain_text(words)} if words else item


def choice(kind: str, options: Sequence[Block], value: str) -> Block:
    """`radio_buttons` or `static_select`, with the option of this value chosen."""
    initial = next((each for each in options if each["value"] == value), options[0])
    return {
        "type": kind, "action_id": "chosen", "options": list(options), "initial_option": initial
    }  # fmt: skip


def choices(options: Sequence[Block], on: Sequence[Block]) -> Block:
    """Checkboxes, of which those in `on` are ticked."""
    element: Block = {"type": "checkboxes", "action_id": "chosen", "options": list(options)}
    return {**element, "initial_options": list(on)} if on else element


def text_input(value: str = "", *, longest: int, multiline: bool = False) -> Block:
    """A field to type in; `longest` is in characters."""
    element: Block = {"type": "plain_text_input", "action_id": "typed", "max_length": longest}
    element |= {"multiline": True} if multiline else {}
    return {**element, "initial_value": value} if value else element


def input_block(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False
) -> Block:
    """A field of a form; faults are shown at its block_id."""
    block: Block = {
        "type": "input", "block_id": block_id, "label": plain_text(label), "element": element,
        "optional": optional,
    }  # fmt: skip
    return {**block, "hint": plain_text(hint)} if hint else block


def form(title: str, submit: str, callback_id: str, blocks: Sequence[Block], carried: str) -> Block:
    """A modal that is submitted; `carried` comes back with it."""
    return {
        **modal(title, blocks),
        "submit": plain_text(submit),
        "callback_id": callback_id,
        "private_metadata": carried,
    }


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """The button with three dots: two to five options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options)}


def chosen(values: Mapping[str, Any], block_id: str) -> str:
    """What was chosen in a form's block; "" for nothing."""
    return _value(_element(values, block_id).get("selected_option"))


def chosen_of_many(values: Mapping[str, Any], block_id: str) -> list[str]:
    """What was ticked in a form's block."""
    found = _element(values, block_id).get("selected_options")
    return [_value(each) for each in found] if isinstance(found, list) else []


def typed(values: Mapping[str, Any], block_id: str) -> str:
    """What was typed in a form's block; "" for nothing."""
    found = _element(values, block_id).get("value")
    return found if isinstance(found, str) else ""


def _element(values: Mapping[str, Any], block_id: str) -> dict[str, Any]:
    found = values.get(block_id)
    return found if isinstance(found, dict) else {}


def _value(item: object) -> str:
    value = item.get("value") if isinstance(item, dict) else None
    return value if isinstance(value, str) else ""
