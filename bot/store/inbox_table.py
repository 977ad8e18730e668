"""What the inbox asks of the store, each function within one transaction.

A job is open until it is done or dead. Whoever holds the lease of a lane works its jobs off, oldest
first; a lane whose lease ran out, or that nobody holds, may be claimed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.store.database import Row, Transaction

State = Literal["open", "done", "dead"]

MOST_FORGOTTEN = 5_000
"""So many old jobs are deleted at once: a long transaction would hold up the others."""
_JOB = "id, lane, payload, attempts, received_at"


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that was not stored yet: its names, its lane, what it says."""

    key: str
    event_key: str | None
    lane: str
    payload: str


@dataclass(frozen=True, slots=True)
class StoredJob:
    """An open job. `attempts` counts how often somebody began it before.

    `received_at` is when it was stored, in seconds since 1970 by the database's clock.
    """

    id: int
    lane: str
    payload: str
    attempts: int
    received_at: float


@dataclass(frozen=True, slots=True)
class Added:
    """The ids of the jobs that were new, by key, and the open jobs of the lanes that are ours."""

    new: Mapping[str, int]
    ours: tuple[StoredJob, ...]


def lock_lanes(tx: Transaction, lanes: Collection[str]) -> None:
    """Lock what there is of these lanes, always in the same order.

    Before a transaction that takes some and gives back others: two of them, or one and a renewal,
    would else wait for each other, until PostgreSQL ends one of them a second later.
    """
    if tx.kind != "sqlite" and len(lanes) > 1:
        sql = "SELECT 1 FROM lane WHERE lane = ANY($1::text[]) ORDER BY lane FOR UPDATE"
        tx.execute(sql, (sorted(lanes),))


def add_jobs(tx: Transaction, jobs: Sequence[NewJob], owner: str, lease: float) -> Added:
    """Store jobs; what has a name that is known already is left out.

    Lanes that nobody holds are leased to `owner` for so many seconds.
    """
    insert = _insert_each if tx.kind == "sqlite" else _insert_all
    new = insert(tx, jobs)
    lanes = sorted({job.lane for job in jobs if job.key in new})
    ours = take_lanes(tx, lanes, owner, lease)
    return Added(new, open_jobs(tx, ours))


def _insert_each(tx: Transaction, jobs: Sequence[NewJob]) -> dict[str, int]:
    sql = (
        "INSERT INTO inbox (key, event_key, lane, payload, received_at, due_at)"
        " VALUES ($1, $2, $3, $4, {now}, {now}) ON CONFLICT DO NOTHING RETURNING key, id"
    )
    rows = [tx.execute(sql, (job.key, job.event_key, job.lane, job.payload)) for job in jobs]
    return {key: job_id for found in rows for key, job_id in found}


def _insert_all(tx: Transaction, jobs: Sequence[NewJob]) -> dict[str, int]:
    sql = (
        "INSERT INTO inbox (key, event_key, lane, payload, received_at, due_at)"
        " SELECT j.key, j.event_key, j.lane, j.payload, {now}, {now} FROM"
        " unnest($1::text[], $2::text[], $3::text[], $4::text[])"
        " WITH ORDINALITY AS j(key, event_key, lane, payload, place) ORDER BY j.place"
        " ON CONFLICT DO NOTHING RETURNING key, id"
    )
    columns = zip(*((j.key, j.event_key, j.lane, j.payload) for j in jobs), strict=True)
    return dict(_pairs(tx.execute(sql, [list(column) for column in columns])))


def take_lanes(tx: Transaction, lanes: Sequence[str], owner: str, lease: float) -> list[str]:
    """Lease those of the lanes that nobody else holds; which of them are ours now."""
    if not lanes:
        return []
    sql = (
        " ON CONFLICT (lane) DO UPDATE SET"
        " owner = CASE WHEN held.leased_until < {now} THEN excluded.owner ELSE held.owner END,"
        " leased_until = CASE WHEN held.owner = excluded.owner OR held.leased_until < {now}"
        " THEN excluded.leased_until ELSE held.leased_until END RETURNING lane, owner"
    )
    into = "INSERT INTO lane AS held (lane, owner, leased_until)"
    if tx.kind == "sqlite":
        each = f"{into} VALUES ($1, $2, {{now}} + $3){sql}"
        rows = [row for lane in lanes for row in tx.execute(each, (lane, owner, lease))]
    else:
        # Sorted, so that two replicas never wait for each other.
        every = f"{into} SELECT l, $2, {{now}} + $3 FROM unnest($1::text[]) AS l ORDER BY l{sql}"  # noqa: S608
        rows = tx.execute(every, (sorted(lanes), owner, lease))
    return [lane for lane, holder in rows if holder == owner]


def open_jobs(tx: Transaction, lanes: Sequence[str]) -> tuple[StoredJob, ...]:
    """The open jobs of lanes, each lane's in the order in which they came."""
    if not lanes:
        return ()
    select = f"SELECT {_JOB} FROM inbox WHERE state = 'open' AND lane"  # noqa: S608
    if tx.kind == "sqlite":
        rows = [row for lane in lanes for row in tx.execute(f"{select} = $1 ORDER BY id", (lane,))]
    else:
        rows = tx.execute(f"{select} = ANY($1::text[]) ORDER BY id", (list(lanes),))
    return tuple(StoredJob(*row) for row in rows)


