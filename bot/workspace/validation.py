"""What Slack refuses in a message or a view, said offline.

Sources: docs.slack.dev/reference/block-kit/blocks, …/reference/methods/chat.postMessage and
…/methods/views.open. Slack's limit on all the text of one message is not documented: 13,200
characters are what it took (slackapi/bolt-js issue 2509).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.workspace.elements import (
    IDENTIFIER,
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    elements,
    plain_text,
    text,
    text_chars,
)
from bot.workspace.rich_text import RICH_TEXT
from bot.workspace.schema import (
    Check,
    Fields,
    Payload,
    Problems,
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

Surface = Literal["message", "modal", "home"]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_TEXT = 40_000
UPDATE_TEXT = 4_000
BLOCKS_TEXT = 13_200
MARKDOWN_TEXT = 12_000
VIEW_BYTES = 250_000
METADATA_BYTES = 16_000
ATTACHMENTS = 100


@dataclass(frozen=True, slots=True)
class Refusal:
    """Slack's error code, and what is wrong, one sentence a fault."""

    error: str
    messages: tuple[str, ...] = ()


def _block(name: str, **fields: tuple[bool, Check]) -> Check:
    shared: Fields = {
        "type": required(one_of(name)),
        "block_id": optional(string(IDENTIFIER)),
    }
    return object_of({**shared, **fields})


_CELL = typed(
    "cell",
    {
        "raw_text": object_of(
            {"type": required(one_of("raw_text")), "text": required(string(12_000))}
        ),
        "raw_number": object_of(
            {
                "type": required(one_of("raw_number")),
                "value": required(anything),
                "text": optional(string(12_000)),
            }
        ),
        "rich_text": _block(
            "rich_text", elements=required(list_of(typed("element", RICH_TEXT), 1000))
        ),
    },
)
_IMAGE_BLOCK = both(
    _block(
        "image",
        alt_text=required(string(2000)),
        title=optional(plain_text(2000)),
        image_url=optional(string(3000)),
        slack_file=optional(mapping),
    ),
    needs_one("image_url", "slack_file"),
)

_EVERYWHERE: dict[str, Check] = {
    "section": both(
        _block(
            "section",
            text=optional(text(3000)),
            fields=optional(list_of(text(2000), 10)),
            accessory=optional(typed("accessory", IN_SECTION)),
            expand=optional(boolean),
        ),
        needs_one("text", "fields"),
    ),
    "divider": _block("divider"),
    "header": _block("header", text=required(plain_text(150)), level=optional(integer)),
    "context": _block(
        "context",
        elements=required(
            list_of(
                typed(
                    "element",
                    {"plain_text": plain_text(2000), "mrkdwn": text(2000), "image": IMAGE},
                ),
                10,
            )
        ),
    ),
    "actions": _block("actions", elements=required(elements("element", IN_ACTIONS, 25))),
    "image": _IMAGE_BLOCK,
    "rich_text": _block("rich_text", elements=required(list_of(typed("element", RICH_TEXT), 1000))),
    "input": _block(
        "input",
        label=required(plain_text(2000)),
        element=required(typed("element", IN_INPUT)),
        hint=optional(plain_text(2000)),
        optional=optional(boolean),
        dispatch_action=optional(boolean),
    ),
    "video": _block(
        "video",
        alt_text=required(string(2000)),
        title=required(plain_text(200)),
        thumbnail_url=required(string(3000)),
        video_url=required(string(3000)),
        title_url=optional(string(3000)),
        description=optional(plain_text(200)),
        provider_name=optional(string(100)),
        provider_icon_url=optional(string(3000)),
        author_name=optional(string(50)),
    ),
}

_ROWS = list_of(list_of(_CELL, 20), 100)
_MESSAGE_ONLY: dict[str, Check] = {
    "markdown": _block("markdown", text=required(string(MARKDOWN_TEXT))),
    "table": _block("table", rows=required(_ROWS), column_settings=optional(anything)),
    "context_actions": _block(
        "context_actions", elements=required(elements("element", IN_CONTEXT_ACTIONS, 5))
    ),
    "file": _block(
        "file", external_id=required(string(IDENTIFIER)), source=required(one_of("remote"))
    ),
}
_MODAL_ONLY: dict[str, Check] = {
    "alert": _block(
        "alert",
        text=required(text(200)),
        level=optional(one_of("default", "info", "warning", "error", "success")),
    ),
}

_BLOCKS: dict[Surface, Check] = {
    "message": typed("block", {**_EVERYWHERE, **_MESSAGE_ONLY}),
    "modal": typed("block", {**_EVERYWHERE, **_MODAL_ONLY}),
    "home": typed("block", _EVERYWHERE),
}

