"""Numbers and names that somebody asked for and that neither article nor playbook explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Transaction

WRITTEN_CHARS = 64


@dataclass(frozen=True, slots=True)
class Unknown:
    """What was asked for, how often, and when last (seconds since 1970)."""

    written: str
    count: int
    last_at: float


def note_unknown(tx: Transaction, team: str, written: Sequence[str]) -> None:
    """Count what nobody could explain; never who asked, nor what stood around it."""
    sql = (
        "INSERT INTO unknown_code (team, written, count, last_at) VALUES ($1, $2, 1, {now})"
        " ON CONFLICT (team, written) DO UPDATE SET count = unknown_code.count + 1,"
        " last_at = excluded.last_at"
    )
    # Sorted, so that two replicas never wait for each other.
    for each in sorted({each[:WRITTEN_CHARS] for each in written}):
        tx.execute(sql, (team, each))


def unknowns(tx: Transaction, team: str, limit: int, since: float = 0.0) -> list[Unknown]:
    """What was asked for since then, most often first; counts are of all times."""
    rows = tx.execute(
        "SELECT written, count, last_at FROM unknown_code WHERE team = $1 AND last_at >= $2"
        " ORDER BY count DESC, last_at DESC, written LIMIT $3",
        (team, since, limit),
    )
    return [Unknown(*row) for row in rows]
