"""Who installed winerr where, the installs under way, and which workspaces an organisation has.

The first three are the tables of slack_sdk's SQLAlchemy stores. Its own definitions limit names and
tokens to 200 characters, which only PostgreSQL enforces; here a text is a text.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_WHOSE = ("enterprise_id", "enterprise_name", "team_id", "team_name")
_BOT = ("bot_token", "bot_id", "bot_user_id", "bot_scopes", "bot_refresh_token")
_INSTALLER = ("user_token", "user_scopes", "user_refresh_token")
_WEBHOOK = ("url", "channel", "channel_id", "configuration_url")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "slack_bots",
        *_names(),
        *_texts(_WHOSE),
        *_texts(_BOT),
        sa.Column("bot_token_expires_at", sa.DateTime),
        *_since(),
    )
    op.create_index(
        "slack_bots_idx", "slack_bots", ["client_id", "enterprise_id", "team_id", "installed_at"]
    )
    op.create_table(
        "slack_installations",
        *_names(),
        *_texts(_WHOSE),
        sa.Column("enterprise_url", sa.Text),
        *_texts(_BOT),
        sa.Column("bot_token_expires_at", sa.DateTime),
        sa.Column("user_id", sa.Text, nullable=False),
        *_texts(_INSTALLER),
        sa.Column("user_token_expires_at", sa.DateTime),
        *_texts(tuple(f"incoming_webhook_{name}" for name in _WEBHOOK)),
        sa.Column("token_type", sa.Text),
        *_since(),
    )
    op.create_index(
        "slack_installations_idx",
        "slack_installations",
        ["client_id", "enterprise_id", "team_id", "user_id", "installed_at"],
    )
    op.create_table(
        "slack_oauth_states",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("expire_at", sa.DateTime, nullable=False),
    )
    op.create_index("slack_oauth_states_state", "slack_oauth_states", ["state"])
    op.create_table(
        "org_team",
        sa.Column("enterprise", sa.Text, primary_key=True),
        sa.Column("team", sa.Text, primary_key=True),
    )


def downgrade() -> None:
    """Drop the tables: every workspace has to install winerr again."""
    for table in ("org_team", "slack_oauth_states", "slack_installations", "slack_bots"):
        op.drop_table(table)


def _names() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("app_id", sa.Text, nullable=False),
    ]


def _texts(names: tuple[str, ...]) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _since() -> list[sa.Column[object]]:
    return [
        sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
        sa.Column("installed_at", sa.DateTime, nullable=False),
    ]
