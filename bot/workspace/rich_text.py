"""What may stand in a rich_text block.

Source: docs.slack.dev/reference/block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from bot.workspace.elements import IDENTIFIER, element
from bot.workspace.schema import (
    Check,
    Fields,
    boolean,
    integer,
    list_of,
    object_of,
    one_of,
    optional,
    required,
    string,
    typed,
)

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight")
_STYLE = object_of({name: optional(boolean) for name in _STYLES})


_STYLED: Fields = {"style": optional(_STYLE)}


def _leaf(kind: str, **fields: tuple[bool, Check]) -> Check:
    return element(kind, _STYLED, fields)


_LEAVES: dict[str, Check] = {
    "text": _leaf("text", text=required(string(40_000))),
    "link": _leaf(
        "link",
        url=required(string(3000)),
        text=optional(string(40_000)),
        unsafe=optional(boolean),
    ),
    "user": _leaf("user", user_id=required(string(IDENTIFIER))),
    "channel": _leaf("channel", channel_id=required(string(IDENTIFIER))),
    "usergroup": _leaf("usergroup", usergroup_id=required(string(IDENTIFIER))),
    "team": _leaf("team", team_id=required(string(IDENTIFIER))),
    "broadcast": _leaf("broadcast", range=required(one_of("here", "channel", "everyone"))),
    "emoji": _leaf(
        "emoji",
        name=required(string(100)),
        unicode=optional(string(100)),
        skin_tone=optional(integer),
    ),
    "color": _leaf("color", value=required(string(30))),
    "date": _leaf(
        "date",
        timestamp=required(integer),
        format=required(string(200)),
        url=optional(string(3000)),
        fallback=optional(string(3000)),
    ),
}

_RUN = list_of(typed("element", _LEAVES), 10_000, 0)
_PREFORMATTED = list_of(typed("element", {k: _LEAVES[k] for k in ("text", "link")}), 10_000, 0)
_PARAGRAPH = element("rich_text_section", elements=required(_RUN))

RICH_TEXT: dict[str, Check] = {
    "rich_text_section": _PARAGRAPH,
    "rich_text_quote": element(
        "rich_text_quote", elements=required(_RUN), border=optional(integer)
    ),
    "rich_text_preformatted": element(
        "rich_text_preformatted",
        elements=required(_PREFORMATTED),
        border=optional(integer),
        language=optional(string(50)),
    ),
    "rich_text_list": element(
        "rich_text_list",
        style=required(one_of("bullet", "ordered")),
        elements=required(list_of(typed("element", {"rich_text_section": _PARAGRAPH}), 1000)),
        indent=optional(integer),
        offset=optional(integer),
        border=optional(integer),
    ),
}
