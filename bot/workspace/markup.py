"""What people type -> the text and the rich_text block that Slack makes of it.

Slack escapes three characters, turns @names and #channels into ids, and links what looks like an
address, also inside code: `ASP.NET` becomes a link, which is why readers must unwrap links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.workspace.schema import Payload

_TLDS = "com|net|org|io|dev|info|biz|co|me|ai|app|cloud|de|uk|eu|py|rs|sh|md|so|pl"
_TOKEN = re.compile(
    r"(?P<code>`[^`\n]{1,500}`)"
    r"|(?P<url>https?://[^\s<>|`]{1,2000})"
    r"|(?P<email>(?<![\w.+-])[\w.+-]{1,60}@(?:[A-Za-z0-9-]{1,40}\.){1,5}[A-Za-z]{2,10}(?!\w))"
    r"|(?P<user>(?<![\w@])@[A-Za-z0-9._-]{1,30})"
    r"|(?P<channel>(?<![\w#&])#[a-z0-9_-]{1,40})"
    rf"|(?P<domain>(?<![\w.@/\\:-])(?:[A-Za-z0-9-]{{1,40}}\.){{1,5}}(?i:{_TLDS})(?![\w\\-]|\.\w))"
    r"|(?P<ip>(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]))",
    re.ASCII,
)
_FENCE = "```"
_ADDRESSES = ("url", "email", "domain", "ip")


def escape(text: str) -> str:
    """The text with the three characters escaped that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The text as it was before `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed text as Slack passes it on; `mentioned` are the ids of the users in it."""

    text: str
    blocks: list[Payload]
    mentioned: frozenset[str]


def read_typed(text: str, users: Mapping[str, str], channels: Mapping[str, str]) -> Typed:
    """Turn a typed text into a message; `users` and `channels` lead from names to ids."""
    reader = _Reader(users, channels)
    segments = text.split(_FENCE)
    if len(segments) % 2 == 0:  # the last fence is not closed: it is text
        segments[-2:] = [_FENCE.join(segments[-2:])]
    for index, segment in enumerate(segments):
        if index % 2:
            reader.read_code(segment)
        elif segment:
            reader.read_prose(segment)
    return reader.finish()


class _Reader:
    """Collects the text and the elements of its rich_text block."""

    def __init__(self, users: Mapping[str, str], channels: Mapping[str, str]) -> None:
        self._users = users
        self._channels = channels
        self._text: list[str] = []
        self._elements: list[Payload] = []
        self._mentioned: set[str] = set()

    def read_code(self, segment: str) -> None:
        self._text.append(_FENCE)
        segment = segment.removeprefix("\n").removesuffix("\n")
        runs = self._runs(segment, self._address)
        self._text.append(_FENCE)
        if runs:
            self._elements.append({"type": "rich_text_preformatted", "elements": runs})

    def read_prose(self, segment: str) -> None:
        runs = self._runs(segment, self._token)
        self._elements.append({"type": "rich_text_section", "elements": runs})

    def finish(self) -> Typed:
        block: Payload = {"type": "rich_text", "block_id": "typed", "elements": self._elements}
        blocks = [block] if self._elements else []
        return Typed("".join(self._text), blocks, frozenset(self._mentioned))

    def _runs(
        self, segment: str, convert: Callable[[re.Match[str]], tuple[str, Payload] | None]
    ) -> list[Payload]:
        runs: list[Payload] = []
        done = 0
        for match in _TOKEN.finditer(segment):
            converted = convert(match)
            if converted is None:
                continue
            self._plain(segment[done : match.start()], runs)
            written, run = converted
            self._text.append(written)
            runs.append(run)
            done = match.end()
        self._plain(segment[done:], runs)
        return runs

    def _plain(self, text: str, runs: list[Payload]) -> None:
        if text:
            self._text.append(escape(text))
            runs.append({"type": "text", "text": text})

    def _token(self, match: re.Match[str]) -> tuple[str, Payload] | None:
        word = match.group()
        if match.lastgroup == "code":
            style = {"type": "text", "text": word[1:-1], "style": {"code": True}}
            return f"`{escape(word[1:-1])}`", style
        if match.lastgroup == "user":
            return self._user(word)
        if match.lastgroup == "channel":
            channel = self._channels.get(word[1:])
            run = {"type": "channel", "channel_id": channel}
            return (f"<#{channel}|>", run) if channel else None
        return self._address(match)

    def _user(self, word: str) -> tuple[str, Payload] | None:
        user = self._users.get(word[1:].lower())
        if word[1:] in ("here", "channel", "everyone"):
            return f"<!{word[1:]}>", {"type": "broadcast", "range": word[1:]}
        if user is None:
            return None
        self._mentioned.add(user)
        return f"<@{user}>", {"type": "user", "user_id": user}

    def _address(self, match: re.Match[str]) -> tuple[str, Payload] | None:
        word = match.group()
        if match.lastgroup not in _ADDRESSES:
            return None
        if match.lastgroup == "url":
            return f"<{escape(word)}>", {"type": "link", "url": word}
        url = f"mailto:{word}" if match.lastgroup == "email" else f"http://{word}"
        return f"<{url}|{word}>", {"type": "link", "url": url, "text": word}
