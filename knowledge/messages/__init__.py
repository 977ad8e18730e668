"""Windows' own sentences, recognised without shipping them: only hashes of their words are kept."""

from __future__ import annotations

from knowledge.messages.finding import MessageHit, find_messages, message_mentions
from knowledge.messages.index import FingerprintRows, MessageIndex, SqliteRows, TableRows

__all__ = [
    "FingerprintRows",
    "MessageHit",
    "MessageIndex",
    "SqliteRows",
    "TableRows",
    "find_messages",
    "message_mentions",
]
