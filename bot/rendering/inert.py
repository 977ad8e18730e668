"""Foreign text made harmless: it can notify nobody, link nowhere and hide nothing."""

from __future__ import annotations

import re

# Characters that change how other characters are shown, or show nothing: zero-width spaces and
# joiners, direction marks, overrides and isolates, invisible operators, the byte order mark,
# tags and variation selectors; then control characters except tab and line feed.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")


def visible(text: str) -> str:
    """The text without characters that hide or reorder others; line ends are line feeds."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """The visible text with every run of white space as one space."""
    return " ".join(visible(text).split())


def quoted(text: str) -> str:
    """Text that somebody else wrote, on one line, unable to open or close a code span."""
    return one_line(text).replace("`", "'")


def escape(text: str) -> str:
    """The text for mrkdwn: `&`, `<` and `>` escaped, so that `<!channel>` is only read.

    Source: docs.slack.dev/messaging/formatting-message-text.
    """
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, chars: int) -> str:
    """At most `chars` characters, cut at a word where there is one, with an ellipsis."""
    if len(text) <= chars:
        return text
    if chars <= 1:
        return text[: max(chars, 0)]
    head = text[: chars - 1]
    at_word = head.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > chars // 2 else head).rstrip(" ,;:.–-") + "…"
