"""The inbox, the lanes in which it is worked off, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "inbox",
        sa.Column("id", _ID, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("event_key", sa.Text, unique=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default=sa.text("'open'")),
        sa.Column("payload", sa.Text),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("due_at", sa.Double, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("error", sa.Text),
        sa.Column("finished_at", sa.Double),
        sqlite_autoincrement=True,
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "inbox_open", "inbox", ["lane", "id"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("inbox_finished", "inbox", ["state", "finished_at"])
    op.create_table(
        "lane",
        sa.Column("lane", sa.Text, primary_key=True),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("leased_until", sa.Double, nullable=False),
    )
    op.create_index("lane_owner", "lane", ["owner"])
    op.create_table(
        "answer",
        sa.Column("team", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("source_ts", sa.Text, primary_key=True),
        sa.Column("root_ts", sa.Text, nullable=False),
        sa.Column("posted_ts", sa.Text, nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sa.Column("codes", sa.Text, nullable=False),
        sa.Column("posted_at", sa.Double, nullable=False),
    )
    op.create_index("answer_root", "answer", ["team", "channel", "root_ts"])
    op.create_index("answer_posted", "answer", ["posted_at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("answer")
    op.drop_table("lane")
    op.drop_table("inbox")
