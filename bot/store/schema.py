"""The tables, as SQLAlchemy knows them. A change here needs a migration in `migrations/versions`.

`inbox`: what was accepted. `key` and `event_key` are the names under which a delivery may come
again; `payload` is emptied when the job is done, so that no message text is kept.
`lane`: who works off a lane, and until when nobody else may. `answer`: what was answered where.
Times are seconds since 1970 by the database's clock.
`slack_*` are the tables of slack_sdk's stores, used with several workspaces only. `org_team`: the
workspaces of an organisation that winerr heard of, so that their data goes with the installation.
A table that holds anything of a workspace has a row in `forgetting.py`.
"""

from __future__ import annotations

from slack_sdk.oauth.installation_store.sqlalchemy import AsyncSQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import AsyncSQLAlchemyOAuthStateStore
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

# SQLite counts up by itself only in a column of type INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("event_key", Text, unique=True),
    Column("lane", Text, nullable=False),
    Column("state", Text, nullable=False, server_default=text("'open'")),
    Column("payload", Text),
    Column("received_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("error", Text),
    Column("finished_at", Double),
    sqlite_autoincrement=True,
)
_is_open = inbox.c.state == "open"
Index("inbox_open", inbox.c.lane, inbox.c.id, sqlite_where=_is_open, postgresql_where=_is_open)
Index("inbox_finished", inbox.c.state, inbox.c.finished_at)

lane = Table(
    "lane",
    metadata,
    Column("lane", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("leased_until", Double, nullable=False),
)
Index("lane_owner", lane.c.owner)

answer = Table(
    "answer",
    metadata,
    Column("team", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("source_ts", Text, primary_key=True),
    Column("root_ts", Text, nullable=False),
    Column("posted_ts", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("codes", Text, nullable=False),
    Column("posted_at", Double, nullable=False),
)
Index("answer_root", answer.c.team, answer.c.channel, answer.c.root_ts)
Index("answer_posted", answer.c.posted_at)

# Made by slack_sdk, so that a test notices when a newer one wants other columns.
_Installations, _States = AsyncSQLAlchemyInstallationStore, AsyncSQLAlchemyOAuthStateStore
slack_bots = _Installations.build_bots_table(metadata, "slack_bots")
slack_installations = _Installations.build_installations_table(metadata, "slack_installations")
slack_oauth_states = _States.build_oauth_states_table(metadata, "slack_oauth_states")
Index("slack_oauth_states_state", slack_oauth_states.c.state)

org_team = Table(
    "org_team",
    metadata,
    Column("enterprise", Text, primary_key=True),
    Column("team", Text, primary_key=True),
)
