"""Slack's markup of a plain text -> what people read."""

from __future__ import annotations

import re

_LINK = re.compile(r"<([^<>\n]{1,3000})>")


def unwrap(text: str) -> str:
    """mrkdwn -> what people read: links and mentions unwrapped, entities undone.

    Source: docs.slack.dev/messaging/formatting-message-text.
    """
    unwrapped = _LINK.sub(_readable_link, text) if "<" in text else text
    # These three are all that Slack escapes; `&amp;` last, or `&amp;lt;` would become `<`.
    return unwrapped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


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