def release_lane(tx: Transaction, lane: str, owner: str) -> tuple[StoredJob, ...]:
    """Give a lane back; when there are open jobs in it, keep it and return them instead.

    Empty as well when the lane is ours no longer.
    """
    # Two statements: the second one sees what was committed while the first one waited.
    held = tx.execute("SELECT 1 FROM lane WHERE lane = $1 AND owner = $2 FOR UPDATE", (lane, owner))
    if not held:
        return ()
    jobs = open_jobs(tx, [lane])
    if not jobs:
        tx.execute("DELETE FROM lane WHERE lane = $1", (lane,))
    return jobs


def release_all(tx: Transaction, owner: str) -> None:
    """Give back every lane of an owner who goes: others may claim what is open."""
    tx.execute("DELETE FROM lane WHERE owner = $1", (owner,))


def renew_leases(tx: Transaction, owner: str, lease: float) -> frozenset[str]:
    """Prolong what an owner holds; the lanes that are still its own."""
    ours = "SELECT lane FROM lane WHERE owner = $1 ORDER BY lane FOR UPDATE"
    sql = (
        f"UPDATE lane SET leased_until = {{now}} + $2 WHERE owner = $1 AND lane IN ({ours})"  # noqa: S608
        " RETURNING lane"
    )
    return frozenset(lane for (lane,) in tx.execute(sql, (owner, lease)))


def claim_lanes(tx: Transaction, owner: str, lease: float, limit: int) -> tuple[StoredJob, ...]:
    """Lease lanes that have work due and that nobody works off; the open jobs in them."""
    sql = (
        "SELECT lane FROM inbox WHERE state = 'open' AND due_at <= {now} AND NOT EXISTS"
        " (SELECT 1 FROM lane WHERE lane.lane = inbox.lane AND lane.leased_until >= {now})"
        " ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED"
    )
    waiting = {lane for (lane,) in tx.execute(sql, (limit,))}
    return open_jobs(tx, take_lanes(tx, sorted(waiting), owner, lease))


def begin_job(tx: Transaction, job_id: int) -> None:
    """Note that a job was begun: whoever finds it open later must look what came of it."""
    tx.execute("UPDATE inbox SET attempts = attempts + 1 WHERE id = $1", (job_id,))


def finish_job(tx: Transaction, job_id: int) -> bool:
    """Mark a job as done, and forget what it said; False when its workspace was forgotten."""
    sql = (
        "UPDATE inbox SET state = 'done', payload = NULL, error = NULL, finished_at = {now}"
        " WHERE id = $1 RETURNING id"
    )
    return bool(tx.execute(sql, (job_id,)))


def drop_job(tx: Transaction, job_id: int) -> None:
    """Delete a job of a workspace that uninstalled winerr."""
    tx.execute("DELETE FROM inbox WHERE id = $1", (job_id,))


def postpone_job(tx: Transaction, job_id: int, seconds: float, error: str) -> None:
    """Try a job again after so many seconds."""
    tx.execute(
        "UPDATE inbox SET attempts = attempts + 1, due_at = {now} + $2, error = $3 WHERE id = $1",
        (job_id, seconds, error),
    )


def bury_job(tx: Transaction, job_id: int, error: str) -> None:
    """Give a job up; it stays, with what it said, until it is tried again or too old."""
    tx.execute(
        "UPDATE inbox SET state = 'dead', attempts = attempts + 1, error = $2,"
        " finished_at = {now} WHERE id = $1",
        (job_id, error),
    )


def forget_finished(tx: Transaction, days: float, limit: int = MOST_FORGOTTEN) -> int:
    """Delete jobs and answers that ended longer ago; how many jobs. At most `limit` at a time."""
    old = "SELECT id FROM inbox WHERE state IN ('done', 'dead') AND finished_at < {now} - $1"
    rows = tx.execute(
        f"DELETE FROM inbox WHERE id IN ({old} LIMIT $2) RETURNING id",  # noqa: S608
        (days * 86_400.0, limit),
    )
    tx.execute("DELETE FROM answer WHERE posted_at < {now} - $1", (days * 86_400.0,))
    return len(rows)


# What people look at: `winerr inbox`.


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as `winerr inbox list` shows it: no text, only what it is and where it stands."""

    id: int
    state: str
    key: str
    lane: str
    received_at: float
    due_at: float
    attempts: int
    error: str | None


def list_jobs(tx: Transaction, state: State, limit: int) -> list[ListedJob]:
    """The newest jobs in a state."""
    sql = (
        "SELECT id, state, key, lane, received_at, due_at, attempts, error FROM inbox"
        " WHERE state = $1 ORDER BY id DESC LIMIT $2"
    )
    return [ListedJob(*row) for row in tx.execute(sql, (state, limit))]


def count_jobs(tx: Transaction) -> dict[str, int]:
    """How many jobs are in which state."""
    return dict(_pairs(tx.execute("SELECT state, count(*) FROM inbox GROUP BY state")))


def retry_jobs(tx: Transaction, ids: Sequence[int]) -> list[int]:
    """Open dead jobs again, all when none is named; which were opened."""
    sql = (
        "UPDATE inbox SET state = 'open', due_at = {now}, finished_at = NULL"
        " WHERE state = 'dead' AND payload IS NOT NULL"
    )
    if not ids:
        return [job_id for (job_id,) in tx.execute(f"{sql} RETURNING id")]
    found = [tx.execute(f"{sql} AND id = $1 RETURNING id", (job_id,)) for job_id in ids]
    return [job_id for rows in found for (job_id,) in rows]


def _pairs(rows: list[Row]) -> list[tuple[str, int]]:
    return [(str(name), int(count)) for name, count in rows]
