"""Slack's markup of a plain text -> what people read."""

from __future__ import annotations

import re

_LINK = re.compile(r"<([^<>\n]{1,3000})>")
# The only emphasis whose sign belongs to words: `_0x5_` is read as 0x5, `__init__` stays.
_ITALIC = re.compile(r"(?P<opens>_(?<!\w_)(?=[^\s_]))|(?P<closes>_(?<=[^\s_]_)(?!\w))|\n")
# Zero-width spaces and joiners, soft hyphens, direction marks, variation selectors: they come with
# what is copied out of web pages and dialogs, also into the middle of a name.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def unwrap(text: str) -> str:
    """mrkdwn -> what people read: links, mentions and italics unwrapped, entities undone.

    Source: docs.slack.dev/messaging/formatting-message-text.
    """
    unwrapped = _LINK.sub(_readable_link, text) if "<" in text else text
    if "_" in unwrapped:
        unwrapped = _without_italics(unwrapped)
    # These three are all that Slack escapes; `&amp;` last, or `&amp;lt;` would become `<`.
    return unwrapped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _without_italics(text: str) -> str:
    """The text without the signs that open and close italics on a line; in linear time."""
    opened, signs = -1, list[int]()
    for match in _ITALIC.finditer(text):
        if match.lastgroup is None:
            opened = -1
        elif match.lastgroup == "opens":
            opened = match.start() if opened < 0 else opened
        elif opened >= 0:
            signs += (opened, match.start())
            opened = -1
    if not signs:
        return text
    starts = [0, *(sign + 1 for sign in signs)]
    return "".join(text[start:end] for start, end in zip(starts, [*signs, None], strict=True))


def seen(text: str) -> str:
    """The text without the characters that nobody sees."""
    return text if text.isascii() else _UNSEEN.sub("", text)


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
