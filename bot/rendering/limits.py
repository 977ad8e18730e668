"""Slack's numbers, and blocks cut down to them.

Sources: docs.slack.dev/reference/block-kit (per block and element) and
docs.slack.dev/reference/methods/chat.postMessage. The limit on all text of one message is not
documented: about 13,200 characters were refused (slackapi/bolt-js issue 2509), 12,000 are safe.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.rendering.inert import clip

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 4_000
ALL_TEXT = 12_000
HEADER_TEXT = 150
SECTION_TEXT = 3_000
SECTION_FIELDS = 10
FIELD_TEXT = 2_000
CONTEXT_ELEMENTS = 10
CONTEXT_TEXT = 2_000
ACTION_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000
BUTTON_URL = 3_000
OPTION_VALUE = 150
OVERFLOW_OPTIONS = (2, 5)
IDENTIFIER = 255
VIEW_TITLE = 24
PRIVATE_METADATA = 3_000


def fit(blocks: Sequence[Block], max_blocks: int = MESSAGE_BLOCKS) -> list[Block]:
    """The blocks as Slack takes them: too long texts cut, what is empty or too much left out."""
    room = _Room(ALL_TEXT)
    fitted: list[Block] = []
    for block in blocks:
        kept = _fit_block(block, room)
        if kept is not None:
            fitted.append(kept)
    return fitted[:max_blocks]


def fits(blocks: Sequence[Block], max_blocks: int = MESSAGE_BLOCKS) -> bool:
    """Whether blocks that fit each by itself fit together: a look at them costs less than a cut."""
    return len(blocks) <= max_blocks and sum(map(_chars, blocks)) <= ALL_TEXT


def fit_view(view: Block) -> Block:
    """A modal as Slack takes it."""
    return {
        **view,
        "title": _cut_text(view["title"], VIEW_TITLE),
        "blocks": fit(view["blocks"], VIEW_BLOCKS),
    }


def fit_home(blocks: Sequence[Block]) -> Block:
    """A Home tab as Slack takes it."""
    return {"type": "home", "blocks": fit(blocks, VIEW_BLOCKS)}


def visible_chars(blocks: Sequence[Block]) -> int:
    """How many characters stand open in a message: all text except that on buttons."""
    return sum(_chars(block) for block in blocks if block.get("type") != "actions")


class _Room:
    """How many characters of text the message still takes."""

    def __init__(self, chars: int) -> None:
        self.left = chars

    def take(self, text: str, limit: int) -> str:
        """The text cut to the limit and to what is left, which shrinks by it."""
        chars = len(text)
        if chars <= limit and chars <= self.left:
            self.left -= chars
            return text
        cut = clip(text, min(limit, self.left))
        self.left -= len(cut)
        return cut


def _fit_block(block: Block, room: _Room) -> Block | None:
    kind = block["type"]
    if kind == "rich_text":
        elements = _fit_rich(block["elements"], room)
        return {**block, "elements": elements} if elements else None
    if kind == "actions":
        buttons = [button for item in block["elements"] if (button := _fit_action(item, room))]
        return {**block, "elements": buttons[:ACTION_ELEMENTS]} if buttons else None
    if kind == "context":
        texts = _fit_texts(block["elements"][:CONTEXT_ELEMENTS], CONTEXT_TEXT, room)
        return {**block, "elements": texts} if texts else None
    if kind == "header":
        return _with_text(block, HEADER_TEXT, room)
    if kind == "section":
        return _fit_section(block, room)
    return block


def _fit_section(block: Block, room: _Room) -> Block | None:
    kept = _with_text(block, SECTION_TEXT, room) if "text" in block else dict(block)
    fields = _fit_texts(block.get("fields", ())[:SECTION_FIELDS], FIELD_TEXT, room)
    if kept is None and not fields:
        return None
    kept = kept or {key: value for key, value in block.items() if key != "text"}
    return {**kept, "fields": fields} if fields else kept


def _with_text(block: Block, limit: int, room: _Room) -> Block | None:
    text = room.take(block["text"]["text"], limit)
    return {**block, "text": {**block["text"], "text": text}} if text.strip() else None


def _fit_texts(texts: Sequence[Block], limit: int, room: _Room) -> list[Block]:
    cut = [{**text, "text": room.take(text["text"], limit)} for text in texts]
    return [text for text in cut if text["text"].strip()]


def _fit_action(element: Block, room: _Room) -> Block | None:
    if element["type"] != "overflow":
        return _fit_button(element, room)
    options = [each for each in element["options"] if len(each["value"]) <= OPTION_VALUE]
    return {**element, "options": options} if len(options) >= OVERFLOW_OPTIONS[0] else None


def _fit_button(button: Block, room: _Room) -> Block | None:
    """A button with its label cut; none at all when its value or address cannot be kept whole."""
    too_long = (
        len(button.get("value", "")) > BUTTON_VALUE
        or len(button.get("url", "")) > BUTTON_URL
        or len(button.get("action_id", "")) > IDENTIFIER
    )
    label = room.take(button["text"]["text"], BUTTON_TEXT)
    if too_long or not label.strip():
        return None
    return {**button, "text": {**button["text"], "text": label}}


def _fit_rich(elements: Sequence[Block], room: _Room) -> list[Block]:
    """Rich text elements, cut where the room ends; a command is left out rather than cut."""
    kept: list[Block] = []
    for element in elements:
        if element["type"] == "rich_text_preformatted" and _chars(element) > room.left:
            continue
        if "elements" in element:
            children = _fit_rich(element["elements"], room)
            if children:
                kept.append({**element, "elements": children})
        elif element["type"] == "text":
            text = room.take(element["text"], SECTION_TEXT)
            if text:
                is_whole = len(text) == len(element["text"])
                kept.append(element if is_whole else {**element, "text": text})
        else:
            kept.append(element)
    return kept


def _cut_text(text: Block, limit: int) -> Block:
    return {**text, "text": clip(text["text"], limit)}


def _chars(node: Block) -> int:
    words = node.get("text", "")
    total = len(words) if isinstance(words, str) else _chars(words)
    for children in (node.get("elements"), node.get("fields")):
        for child in children or ():
            total += _chars(child)
    return total
