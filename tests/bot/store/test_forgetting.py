"""Nothing of a workspace remains when it uninstalls, and everything of the others does."""

from __future__ import annotations

from sqlalchemy import Boolean, DateTime, Double, Integer

from bot.store.answer_table import StoredAnswer, note_answer
from bot.store.database import Database, Transaction
from bot.store.forgetting import forget_installation, forget_team, note_org_team
from bot.store.inbox_table import NewJob, add_jobs, drop_job, finish_job
from bot.store.schema import metadata

LEFT, STAYS, ORG = "T0LEFT", "T0LEFT2", "E0ORG"
# Nothing in them is of a workspace.
WITHOUT_TEAM = {"slack_oauth_states"}


def fill(tx: Transaction, team: str | None, enterprise: str | None) -> None:
    """Put a row into every table, in which every text says whose it is."""
    for name, table in metadata.tables.items():
        if name in WITHOUT_TEAM or (name == "org_team" and (not team or not enterprise)):
            continue
        if team is None and not name.startswith("slack_"):
            continue
        values: dict[str, object] = {}
        for column in table.columns:
            if column.name == "id":
                continue
            if column.name in ("team", "team_id"):
                values[column.name] = team
            elif column.name in ("enterprise", "enterprise_id"):
                values[column.name] = enterprise
            elif isinstance(column.type, Boolean):
                values[column.name] = team is None
            elif isinstance(column.type, Integer):
                values[column.name] = 0
            elif isinstance(column.type, Double):
                values[column.name] = 1.0
            elif not isinstance(column.type, DateTime):
                values[column.name] = f"{team}/{column.name}"
        names = [*values]
        places = [f"${number}" for number in range(1, len(values) + 1)]
        if "installed_at" in table.columns:
            names.append("installed_at")
            places.append("CURRENT_TIMESTAMP")
        tx.execute(
            f"INSERT INTO {name} ({', '.join(names)}) VALUES ({', '.join(places)})",  # noqa: S608
            list(values.values()),
        )


def rows_with(tx: Transaction, word: str) -> dict[str, int]:
    """How many rows of each table name a workspace or an organisation."""
    found: dict[str, int] = {}
    for name in metadata.tables:
        rows = tx.execute(f"SELECT * FROM {name}")  # noqa: S608
        named = [
            row for row in rows if any(str(v) == word or str(v).startswith(f"{word}/") for v in row)
        ]
        if named:
            found[name] = len(named)
    return found


async def test_nothing_of_the_workspace_remains_and_others_are_untouched(
    database: Database,
) -> None:
    for team in (LEFT, STAYS):
        await database.run(lambda tx: fill(tx, team, None))  # noqa: B023
    before = await database.run(lambda tx: rows_with(tx, STAYS))
    expected = set(metadata.tables) - WITHOUT_TEAM - {"org_team"}
    assert set(before) == expected
    assert await database.run(lambda tx: forget_installation(tx, None, LEFT)) == [LEFT]
    assert await database.run(lambda tx: rows_with(tx, LEFT)) == {}
    assert await database.run(lambda tx: rows_with(tx, STAYS)) == before


async def test_an_organisation_goes_with_all_of_its_workspaces(database: Database) -> None:
    def prepare(tx: Transaction) -> None:
        fill(tx, None, ORG)
        for team in (LEFT, "T0TWO"):
            fill(tx, team, ORG)
            note_org_team(tx, ORG, team)
            note_org_team(tx, ORG, team)
            # Of the organisation's one installation.
            tx.execute("DELETE FROM slack_bots WHERE team_id = $1", (team,))
            tx.execute("DELETE FROM slack_installations WHERE team_id = $1", (team,))
        fill(tx, STAYS, None)

    await database.run(prepare)
    gone = await database.run(lambda tx: forget_installation(tx, ORG, None))
    assert gone == [LEFT, "T0TWO"]
    for word in (LEFT, "T0TWO", ORG):
        assert await database.run(lambda tx: rows_with(tx, word)) == {}  # noqa: B023
    assert await database.run(lambda tx: rows_with(tx, STAYS))


async def test_a_workspace_that_leaves_its_organisation_keeps_the_organisations_installation(
    database: Database,
) -> None:
    await database.run(lambda tx: fill(tx, None, ORG))
    await database.run(lambda tx: note_org_team(tx, ORG, LEFT))
    await database.run(lambda tx: forget_team(tx, LEFT))
    found = await database.run(lambda tx: rows_with(tx, ORG))
    assert found == {"slack_bots": 1, "slack_installations": 1}


async def test_a_job_that_is_finished_after_its_workspace_was_forgotten_says_so(
    database: Database,
) -> None:
    new = [NewJob(f"{LEFT}/k", None, f"{LEFT}/l", "{}"), NewJob("T/k", None, "T/l", "{}")]
    added = await database.run(lambda tx: add_jobs(tx, new, "me", 1.0))
    await database.run(lambda tx: forget_team(tx, LEFT))
    assert not await database.run(lambda tx: finish_job(tx, added.new[f"{LEFT}/k"]))
    assert await database.run(lambda tx: finish_job(tx, added.new["T/k"]))
    await database.run(lambda tx: drop_job(tx, added.new["T/k"]))
    await database.run(
        lambda tx: note_answer(tx, StoredAnswer("T", "C", "1", "1", "2", False, ("a:0x1",)))
    )
    assert await database.run(lambda tx: rows_with(tx, "T")) == {"answer": 1, "lane": 1}
