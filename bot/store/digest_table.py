"""The weekly post: which channels are due, each given once a week to one process; what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Transaction
from bot.tenant import Tenant


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A channel whose members want the errors of the week."""

    tenant: Tenant
    channel: str


@dataclass(frozen=True, slots=True)
class Met:
    """An error in a channel: how often in the week and in the one before; see occurrence_table.

    `is_new`: it was not met in this channel before, as far as is kept. `is_resolved`: somebody
    said what fixed it, so that people in this channel may read it.
    """

    topic: str
    code: str
    count: int
    before: int
    is_new: bool
    is_resolved: bool


_WEEK = 7


def begin_digest(tx: Transaction, team: str, channel: str) -> None:
    """Somebody asked for the weekly post now: the first comes when the next week is over."""
    tx.execute(
        "INSERT INTO digest (team, channel, sent_at) VALUES ($1, $2, {now})"
        " ON CONFLICT (team, channel) DO UPDATE SET sent_at = excluded.sent_at",
        (team, channel),
    )


def claim_digests(tx: Transaction, since: float, now: float, limit: int) -> list[DueDigest]:
    """The channels that got nothing since then; from now on they did, so each is given once.

    Times are seconds since 1970.
    """
    rows = tx.execute(
        "SELECT team, enterprise, is_org, channel FROM channel_setting AS s WHERE s.digest"
        " AND NOT EXISTS (SELECT 1 FROM digest AS d WHERE d.team = s.team"
        " AND d.channel = s.channel AND d.sent_at >= $1)"
        " ORDER BY team, channel LIMIT $2 FOR UPDATE SKIP LOCKED",
        (since, limit),
    )
    return [
        DueDigest(Tenant(team, enterprise, bool(is_org)), channel)
        for team, enterprise, is_org, channel in rows
        if _claim(tx, team, channel, since, now)
    ]


def _claim(tx: Transaction, team: str, channel: str, since: float, now: float) -> bool:
    """False when another process was faster: between its commit and our look there is a gap."""
    rows = tx.execute(
        "INSERT INTO digest (team, channel, sent_at) VALUES ($1, $2, $4)"
        " ON CONFLICT (team, channel) DO UPDATE SET sent_at = excluded.sent_at"
        " WHERE digest.sent_at < $3 RETURNING channel",
        (team, channel, since, now),
    )
    return bool(rows)


def met_in_week(tx: Transaction, team: str, channel: str, end: int, limit: int) -> Sequence[Met]:
    """The errors of a channel in the seven days before day `end` (days since 1970), most first.

    Those of a dry run count: they came, whether answered or not.
    """
    week = f"CASE WHEN day >= {int(end) - _WEEK} THEN count ELSE 0 END"
    before = f"CASE WHEN day >= {int(end) - 2 * _WEEK} AND day < {int(end) - _WEEK}"
    rows = tx.execute(
        f"SELECT topic, max(code), sum({week}), sum({before} THEN count ELSE 0 END), min(day)"  # noqa: S608
        " FROM occurrence WHERE team = $1 AND channel = $2 AND day < $3 GROUP BY topic"
        f" HAVING sum({week}) > 0 ORDER BY sum({week}) DESC, topic LIMIT $4",
        (team, channel, end, limit),
    )
    resolved = {
        topic
        for (topic,) in tx.execute(
            "SELECT DISTINCT topic FROM resolution WHERE team = $1 AND (channel = $2 OR is_public)",
            (team, channel),
        )
    }
    return [
        Met(topic, code, int(count), int(earlier), first >= end - _WEEK, topic in resolved)
        for topic, code, count, earlier, first in rows
    ]
