"""DATABASE_URL -> which database, where."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

Kind = Literal["sqlite", "postgresql"]

_SQLITE = re.compile(r"sqlite(?:\+\w+)?://(?P<path>/.*)?")
_SCHEME = re.compile(r"[a-z0-9+]{1,20}://", re.IGNORECASE | re.ASCII)
_ADVICE = "write sqlite:///winerr.db or postgresql+asyncpg://user:password@host/database"


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """Where the store is: a file for SQLite, an address for PostgreSQL.

    `address` may hold a password: never print it, `shown` is for people.
    """

    kind: Kind
    address: str

    @property
    def shown(self) -> str:
        """The place without user and password."""
        if self.kind == "sqlite":
            return self.address
        parts = urlsplit(self.address)
        return f"{parts.hostname}:{parts.port or 5432}{parts.path}"

    @property
    def for_migrations(self) -> str:
        """The URL of SQLAlchemy's engine: the driver in the standard library, or asyncpg."""
        return f"sqlite:///{self.address}" if self.kind == "sqlite" else self.address


def parse_database_url(url: str) -> DatabaseUrl:
    """Read a DATABASE_URL as SQLAlchemy writes it; ValueError says what to write instead.

    The driver may be left out; `sqlite://` with aiosqlite and `postgres://` are taken for the same.
    """
    scheme = url.partition("://")[0].lower()
    if scheme.partition("+")[0] == "sqlite":
        match = _SQLITE.fullmatch(url)
        path = unquote(match["path"] or "") if match else ""
        if len(path) < 2 or path == "/:memory:":
            raise ValueError(f"names no file: {_ADVICE}")
        return DatabaseUrl("sqlite", path[1:])
    if scheme in ("postgres", "postgresql", "postgresql+asyncpg"):
        try:
            parts = urlsplit(url)
            complete = bool(parts.path.strip("/")) and (parts.port or True)
        except ValueError:
            complete = False
        if not complete:
            raise ValueError(f"names no database: {_ADVICE}")
        return DatabaseUrl("postgresql", f"postgresql+asyncpg://{url.partition('://')[2]}")
    # What has no scheme may be a password.
    named = f"{scheme!r} is" if _SCHEME.match(url) else "this is"
    raise ValueError(f"{named} no database that winerr knows: {_ADVICE}")


def passwords_in(url: str) -> tuple[str, ...]:
    """The passwords that a DATABASE_URL holds, as it writes them and as they are."""
    parts = urlsplit(url)
    asked = [value for name, value in parse_qsl(parts.query) if name == "password"]
    written = parts.password or ""
    return tuple(dict.fromkeys(filter(None, (written, unquote(written), *asked))))


def default_database_url(environ: dict[str, str] | os._Environ[str] = os.environ) -> str:
    """A SQLite file in the user's state folder (XDG base directories, `XDG_STATE_HOME`)."""
    named = environ.get("XDG_STATE_HOME", "")
    folder = Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "state"
    return f"sqlite:///{folder / 'winerr' / 'winerr.db'}"
