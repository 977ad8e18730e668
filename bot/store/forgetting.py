"""Deleting all that is kept of a workspace: the one place that knows every table it stands in.

A new table that holds something of a workspace gets a line in `_OF_TEAM`; a test fills every table
and looks that nothing is left.
"""

from __future__ import annotations

from bot.store.database import Transaction

# Jobs and lanes are named `team/…`; `$2` is the length of that beginning.
_OF_TEAM = (
    "DELETE FROM inbox WHERE substr(lane, 1, $2) = $1",
    "DELETE FROM lane WHERE substr(lane, 1, $2) = $1",
)
_OF_TEAM_ID = ("DELETE FROM answer WHERE team = $1", "DELETE FROM org_team WHERE team = $1")
_INSTALLATIONS = ("slack_bots", "slack_installations")


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
