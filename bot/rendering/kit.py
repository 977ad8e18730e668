"""The few shapes of Block Kit that winerr uses, as plain dicts.

Words go into rich_text and plain_text only: there nothing is markup, so that no text, ours or
foreign, can mention a channel or become a link.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.rendering.inert import visible
from bot.rendering.limits import Block


def text(words: str, *, bold: bool = False, italic: bool = False, code: bool = False) -> Block:
    """A run of text inside a paragraph."""
    style = {name: True for name, on in (("bold", bold), ("italic", italic), ("code", code)) if on}
    run: Block = {"type": "text", "text": visible(words)}
    return {**run, "style": style} if style else run


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


def actions(buttons: Sequence[Block]) -> list[Block]:
    """A row of buttons, or nothing when there are none."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


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
