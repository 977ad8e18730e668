"""What a team says about an error: notes, what fixed it, whether an answer helped."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.database import Row, Transaction


@dataclass(frozen=True, slots=True)
class Note:
    """A team's note on a topic (see occurrence_table); times are seconds since 1970.

    `removed_by` is who removed it, None while it stands.
    """

    id: int
    text: str
    written_by: str
    written_at: float
    removed_by: str | None = None
    removed_at: float | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What fixed an error once."""

    channel: str
    text: str
    written_by: str
    written_at: float


_NOTE = "id, text, written_by, written_at, removed_by, removed_at"


def add_note(tx: Transaction, team: str, topic: str, text: str, user: str) -> None:
    """Keep a note."""
    tx.execute(
        "INSERT INTO team_note (team, topic, text, written_by, written_at)"
        " VALUES ($1, $2, $3, $4, {now})",
        (team, topic, text, user),
    )


def remove_note(tx: Transaction, team: str, note_id: int, user: str) -> str | None:
    """Take a note out of sight; the topic it was on, None when there is no such note.

    Its text goes; that there was one, whose, and who removed it stays as its history.
    """
    rows = tx.execute(
        "UPDATE team_note SET text = '', removed_by = $3, removed_at = {now}"
        " WHERE team = $1 AND id = $2 AND removed_by IS NULL RETURNING topic",
        (team, note_id, user),
    )
    return str(rows[0][0]) if rows else None


def notes_of(tx: Transaction, team: str, topic: str, limit: int = 20) -> list[Note]:
    """The notes on a topic, newest first; those that were removed after those that stand."""
    rows = tx.execute(
        f"SELECT {_NOTE} FROM team_note WHERE team = $1 AND topic = $2"  # noqa: S608
        " ORDER BY CASE WHEN removed_by IS NULL THEN 0 ELSE 1 END, id DESC LIMIT $3",
        (team, topic, limit),
    )
    return [Note(*row) for row in rows]


def add_resolution(
    tx: Transaction, team: str, topic: str, channel: str, text: str, user: str, *, is_public: bool
) -> None:
    """Keep what fixed an error; `is_public`: all of the workspace may read the channel."""
    tx.execute(
        "INSERT INTO resolution (team, topic, channel, is_public, text, written_by, written_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, {now})",
        (team, topic, channel, is_public, text, user),
    )


def last_resolution(tx: Transaction, team: str, channel: str, topic: str) -> Resolution | None:
    """What fixed an error last, as far as a reader in this channel may know."""
    rows = tx.execute(
        "SELECT channel, text, written_by, written_at FROM resolution WHERE team = $1"
        " AND topic = $3 AND (channel = $2 OR is_public) ORDER BY id DESC LIMIT 1",
        (team, channel, topic),
    )
    return Resolution(*rows[0]) if rows else None


def note_feedback(
    tx: Transaction, team: str, user: str, topic: str, code: str, *, helpful: bool
) -> None:
    """Keep whether an answer helped a person; a later press replaces an earlier one."""
    tx.execute(
        "INSERT INTO feedback (team, given_by, topic, code, helpful, given_at)"
        " VALUES ($1, $2, $3, $4, $5, {now}) ON CONFLICT (team, given_by, topic) DO UPDATE SET"
        " code = excluded.code, helpful = excluded.helpful, given_at = excluded.given_at",
        (team, user, topic, code, helpful),
    )


def unhelpful(tx: Transaction, team: str, limit: int = 10) -> list[Row]:
    """Topics whose answers did not help somebody: topic, code, how many said so; most first."""
    return tx.execute(
        "SELECT topic, max(code), count(*) FROM feedback WHERE team = $1 AND NOT helpful"
        " GROUP BY topic ORDER BY count(*) DESC, topic LIMIT $2",
        (team, limit),
    )
