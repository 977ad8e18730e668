"""The words in blocks, in reading order: what people see of them, not what they can press.

Sources: docs.slack.dev/reference/block-kit/blocks and …/block-elements. New types keep appearing,
so words are looked for under the names that Slack gives them, whatever the block is called.
Walks with a stack and a budget, so that no payload, however deep or long, costs more than its cap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.mrkdwn import unwrap

_MAX_NODES = 4_000
_MAX_DEPTH = 3
_LARGEST = 1e300
_MAX_CELLS = 20

# In reading order: a text object, a rich_text block or a bare string; `details` and `output` are of
# task cards, `caption` of data tables, `label` and `hint` of inputs.
_WORDS = (
    "title", "rich_text_title", "subtitle", "caption", "label", "text", "body", "description",
    "hint", "details", "output", "alt_text",
)  # fmt: skip
_PICTURES = ("hero_image", "accessory")
# Blocks within blocks: of containers, plans, carousels (which call them `elements`).
_WITHIN = ("blocks", "child_blocks", "tasks", "cards")
_PRESSED_ONLY = frozenset({"actions", "context_actions"})
# `win-7` and `0x5` are what stands in tables, `Win32 error` what stands above them.
_NUMBER = re.compile(r"\b(?:0x[0-9A-Fa-f]{1,16}|\d{1,20})\b")
_PLAIN = ("mrkdwn", "plain_text", "markdown", None)


def block_parts(blocks: object) -> Iterator[str]:
    """Yield the text of each part of the blocks."""
    yield from _blocks_within(blocks, [_MAX_NODES], _MAX_DEPTH)


def text_of(value: object) -> str:
    """The value if it is a string, else the empty string."""
    return value if isinstance(value, str) else ""


def dict_of(value: object) -> dict[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def dicts_of(value: object) -> Iterator[dict[str, Any]]:
    """The mappings in a list; nothing for what is no list."""
    for item in value[:_MAX_NODES] if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item


def _blocks_within(blocks: object, budget: list[int], depth: int) -> Iterator[str]:
    for block in dicts_of(blocks):
        budget[0] -= 1
        if budget[0] < 0:
            return
        kind = text_of(block.get("type"))
        if kind in _PRESSED_ONLY:
            continue
        if kind == "rich_text":
            for element in dicts_of(block.get("elements")):
                yield _rich_text(element, budget)
            continue
        yield from _words_of(block, budget)
        for key in _WITHIN if depth else ():
            yield from _blocks_within(block.get(key), budget, depth - 1)
        if depth and kind == "carousel":
            yield from _blocks_within(block.get("elements"), budget, depth - 1)


def _words_of(block: dict[str, Any], budget: list[int]) -> Iterator[str]:
    for key in _WORDS:
        if key in block:
            yield _words(block[key], budget)
    for key in _PICTURES:
        yield text_of(dict_of(block.get(key)).get("alt_text"))
    for key in ("fields", "elements", "sources"):
        for item in dicts_of(block.get(key)) if block.get("type") != "carousel" else ():
            budget[0] -= 1
            if budget[0] < 0:
                return
            yield _words(item, budget) or _words(item.get("text"), budget)
            yield text_of(item.get("alt_text"))
    yield from _table_rows(block.get("rows"), budget, has_head=block.get("type") == "data_table")


def _words(value: object, budget: list[int]) -> str:
    """The text of a text object, of a rich_text block or of a bare string."""
    if isinstance(value, str):
        return unwrap(value)
    item = dict_of(value)
    if item.get("type") == "rich_text":
        return _rich_text(item, budget)
    return unwrap(text_of(item.get("text"))) if item.get("type") in _PLAIN else ""


def _table_rows(rows: object, budget: list[int], *, has_head: bool) -> Iterator[str]:
    """Each row as a line. Below a head, each cell comes with that of its column.

    In a data_table the first row is the head, in a table it mostly is: a row without a number.
    """
    head: list[str] = []
    for index, row in enumerate(rows[:_MAX_NODES] if isinstance(rows, list) else ()):
        if budget[0] <= 0:
            return
        cells = [_cell(cell, budget) for cell in row[:_MAX_CELLS]] if isinstance(row, list) else []
        if index == 0 and (has_head or not any(_NUMBER.search(cell) for cell in cells)):
            head = cells
        heads = head if index else []
        named = [
            f"{heads[place]}: {cell}" if place < len(heads) and heads[place] else cell
            for place, cell in enumerate(cells)
            if cell
        ]
        yield " | ".join(named)


def _cell(value: object, budget: list[int]) -> str:
    budget[0] -= 1
    cell = dict_of(value)
    if cell.get("type") == "rich_text":
        return _rich_text(cell, budget).strip()
    number = cell.get("value")
    is_number = isinstance(number, int | float) and abs(number) < _LARGEST
    if cell.get("type") == "raw_number" and is_number:
        # `text` is how the number is to be shown, if otherwise than as it is.
        return text_of(cell.get("text")) or f"{number:.15g}"
    return text_of(cell.get("text")).strip()


def _rich_text(root: dict[str, Any], budget: list[int]) -> str:
    """The text of a rich_text element; lists and their items become lines."""
    pieces: list[str] = []
    stack: list[object] = [root]
    while stack and budget[0] > 0:
        node = stack.pop()
        budget[0] -= 1
        if isinstance(node, str):
            pieces.append(node)
            continue
        item = dict_of(node)
        children = item.get("elements")
        if isinstance(children, list):
            stack.append("\n")
            stack.extend(reversed(children[:_MAX_NODES]))
        else:
            pieces.append(_leaf(item))
    return "".join(pieces)


def _leaf(item: dict[str, Any]) -> str:
    """Links, dates and references (canvas, message, workflow, …) read as their words.

    An emoji reads as in the text of the message, where it keeps the words around it apart.
    """
    words = text_of(item.get("text")) or text_of(item.get("label"))
    if words:
        return words
    if item.get("type") == "emoji":
        return f":{text_of(item.get('name'))}:"
    return text_of(item.get({"link": "url", "date": "fallback"}.get(text_of(item.get("type")), "")))
