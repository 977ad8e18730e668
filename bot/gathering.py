"""Everything readable in a message: alert bots use text, blocks, attachments or all three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.block_text import block_parts, dict_of, dicts_of, text_of
from bot.mrkdwn import seen, unwrap

MAX_CHARS = 100_000
# A paste of a few thousand lines; beyond that only the beginning is compared for repetition.
_COMPARED_CHARS = 20_000
_COMPARED_PLACES = 8

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


class _Parts:
    """Keeps parts that say something new, up to MAX_CHARS."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._seen = ""
        self._room = MAX_CHARS

    def add(self, part: str) -> bool:
        """Keep the part unless it is empty or repeated; False when there is no room left."""
        text = seen(part).strip()
        if not text or text in _EMPTY_FALLBACKS:
            return True
        essence = _NOISE.sub("", text[:_COMPARED_CHARS])
        if essence and self._is_said(essence):
            return True
        self.kept.append(text[: self._room])
        self._seen = f"{self._seen}\0{essence}"[-4 * _COMPARED_CHARS :]
        self._room -= len(text)
        return self._room > 0

    def _is_said(self, essence: str) -> bool:
        """Whether it stands in what was kept, and not as a part of something longer.

        `error 5` is not said by `error 502`, nor ERROR_BUSY by ERROR_BUSY_DRIVE.
        """
        place, goes_on = -1, essence[-1].isdigit() or essence[-1].isupper()
        for _ in range(_COMPARED_PLACES):
            place = self._seen.find(essence, place + 1)
            if place < 0:
                return False
            end = place + len(essence)
            begun = essence[0].isdigit() and self._seen[place - 1 : place].isdigit()
            if not begun and not (goes_on and self._seen[end : end + 1].isalnum()):
                return True
        return False


def _message_parts(message: dict[str, Any], *, previews: bool) -> Iterator[str]:
    # Blocks come first: where a person wrote them, `text` is made from them and then adds nothing.
    yield from block_parts(message.get("blocks"))
    yield unwrap(text_of(message.get("text")))
    for attachment in dicts_of(message.get("attachments")):
        if _is_unfurl(attachment):
            continue
        yield from _attachment_parts(attachment)
    for file in dicts_of(message.get("files") if previews else None):
        yield text_of(file.get("preview"))


def _is_unfurl(attachment: dict[str, Any]) -> bool:
    """Whether Slack added it as the preview of a link: nobody here wrote that."""
    if attachment.get("is_share"):
        return False
    return bool(attachment.get("from_url") or attachment.get("original_url"))


def _attachment_parts(attachment: dict[str, Any]) -> Iterator[str]:
    yield unwrap(text_of(attachment.get("pretext")))
    yield unwrap(text_of(attachment.get("author_name")))
    for key in ("title", "text"):
        yield unwrap(text_of(attachment.get(key)))
    for field in dicts_of(attachment.get("fields")):
        title, value = unwrap(text_of(field.get("title"))), unwrap(text_of(field.get("value")))
        yield f"{title}: {value}" if title and value else title or value
    yield from block_parts(attachment.get("blocks"))
    for message in dicts_of(attachment.get("message_blocks")):
        yield from block_parts(dict_of(message.get("message")).get("blocks"))
    # The summary, which notifications show: it mostly repeats the rest, but some senders name the
    # code only there.
    yield unwrap(text_of(attachment.get("fallback")))
    yield unwrap(text_of(attachment.get("footer")))
