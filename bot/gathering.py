"""Everything readable in a message: alert bots put it into text, blocks, attachments or all three.

Walks with a stack and a budget, so that no payload, however deep or long, costs more than its cap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

MAX_CHARS = 100_000
_MAX_NODES = 4_000
_MAX_DEPTH = 3
# A paste of a few thousand lines; beyond that only the beginning is compared for repetition.
_COMPARED_CHARS = 20_000

_LINK = re.compile(r"<([^<>\n]{1,3000})>")
_NOISE = re.compile(r"[\s*_~`•>]+")
_EMPTY_FALLBACKS = frozenset({"[no preview available]", "This content can't be displayed."})


def gather_text(message: dict[str, Any] | Any, *, previews: bool = True) -> str:
    """The text of a message object in reading order, links unwrapped, nothing said twice.

    Without `previews` what a file's preview shows is left out, for who reads the file itself.
    """
    if not isinstance(message, dict):
        return ""
    parts = _Parts()
    for part in _message_parts(message, previews=previews):
        if not parts.add(part):
            break
    return "\n".join(parts.kept)


def unwrap(text: str) -> str:
    """mrkdwn -> what people read: links and mentions unwrapped, entities undone.

    Source: docs.slack.dev/messaging/formatting-message-text.
    """
    unwrapped = _LINK.sub(_readable_link, text) if "<" in text else text
    # These three are all that Slack escapes; `&amp;` last, or `&amp;lt;` would become `<`.
    return unwrapped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class _Parts:
    """Keeps parts that say something new, up to MAX_CHARS."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._seen = ""
        self._room = MAX_CHARS

    def add(self, part: str) -> bool:
        """Keep the part unless it is empty or repeated; False when there is no room left."""
        text = part.strip()
        if not text or text in _EMPTY_FALLBACKS:
            return True
        essence = _NOISE.sub("", text[:_COMPARED_CHARS])
        if essence and essence in self._seen:
            return True
        self.kept.append(text[: self._room])
        self._seen = f"{self._seen}\0{essence}"[-4 * _COMPARED_CHARS :]
        self._room -= len(text)
        return self._room > 0


def _message_parts(message: dict[str, Any], *, previews: bool) -> Iterator[str]:
    # Blocks come first: where a person wrote them, `text` is made from them and then adds nothing.
    yield from _block_parts(message.get("blocks"))
    yield unwrap(_text(message.get("text")))
    for attachment in _dicts(message.get("attachments")):
        if _is_unfurl(attachment):
            continue
        yield from _attachment_parts(attachment)
    for file in _dicts(message.get("files") if previews else None):
        yield _text(file.get("preview"))


def _is_unfurl(attachment: dict[str, Any]) -> bool:
    """Whether Slack added it as the preview of a link: nobody here wrote that."""
    if attachment.get("is_share"):
        return False
    return bool(attachment.get("from_url") or attachment.get("original_url"))


def _attachment_parts(attachment: dict[str, Any]) -> Iterator[str]:
    for key in ("pretext", "author_name", "title", "text"):
        yield unwrap(_text(attachment.get(key)))
    for field in _dicts(attachment.get("fields")):
        title, value = unwrap(_text(field.get("title"))), unwrap(_text(field.get("value")))
        yield f"{title}: {value}" if title and value else title or value
    yield from _block_parts(attachment.get("blocks"))
    for message in _dicts(attachment.get("message_blocks")):
        yield from _block_parts(_dict(message.get("message")).get("blocks"))
    yield unwrap(_text(attachment.get("fallback")))
    yield unwrap(_text(attachment.get("footer")))


def _block_parts(blocks: object) -> Iterator[str]:
    yield from _blocks_within(blocks, [_MAX_NODES], _MAX_DEPTH)


def _blocks_within(blocks: object, budget: list[int], depth: int) -> Iterator[str]:
    """Every block's text; those of containers and carousels stand within other blocks."""
    for block in _dicts(blocks):
        if block.get("type") == "rich_text":
            for element in _dicts(block.get("elements")):
                yield _rich_text(element, budget)
            continue
        yield from _plain_block(block, budget)
        for key in ("blocks", "child_blocks", "cards") if depth and budget[0] > 0 else ():
            yield from _blocks_within(block.get(key), budget, depth - 1)


def _plain_block(block: dict[str, Any], budget: list[int]) -> Iterator[str]:
    """Every text object of a block, whatever its type is called: new types keep appearing."""
    for key in ("title", "subtitle", "text", "body", "description"):
        yield _text_object(block.get(key))
    for key in ("fields", "elements"):
        for item in _dicts(block.get(key)):
            budget[0] -= 1
            if budget[0] < 0:
                return
            yield _text_object(item) or _text_object(item.get("text"))
    rows = block.get("rows")
    for row in rows[:_MAX_NODES] if isinstance(rows, list) else ():
        yield _table_row(row, budget)


def _table_row(row: object, budget: list[int]) -> str:
    cells = [
        _rich_text(cell, budget) if cell.get("type") == "rich_text" else _text(cell.get("text"))
        for cell in _dicts(row)
    ]
    return " | ".join(cell for cell in cells if cell)


def _text_object(value: object) -> str:
    """A text object's readable text; interactive elements have none of their own here."""
    if isinstance(value, str):
        return unwrap(value)
    item = _dict(value)
    if item.get("type") not in ("mrkdwn", "plain_text", None):
        return ""
    return unwrap(_text(item.get("text")))


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
        item = _dict(node)
        children = item.get("elements")
        if isinstance(children, list):
            stack.append("\n")
            stack.extend(reversed(children[:_MAX_NODES]))
        else:
            pieces.append(_leaf(item))
    return "".join(pieces)


def _leaf(item: dict[str, Any]) -> str:
    kind = item.get("type")
    if kind == "link":
        return _text(item.get("text")) or _text(item.get("url"))
    if kind == "date":
        return _text(item.get("fallback"))
    return _text(item.get("text"))


def _readable_link(match: re.Match[str]) -> str:
    target, bar, label = match.group(1).partition("|")
    if target.startswith("@"):
        return ""
    if target.startswith(("#", "!")):
        # `<!date^1700000000^{date}|18 November>` and `<#C1|alerts>` carry words, `<!here>` none.
        return label
    if bar and label:
        return label
    return target.removeprefix("mailto:").removeprefix("tel:")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value[:_MAX_NODES]:
            if isinstance(item, dict):
                yield item
