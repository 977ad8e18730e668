"""What a channel wants, which errors come again, and what people say about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TABLES = (
    "channel_setting", "channel_change", "muted_thread", "burst", "occurrence", "team_note",
    "resolution", "feedback", "unknown_code", "digest",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables."""
    _create_channels()
    _create_bursts()
    _create_memory()
    _create_team_knowledge()


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_channels() -> None:
    op.create_table(
        "channel_setting",
        *_key("team", "channel"),
        *_organisation(),
        sa.Column("policy", sa.Text),
        sa.Column("senders", sa.Text, nullable=False),
        sa.Column("dry_run", sa.Boolean, nullable=False),
        sa.Column("cooldown_seconds", sa.Integer),
        sa.Column("digest", sa.Boolean, nullable=False),
        _text("changed_by"),
        _time("changed_at"),
    )
    op.create_index("channel_setting_changed", "channel_setting", ["changed_at"])
    op.create_table(
        "channel_change",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        *(_text(name) for name in ("team", "channel", "changed_by", "change")),
        _time("changed_at"),
    )
    op.create_index("channel_change_of", "channel_change", ["team", "channel", "id"])
    op.create_table(
        "muted_thread", *_key("team", "channel", "root_ts"), _text("muted_by"), _time("muted_at")
    )


def _create_bursts() -> None:
    op.create_table(
        "burst",
        *_key("team", "channel", "codes"),
        sa.Column("dry", sa.Boolean, primary_key=True),
        *_organisation(),
        sa.Column("posted_ts", sa.Text),
        *(_text(name) for name in ("root_ts", "text", "blocks")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("count", "shown", "updates")),
        *(_time(name) for name in ("first_at", "last_at", "update_at")),
    )
    op.create_index("burst_update", "burst", ["update_at"])
    op.create_index("burst_last", "burst", ["last_at"])


def _create_memory() -> None:
    op.create_table(
        "occurrence",
        *_key("team", "topic", "channel"),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("dry", sa.Boolean, primary_key=True),
        _text("code"),
        sa.Column("is_public", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("count", "posts")),
        _time("last_at"),
    )
    op.create_index("occurrence_channel", "occurrence", ["team", "channel", "last_at"])
    op.create_index("occurrence_last", "occurrence", ["last_at"])
    op.create_table(
        "unknown_code",
        *_key("team", "written"),
        sa.Column("count", sa.Integer, nullable=False),
        _time("last_at"),
    )
    op.create_index("unknown_code_last", "unknown_code", ["last_at"])
    op.create_table("digest", *_key("team", "channel"), _time("sent_at"))


def _create_team_knowledge() -> None:
    op.create_table(
        "team_note",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        *(_text(name) for name in ("team", "topic", "text", "written_by")),
        _time("written_at"),
        sa.Column("removed_by", sa.Text),
        sa.Column("removed_at", sa.Double),
    )
    op.create_index("team_note_topic", "team_note", ["team", "topic"])
    op.create_table(
        "resolution",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        *(_text(name) for name in ("team", "topic", "channel")),
        sa.Column("is_public", sa.Boolean, nullable=False),
        *(_text(name) for name in ("text", "written_by")),
        _time("written_at"),
    )
    op.create_index("resolution_topic", "resolution", ["team", "topic"])
    op.create_table(
        "feedback",
        *_key("team", "given_by", "topic"),
        _text("code"),
        sa.Column("helpful", sa.Boolean, nullable=False),
        _time("given_at"),
    )


def _organisation() -> tuple[sa.Column[str], sa.Column[bool]]:
    return sa.Column("enterprise", sa.Text), sa.Column("is_org", sa.Boolean, nullable=False)


def _key(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, primary_key=True) for name in names]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False)
