"""What was answered where: at most one automatic answer a thread, also after a restart."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Transaction


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer that stands in Slack: under which message, what it is about (family:hex)."""

    team: str
    channel: str
    source_ts: str
    root_ts: str
    posted_ts: str
    automatic: bool
    codes: Sequence[str]


def note_answer(tx: Transaction, answer: StoredAnswer) -> None:
    """Remember an answer; the newest counts for a message that got several."""
    tx.execute(
        "INSERT INTO answer (team, channel, source_ts, root_ts, posted_ts, automatic, codes,"
        " posted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, {now})"
        " ON CONFLICT (team, channel, source_ts) DO UPDATE SET posted_ts = excluded.posted_ts,"
        " codes = excluded.codes",
        (answer.team, answer.channel, answer.source_ts, answer.root_ts, answer.posted_ts,
         answer.automatic, json.dumps(list(answer.codes))),
    )  # fmt: skip


def find_answer(tx: Transaction, team: str, channel: str, source_ts: str) -> StoredAnswer | None:
    """The answer to this very message, None when it got none."""
    sql = (
        "SELECT root_ts, posted_ts, automatic, codes FROM answer"
        " WHERE team = $1 AND channel = $2 AND source_ts = $3"
    )
    for root_ts, posted_ts, automatic, codes in tx.execute(sql, (team, channel, source_ts)):
        known = tuple(json.loads(codes))
        return StoredAnswer(team, channel, source_ts, root_ts, posted_ts, bool(automatic), known)
    return None


def forget_answer(tx: Transaction, answer: StoredAnswer) -> None:
    """The answer stands in Slack no longer."""
    sql = "DELETE FROM answer WHERE team = $1 AND channel = $2 AND source_ts = $3"
    tx.execute(sql, (answer.team, answer.channel, answer.source_ts))


def thread_has_automatic_answer(tx: Transaction, team: str, channel: str, root_ts: str) -> bool:
    """Whether a thread got an answer that nobody asked for."""
    sql = "SELECT automatic FROM answer WHERE team = $1 AND channel = $2 AND root_ts = $3"
    return any(automatic for (automatic,) in tx.execute(sql, (team, channel, root_ts)))
