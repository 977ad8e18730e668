"""What Slack refuses, written down apart from the code that keeps to it.

Source: docs.slack.dev/reference/block-kit; the total is the refused length of bolt-js issue 2509
with a margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def faults(blocks: Sequence[dict[str, Any]], most: int = 50) -> list[str]:
    """Everything that Slack would refuse in the blocks of a message or view."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    total = 0
    for block in blocks:
        found += _block_faults(block)
        total += sum(len(text) for text in _texts(block))
    return [*found, f"{total} characters"] if total > 12_500 else found


def _block_faults(block: dict[str, Any]) -> Iterator[str]:
    kind = block["type"]
    if kind == "rich_text":
        yield from _rich_faults(block)
    elif kind == "actions":
        ids = [element["action_id"] for element in block["elements"]]
        if not 1 <= len(ids) <= 25 or len(set(ids)) != len(ids):
            yield f"action ids {ids}"
        for element in block["elements"]:
            yield from _button_faults(element)
    elif kind == "context":
        if not 1 <= len(block["elements"]) <= 10:
            yield "context elements"
        if any(not 1 <= len(item["text"]) <= 2_000 for item in block["elements"]):
            yield "context text"
    else:
        yield f"unexpected block {kind}"


def _button_faults(button: dict[str, Any]) -> Iterator[str]:
    if button["type"] == "overflow":
        yield from _option_faults(button["options"])
        return
    if not 1 <= len(button["text"]["text"]) <= 75:
        yield "button text"
    if len(button.get("url", "")) > 3_000 or not ("value" in button or "url" in button):
        yield "button address"
    if len(button.get("value", "")) > 2_000 or len(button["action_id"]) > 255:
        yield "button value or id"


def _option_faults(options: list[dict[str, Any]]) -> Iterator[str]:
    if not 2 <= len(options) <= 5:
        yield f"{len(options)} options"
    for option in options:
        if not 1 <= len(option["text"]["text"]) <= 75 or not 1 <= len(option["value"]) <= 150:
            yield "option text or value"


def _rich_faults(node: dict[str, Any]) -> Iterator[str]:
    if "elements" in node:
        if not node["elements"]:
            yield f"empty {node['type']}"
        for child in node["elements"]:
            yield from _rich_faults(child)
    elif node["type"] == "text" and not node["text"]:
        yield "empty text"


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item)