_VIEW: Fields = {
    "type": required(one_of("modal", "home")),
    "blocks": required(anything),
    "title": optional(plain_text(24)),
    "submit": optional(plain_text(24)),
    "close": optional(plain_text(24)),
    "private_metadata": optional(string(3000, 0)),
    "callback_id": optional(string(IDENTIFIER, 0)),
    "external_id": optional(string(IDENTIFIER, 0)),
    "clear_on_close": optional(boolean),
    "notify_on_close": optional(boolean),
    "submit_disabled": optional(boolean),
}


def block_problems(
    blocks: Any, surface: Surface = "message", pointer: str = "/blocks"
) -> list[str]:
    """Every fault of a list of blocks, each with its place; empty when Slack takes them."""
    problems = Problems()
    longest = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    both(list_of(_BLOCKS[surface], longest, 0), unique("block_id"))(blocks, pointer, problems)
    if isinstance(blocks, list):
        _check_sums([block for block in blocks if isinstance(block, dict)], pointer, problems)
    return problems.messages


def _check_sums(blocks: Sequence[Payload], pointer: str, problems: Problems) -> None:
    markdown = sum(text_chars(block) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_TEXT:
        problems.add(f"markdown blocks hold more than {MARKDOWN_TEXT} characters", pointer)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        problems.add("only_one_table_allowed", pointer)


def check_message(
    text: str | None, blocks: Any, attachments: Any = None, *, update: bool = False
) -> Refusal | None:
    """Why Slack would refuse this message; None when it takes it.

    A text of more than 40,000 characters is cut, not refused, except by chat.update (4,000).
    """
    refusal = _check_blocks(blocks) or _check_attachments(attachments)
    if refusal:
        return refusal
    if not (text and text.strip()) and not blocks and not attachments:
        return Refusal("no_text")
    if update and len(text or "") > UPDATE_TEXT:
        return Refusal("msg_too_long")
    return None


def _check_blocks(blocks: Any) -> Refusal | None:
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        return Refusal("invalid_blocks_format")
    problems = block_problems(blocks)
    if problems:
        return Refusal("invalid_blocks", tuple(problems))
    return Refusal("msg_blocks_too_long") if text_chars(blocks) > BLOCKS_TEXT else None


def _check_attachments(attachments: Any) -> Refusal | None:
    if attachments is None:
        return None
    if not isinstance(attachments, list):
        return Refusal("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        return Refusal("too_many_attachments")
    problems = [
        problem
        for index, item in enumerate(attachments)
        for problem in _attachment_problems(item, f"/attachments/{index}")
    ]
    return Refusal("invalid_attachments", tuple(problems)) if problems else None


def _attachment_problems(attachment: Any, pointer: str) -> list[str]:
    if not isinstance(attachment, dict):
        return [f"must be an object [json-pointer:{pointer}]"]
    blocks = attachment.get("blocks")
    return block_problems(blocks, "message", f"{pointer}/blocks") if blocks is not None else []


def check_metadata(metadata: Any) -> Refusal | None:
    """Why Slack would refuse the metadata of a message; None when it takes it."""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or not isinstance(metadata.get("event_type"), str):
        return Refusal("invalid_metadata_format")
    if not isinstance(metadata.get("event_payload"), dict):
        return Refusal("invalid_metadata_format")
    size = len(json.dumps(metadata, ensure_ascii=False).encode())
    return Refusal("metadata_too_large") if size > METADATA_BYTES else None


def check_view(view: Any, surface: Literal["modal", "home"]) -> Refusal | None:
    """Why Slack would refuse this view; None when it takes it."""
    problems = Problems()
    object_of(_VIEW)(view, "/view", problems)
    if not isinstance(view, dict):
        return Refusal("invalid_arguments", tuple(problems.messages))
    if view.get("type") != surface:
        problems.add(f"must be a {surface} view", "/view/type")
    if surface == "modal":
        _check_modal(view, problems)
    problems.messages += block_problems(view.get("blocks", []), surface, "/view/blocks")
    if problems.messages:
        return Refusal("invalid_arguments", tuple(problems.messages))
    size = len(json.dumps(view, ensure_ascii=False).encode())
    return Refusal("view_too_large") if size > VIEW_BYTES else None


def _check_modal(view: Payload, problems: Problems) -> None:
    if "title" not in view:
        problems.add("missing required field: title", "/view")
    blocks = view.get("blocks")
    inputs = any(
        isinstance(block, dict) and block.get("type") == "input"
        for block in (blocks if isinstance(blocks, list) else ())
    )
    if inputs and "submit" not in view:
        problems.add("submit is required when there are input blocks", "/view")
