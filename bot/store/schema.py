"""The tables, as SQLAlchemy knows them. A change here needs a migration in `migrations/versions`.

`inbox`: what was accepted. `key` and `event_key` are the names under which a delivery may come
again; `payload` is emptied when the job is done, so that no message text is kept.
`lane`: who works off a lane, and until when nobody else may. `answer`: what was answered or shared
where; without `posted_ts` somebody is about to.
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


def _key(*names: str) -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in names]


def _organisation() -> tuple[Column[str], Column[bool]]:
    return Column("enterprise", Text), _flag("is_org")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _counted_id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


# A NULL policy or cooldown stands for the one of the bot's settings; `senders` is a JSON list.
channel_setting = Table(
    "channel_setting",
    metadata,
    *_key("team", "channel"),
    *_organisation(),
    Column("policy", Text),
    _text("senders"),
    _flag("dry_run"),
    Column("cooldown_seconds", Integer),
    _flag("digest"),
    _text("changed_by"),
    _time("changed_at"),
)
Index("channel_setting_changed", channel_setting.c.changed_at)

# Who changed a channel's settings, and what: JSON, name -> [before, after].
channel_change = Table(
    "channel_change",
    metadata,
    _counted_id(),
    *(_text(name) for name in ("team", "channel", "changed_by", "change")),
    _time("changed_at"),
)
Index("channel_change_of", channel_change.c.team, channel_change.c.channel, channel_change.c.id)

muted_thread = Table(
    "muted_thread",
    metadata,
    *_key("team", "channel", "root_ts"),
    _text("muted_by"),
    _time("muted_at"),
)

# The same codes again within the cooldown: counted in the first reply. `text` and `blocks` are
# that reply, ours, as it was posted; `shown` is the count that it shows. A dry one was not posted.
burst = Table(
    "burst",
    metadata,
    *_key("team", "channel", "codes"),
    Column("dry", Boolean, primary_key=True),
    *_organisation(),
    Column("posted_ts", Text),
    *(_text(name) for name in ("root_ts", "text", "blocks")),
    *(_count(name) for name in ("count", "shown", "updates")),
    *(_time(name) for name in ("first_at", "last_at", "update_at")),
)
Index("burst_update", burst.c.update_at)
Index("burst_last", burst.c.last_at)

# How often an error was met where, by day (days since 1970). `topic` is the article that explains
# it, or the code itself; `posts` counts the replies, which a burst has one of.
occurrence = Table(
    "occurrence",
    metadata,
    *_key("team", "topic", "channel"),
    Column("day", Integer, primary_key=True),
    Column("dry", Boolean, primary_key=True),
    _text("code"),
    _flag("is_public"),
    *(_count(name) for name in ("count", "posts")),
    _time("last_at"),
)
Index("occurrence_channel", occurrence.c.team, occurrence.c.channel, occurrence.c.last_at)
Index("occurrence_last", occurrence.c.last_at)

# Numbers and names that somebody asked for and that no article explains.
unknown_code = Table(
    "unknown_code", metadata, *_key("team", "written"), _count("count"), _time("last_at")
)
Index("unknown_code_last", unknown_code.c.last_at)

digest = Table("digest", metadata, *_key("team", "channel"), _time("sent_at"))

team_note = Table(
    "team_note",
    metadata,
    _counted_id(),
    *(_text(name) for name in ("team", "topic", "text", "written_by")),
    _time("written_at"),
    Column("removed_by", Text),
    Column("removed_at", Double),
)
Index("team_note_topic", team_note.c.team, team_note.c.topic)

resolution = Table(
    "resolution",
    metadata,
    _counted_id(),
    *(_text(name) for name in ("team", "topic", "channel")),
    _flag("is_public"),
    *(_text(name) for name in ("text", "written_by")),
    _time("written_at"),
)
Index("resolution_topic", resolution.c.team, resolution.c.topic)

feedback = Table(
    "feedback",
    metadata,
    *_key("team", "given_by", "topic"),
    _text("code"),
    _flag("helpful"),
    _time("given_at"),
)
