"""The compiled file as SQLite sees it: opened read-only, checked, asked from any thread."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from knowledge.catalog.schema import APPLICATION_ID, SCHEMA_VERSION
from knowledge.errors import CompiledFileError

_CACHE_KIB = 256
_REBUILD = "build it again with `winerr build`"


class CompiledFile:
    """A file that `compile_knowledge` wrote; CompiledFileError when it is broken or cut short.

    `connection` may be used by others who hold `lock`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        try:
            # immutable: no lock files, so a read-only folder will do.
            uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
            self.connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise CompiledFileError(f"{path} cannot be opened ({error}); {_REBUILD}") from error
        try:
            self._check_header()
            # What is asked again is remembered as objects, and the system keeps the file's pages:
            # ours would be two more megabytes of them.
            self.rows(f"PRAGMA cache_size = -{_CACHE_KIB}")
            self.meta: Mapping[str, str] = MappingProxyType(
                dict(self.rows("SELECT key, value FROM meta"))
            )
        except CompiledFileError:
            self.close()
            raise

    def _check_header(self) -> None:
        ((application,),) = self.rows("PRAGMA application_id")
        ((version,),) = self.rows("PRAGMA user_version")
        if (application, version) != (APPLICATION_ID, SCHEMA_VERSION):
            raise CompiledFileError(f"{self.path} is of another version; {_REBUILD}")
        ((pages,),) = self.rows("PRAGMA page_count")
        ((page_size,),) = self.rows("PRAGMA page_size")
        if self.path.stat().st_size != pages * page_size:
            raise CompiledFileError(f"{self.path} is cut short; {_REBUILD}")

    def rows(self, query: str, *values: object) -> list[Any]:
        """Return all rows of a query; CompiledFileError when the file turns out to be broken."""
        try:
            with self.lock:
                return self.connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CompiledFileError(f"{self.path} is broken ({error}); {_REBUILD}") from error

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()
