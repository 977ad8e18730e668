"""Deleting what is too old, and all that is kept of a workspace: here every table is known.

A new table that holds something of a workspace is named in `_TABLES_OF_TEAM`; a test fills every
table and looks that nothing is left.
"""

from __future__ import annotations

from bot.store.burst_table import forget_bursts
from bot.store.database import Transaction
from bot.store.inbox_table import forget_finished

# Jobs and lanes are named `team/…`; `$2` is the length of that beginning.
_OF_TEAM = (
    "DELETE FROM inbox WHERE substr(lane, 1, $2) = $1",
    "DELETE FROM lane WHERE substr(lane, 1, $2) = $1",
)
_TABLES_OF_TEAM = (
    "answer", "org_team", "channel_setting", "channel_change", "muted_thread", "burst",
    "occurrence", "unknown_code", "digest", "team_note", "resolution", "feedback",
)  # fmt: skip
_OF_TEAM_ID = tuple(f"DELETE FROM {table} WHERE team = $1" for table in _TABLES_OF_TEAM)  # noqa: S608
_INSTALLATIONS = ("slack_bots", "slack_installations")

# By age, with the column that tells it. Who changed a channel's settings is kept for a year; what
# people wrote for their colleagues (notes, resolutions) until they remove it.
_AGEING = (
    ("occurrence", "last_at"), ("unknown_code", "last_at"), ("muted_thread", "muted_at"),
    ("feedback", "given_at"),
)  # fmt: skip
_CHANGES_KEPT_DAYS = 365.0
_DAY = 86_400.0


def forget_old(tx: Transaction, days: float) -> int:
    """Delete what ended longer ago than so many days; how many jobs."""
    for table, column in _AGEING:
        sql = f"DELETE FROM {table} WHERE {column} < {{now}} - $1"  # noqa: S608
        tx.execute(sql, (days * _DAY,))
    sql = "DELETE FROM channel_change WHERE changed_at < {now} - $1"
    tx.execute(sql, (_CHANGES_KEPT_DAYS * _DAY,))
    forget_bursts(tx)
    return forget_finished(tx, days)


def forget_team(tx: Transaction, team: str) -> None:
    """Delete what is kept of a workspace, apart from its installation."""
    begins = f"{team}/"
    for sql in _OF_TEAM:
        tx.execute(sql, (begins, len(begins)))
    for sql in _OF_TEAM_ID:
        tx.execute(sql, (team,))


def forget_installation(tx: Transaction, enterprise: str | None, team: str | None) -> list[str]:
    """Delete an installation and all that is kept of its workspaces; which these were.

    `team` is None for an installation in a whole organisation: its workspaces are those that
    winerr heard of.
    """
    teams = [team] if team is not None else teams_of(tx, enterprise or "")
    for each in teams:
        forget_team(tx, each)
    for table in _INSTALLATIONS:
        tx.execute(
            f"DELETE FROM {table} WHERE coalesce(enterprise_id, '') = $1"  # noqa: S608
            " AND coalesce(team_id, '') = $2",
            (enterprise or "", team or ""),
        )
    return teams


def note_org_team(tx: Transaction, enterprise: str, team: str) -> None:
    """Remember that a workspace belongs to an organisation that installed winerr as a whole."""
    tx.execute(
        "INSERT INTO org_team (enterprise, team) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        (enterprise, team),
    )


def teams_of(tx: Transaction, enterprise: str) -> list[str]:
    """The workspaces of an organisation that winerr heard of."""
    sql = "SELECT team FROM org_team WHERE enterprise = $1 ORDER BY team"
    return [team for (team,) in tx.execute(sql, (enterprise,))]
