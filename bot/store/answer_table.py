"""What was answered where: at most one automatic answer a thread, also after a restart.

What somebody shares is an answer, too: to the private message with the button. Whoever puts it in
first, without a post yet, may post it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store.database import Transaction

# Longer than anybody waits for Slack: who claimed it before that is gone.
_CLAIMED_SECONDS = 300.0

Claim = Literal["ours", "taken", "lost"]


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


def claim_answer(tx: Transaction, answer: StoredAnswer) -> Claim:
    """Ask whether we may post it: `taken` when it was posted, or somebody is about to.

    `lost`, and free again, when somebody was about to and never said how it went.
    """
    key = (answer.team, answer.channel, answer.source_ts)
    sql = (
        "INSERT INTO answer (team, channel, source_ts, root_ts, posted_ts, automatic, codes,"
        " posted_at) VALUES ($1, $2, $3, $4, '', $5, $6, {now})"
        " ON CONFLICT (team, channel, source_ts) DO NOTHING RETURNING 1"
    )
    codes = json.dumps(list(answer.codes))
    if tx.execute(sql, (*key, answer.root_ts, answer.automatic, codes)):
        return "ours"
    lost = (
        "DELETE FROM answer WHERE team = $1 AND channel = $2 AND source_ts = $3"
        " AND posted_ts = '' AND posted_at < {now} - $4 RETURNING 1"
    )
    return "lost" if tx.execute(lost, (*key, _CLAIMED_SECONDS)) else "taken"


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
