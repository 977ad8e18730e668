"""The files of a message as Slack tells of them, and which of them winerr will look into.

Source: docs.slack.dev/reference/objects/file-object. Other apps and other organisations fill these
fields too, so each is checked; their content is fetched elsewhere (`bot.file_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_FILES = 5
MAX_PREVIEW_CHARS = 10_000
_MAX_URL_CHARS = 2_000
_MAX_NAME_CHARS = 255
_ID = re.compile(r"[!-~]{1,255}")

# Media types that are text without being called `text/…`.
_TEXT_TYPES = frozenset(
    {"application/json", "application/xml", "application/javascript", "application/x-ndjson",
     "application/x-sh", "application/x-yaml", "application/yaml", "application/sql",
     "application/x-powershell", "application/x-javascript", "application/ld+json"}
)  # fmt: skip
# What Slack says where it does not know: then the name decides.
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_TEXT_NAMES = (
    ".bat", ".cfg", ".cmd", ".conf", ".csv", ".err", ".etl.txt", ".ini", ".json", ".log", ".md",
    ".out", ".ps1", ".psm1", ".reg", ".sql", ".trc", ".tsv", ".txt", ".vbs", ".xml", ".yaml",
    ".yml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file as its message names it; "" and 0 where Slack says nothing. `size` is in bytes.

    `access` is `check_file_info` where only `files.info` tells more, as for files of Slack Connect.
    `mode` is `snippet`, `hosted`, `email`, `tombstone`, …; `preview` the first lines of a text,
    of an e-mail its subject and all of its words.
    """

    id: str
    url: str = ""
    name: str = ""
    mimetype: str = ""
    mode: str = ""
    access: str = ""
    size: int = 0
    preview: str = ""

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted, or lies beyond the history that the workspace pays for."""
        return self.mode in ("tombstone", "hidden_by_limit") or self.access == "file_not_found"

    @property
    def is_email(self) -> bool:
        """Whether it is an e-mail to the channel's address."""
        return self.mode == "email"

    @property
    def is_told_in_full(self) -> bool:
        """Whether its message says enough to fetch it; if not, `files.info` has to be asked."""
        return bool(self.url) and self.access != "check_file_info"

    @property
    def may_be_text(self) -> bool:
        """Whether its type or its name speaks for text, or nothing is known of it yet."""
        if self.is_gone:
            return False
        if self.mode in ("snippet", "post") or not self.is_told_in_full:
            return True
        kind = self.mimetype.partition(";")[0].strip().lower()
        if kind in _UNKNOWN_TYPES:
            return self.name.lower().endswith(_TEXT_NAMES)
        return kind.startswith("text/") or kind in _TEXT_TYPES or kind.endswith(("+json", "+xml"))


def files_of(message: Mapping[str, Any]) -> tuple[SharedFile, ...]:
    """The first MAX_FILES files of a message object, then of the messages shared with it.

    What is no file object is left out.
    """
    attached = (each for each in _first(message.get("attachments")) if isinstance(each, dict))
    holders = [message, *(each for each in attached if each.get("is_share"))]
    read = [read_file_object(item) for holder in holders for item in _first(holder.get("files"))]
    return tuple(file for file in read if file is not None)[:MAX_FILES]


def _first(items: object) -> list[object]:
    return items[:MAX_FILES] if isinstance(items, list) else []


def read_file_object(value: object) -> SharedFile | None:
    """One file object, from a message or from `files.info`; None without an id."""
    item: Mapping[str, Any] = value if isinstance(value, dict) else {}
    file_id = item.get("id")
    if not isinstance(file_id, str) or not _ID.fullmatch(file_id):
        return None
    size, mode = item.get("size"), _text(item.get("mode"))[:_MAX_NAME_CHARS]
    return SharedFile(
        id=file_id,
        url=_url(item.get("url_private_download")) or _url(item.get("url_private")),
        name=_text(item.get("title") or item.get("name"))[:_MAX_NAME_CHARS],
        mimetype=_text(item.get("mimetype"))[:_MAX_NAME_CHARS],
        mode=mode,
        access=_text(item.get("file_access"))[:_MAX_NAME_CHARS],
        size=size if isinstance(size, int) and not isinstance(size, bool) and size > 0 else 0,
        preview=(_email_text(item) if mode == "email" else _text(item.get("preview")))[
            :MAX_PREVIEW_CHARS
        ],
    )


def _email_text(item: Mapping[str, Any]) -> str:
    # Their `preview` is HTML; what is fetched would be, too.
    words = _text(item.get("plain_text")) or _text(item.get("preview_plain_text"))
    return f"{_text(item.get('subject'))}\n{words}".strip()


def _url(value: object) -> str:
    # A longer one is none that Slack made: cutting it would make another address of it.
    return value if isinstance(value, str) and len(value) <= _MAX_URL_CHARS else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
