"""Bursts: the same codes again in a channel, counted in the first reply instead of answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import fast_json
from bot.store.database import Transaction
from bot.tenant import Tenant

# However steadily an error comes, whoever is on call next sees a new reply.
LONGEST_SECONDS = 6 * 3600.0
# When the count is shown again, after the first, the second… update: a storm costs few of them.
_NEXT_UPDATE_SECONDS = (5.0, 15.0, 40.0, 60.0, 120.0, 300.0)
_COLUMNS = (
    "team, enterprise, is_org, channel, codes, dry, posted_ts, root_ts, text, blocks,"
    " count, shown, updates, first_at, last_at"
)


@dataclass(frozen=True, slots=True)
class Burst:
    """Messages about the same codes in one channel; times are seconds since 1970.

    `posted_ts` is the reply that counts them, None in a dry run; `text` and `blocks` are the reply
    as it was posted, without the count.
    """

    tenant: Tenant
    channel: str
    codes: tuple[str, ...]
    dry: bool
    posted_ts: str | None
    root_ts: str
    text: str
    blocks: Sequence[Any]
    count: int = 1
    shown: int = 1
    updates: int = 0
    first_at: float = 0.0
    last_at: float = 0.0

    @property
    def key(self) -> tuple[str, str, str, bool]:
        """What tells bursts apart."""
        return (self.tenant.team, self.channel, _codes(self.codes), self.dry)


def find_burst(
    tx: Transaction, team: str, channel: str, codes: Sequence[str], *, dry: bool, cooldown: float
) -> Burst | None:
    """The burst that a message about these codes belongs to, None when it begins a new one."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM burst WHERE team = $1 AND channel = $2 AND codes = $3"  # noqa: S608
        " AND dry = $4 AND last_at > {now} - $5 AND first_at > {now} - $6",
        (team, channel, _codes(codes), dry, float(cooldown), LONGEST_SECONDS),
    )
    return _burst(rows[0]) if rows else None


def start_burst(tx: Transaction, burst: Burst) -> None:
    """Begin a burst with its first message, in place of an older one of the same codes."""
    tx.execute(
        "INSERT INTO burst (team, channel, codes, dry, posted_ts, root_ts, text, blocks,"
        " enterprise, is_org, count, shown, updates, first_at, last_at, update_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, 0, {now}, {now}, 0)"
        " ON CONFLICT (team, channel, codes, dry) DO UPDATE SET posted_ts = excluded.posted_ts,"
        " root_ts = excluded.root_ts, text = excluded.text, blocks = excluded.blocks, count = 1,"
        " shown = 1, updates = 0, first_at = excluded.first_at, last_at = excluded.last_at,"
        " update_at = 0",
        (
            *burst.key,
            burst.posted_ts,
            burst.root_ts,
            burst.text,
            fast_json.encode(list(burst.blocks)).decode(),
            burst.tenant.enterprise,
            burst.tenant.is_org,
        ),
    )


def count_in_burst(tx: Transaction, burst: Burst) -> None:
    """One message more; the reply shows it when it is time for an update."""
    tx.execute(
        "UPDATE burst SET count = count + 1, last_at = {now}"
        " WHERE team = $1 AND channel = $2 AND codes = $3 AND dry = $4",
        burst.key,
    )


def take_updates(tx: Transaction, limit: int = 20) -> list[Burst]:
    """The bursts whose reply shows too small a count and is due; each is taken by one process."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM burst WHERE shown < count AND NOT dry AND update_at <= {{now}}"  # noqa: S608
        " ORDER BY update_at LIMIT $1 FOR UPDATE SKIP LOCKED",
        (limit,),
    )
    due = [_burst(row) for row in rows]
    for burst in due:
        step = _NEXT_UPDATE_SECONDS[min(burst.updates, len(_NEXT_UPDATE_SECONDS) - 1)]
        tx.execute(
            "UPDATE burst SET shown = count, updates = updates + 1, update_at = {now} + $5"
            " WHERE team = $1 AND channel = $2 AND codes = $3 AND dry = $4",
            (*burst.key, step),
        )
    return due


def next_update_in(tx: Transaction) -> float | None:
    """Seconds until a reply has to show a new count, None when all counts are shown."""
    sql = "SELECT min(update_at) - {now} FROM burst WHERE shown < count AND NOT dry"
    ((seconds,),) = tx.execute(sql)
    return None if seconds is None else max(0.0, float(seconds))


def show_again(tx: Transaction, burst: Burst, seconds: float) -> None:
    """An update that Slack did not take is tried again after so many seconds."""
    tx.execute(
        "UPDATE burst SET shown = CASE WHEN shown > $5 THEN $5 ELSE shown END,"
        " update_at = {now} + $6 WHERE team = $1 AND channel = $2 AND codes = $3 AND dry = $4",
        (*burst.key, burst.shown, seconds),
    )


def burst_of_post(tx: Transaction, team: str, channel: str, posted_ts: str) -> Burst | None:
    """The burst that a reply counts, None when it counts none."""
    rows = tx.execute(
        f"SELECT {_COLUMNS} FROM burst WHERE team = $1 AND channel = $2 AND posted_ts = $3",  # noqa: S608
        (team, channel, posted_ts),
    )
    return _burst(rows[0]) if rows else None


def end_burst(tx: Transaction, team: str, channel: str, posted_ts: str) -> None:
    """The reply that counted is gone, or about something else: the next message starts anew."""
    tx.execute(
        "DELETE FROM burst WHERE team = $1 AND channel = $2 AND posted_ts = $3",
        (team, channel, posted_ts),
    )


def forget_bursts(tx: Transaction) -> None:
    """Delete what no message can belong to any more."""
    tx.execute("DELETE FROM burst WHERE last_at < {now} - $1", (LONGEST_SECONDS + 86_400.0,))


def _codes(codes: Sequence[str]) -> str:
    return " ".join(sorted(set(codes)))


def _burst(row: Sequence[Any]) -> Burst:
    team, enterprise, is_org, channel, codes, dry, posted_ts, root_ts, text, blocks = row[:10]
    return Burst(
        Tenant(team, enterprise, bool(is_org)), channel, tuple(codes.split(" ")), bool(dry),
        posted_ts, root_ts, text, fast_json.decode(blocks), *row[10:],
    )  # fmt: skip
