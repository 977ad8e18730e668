"""What Alembic runs: the migrations of `versions/`, on the connection that migrating.py gives."""

from __future__ import annotations

from alembic import context

from bot.store.schema import metadata

connection = context.config.attributes["connection"]
# SQLite cannot change most of a table in place: Alembic then copies it ("batch").
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
