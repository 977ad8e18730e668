"""How often an error was met, where and when; never what was written about it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An error in a message: `topic` is the article about it, or the code where there is none.

    `code` is `family:0x00000005` as it was met; `is_public` whether everybody in the workspace may
    see the channel; `posted` whether it got a reply of its own; `dry` what a dry run would do.
    """

    team: str
    channel: str
    topic: str
    code: str
    is_public: bool
    posted: bool = True
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How often in the days asked for, and when and where last (None: not before)."""

    count: int
    last_at: float | None = None
    last_channel: str | None = None


@dataclass(frozen=True, slots=True)
class Frequent:
    """An error, how often it was met and when last; `posts` is how many replies it got."""

    topic: str
    code: str
    count: int
    posts: int
    last_at: float


_DAY = 86_400.0
_SUMS = "topic, max(code), sum(count), sum(posts), max(last_at)"


def note_occurrences(tx: Transaction, met: Sequence[Occurrence]) -> None:
    """Count errors."""
    day = int(time.time() // _DAY)
    sql = (
        "INSERT INTO occurrence (team, topic, channel, day, dry, code, is_public, count, posts,"
        " last_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, {now})"
        " ON CONFLICT (team, topic, channel, day, dry) DO UPDATE SET code = excluded.code,"
        " is_public = excluded.is_public, last_at = excluded.last_at,"
        " count = occurrence.count + 1, posts = occurrence.posts + excluded.posts"
    )
    for each in met:
        whose = (each.team, each.topic, each.channel, day, each.dry)
        tx.execute(sql, (*whose, each.code, each.is_public, int(each.posted)))


def seen(tx: Transaction, team: str, channel: str, topic: str, days: float = 30.0) -> Seen:
    """How often a topic was met before, as far as a reader in this channel may know."""
    rows = tx.execute(
        "SELECT count, last_at, channel FROM occurrence WHERE team = $1 AND topic = $3 AND NOT dry"
        " AND (channel = $2 OR is_public) AND last_at > {now} - $4 ORDER BY last_at DESC",
        (team, channel, topic, days * _DAY),
    )
    if not rows:
        return Seen(0)
    return Seen(sum(row[0] for row in rows), rows[0][1], rows[0][2])


def frequent(
    tx: Transaction, team: str, channel: str | None, days: float, limit: int,
    *, dry: bool = False, newest_first: bool = False,
) -> list[Frequent]:  # fmt: skip
    """What was met in a channel, or in all public ones; most frequent first, or newest."""
    where, whose = ("channel = $5", [channel]) if channel is not None else ("is_public", [])
    order = "max(last_at) DESC" if newest_first else "sum(count) DESC, max(last_at) DESC"
    rows = tx.execute(
        f"SELECT {_SUMS} FROM occurrence WHERE team = $1 AND dry = $2"  # noqa: S608
        f" AND last_at > {{now}} - $3 AND {where} GROUP BY topic ORDER BY {order} LIMIT $4",
        (team, dry, days * _DAY, limit, *whose),
    )
    return [Frequent(topic, code, int(n), int(posts), at) for topic, code, n, posts, at in rows]


def is_known_public(tx: Transaction, team: str, channel: str) -> bool:
    """Whether a channel was public when something was last met in it; False when nothing was."""
    rows = tx.execute(
        "SELECT is_public FROM occurrence WHERE team = $1 AND channel = $2"
        " ORDER BY last_at DESC LIMIT 1",
        (team, channel),
    )
    return bool(rows and rows[0][0])
