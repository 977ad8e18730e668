"""Write bot/store/schema.sql: what the migrations make of a new SQLite file, as plain SQL.

Usage: python scripts/store_schema.py

With it a new file needs neither Alembic nor SQLAlchemy, which would cost the first start a third of
a second. A test runs the migrations and compares.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.store.migrating import HEAD, migrate  # noqa: E402
from bot.store.urls import DatabaseUrl  # noqa: E402

TARGET = ROOT / "bot" / "store" / "schema.sql"
_HEADER = "-- Written by scripts/store_schema.py from the migrations: do not edit by hand.\n"


def schema_of(path: Path) -> str:
    """The statements that make the tables and indexes of a file, in the order of their making."""
    connection = sqlite3.connect(path)
    try:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
            " ORDER BY rowid"
        ).fetchall()
    finally:
        connection.close()
    statements = [" ".join(sql.split()) for (sql,) in rows]
    version = f"INSERT INTO alembic_version (version_num) VALUES ('{HEAD}')"  # noqa: S608 (our own)
    return _HEADER + "".join(f"{statement};\n" for statement in (*statements, version))


def migrated_schema() -> str:
    """The same of a file that the migrations made."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "new.db")
        asyncio.run(migrate(DatabaseUrl("sqlite", str(path)), HEAD))
        return schema_of(path)


if __name__ == "__main__":
    TARGET.write_text(migrated_schema(), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: written")
