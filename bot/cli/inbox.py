"""winerr inbox: what waits, what was given up, and another try."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.cli.failure import CommandError

T = TypeVar("T")

_STATES = ("dead", "open", "done")


def add_commands(commands: Any) -> None:
    """Add inbox to the parser."""
    inbox = commands.add_parser("inbox", help="look at accepted work, and try it again")
    actions = inbox.add_subparsers(metavar="ACTION", required=True)

    listing = actions.add_parser(
        "list", help="list jobs, the newest first; those given up unless said"
    )
    listing.add_argument("--state", choices=_STATES, default="dead", help="default: %(default)s")
    listing.add_argument("--limit", type=int, default=50, help="default: %(default)s")
    listing.add_argument("--json", action="store_true", help="print JSON, one object a line")
    listing.set_defaults(command=run_list)

    retry = actions.add_parser("retry", help="try jobs again that were given up; a bot must run")
    retry.add_argument("id", nargs="*", type=int, metavar="ID", help="which; all with --all")
    retry.add_argument("--all", action="store_true", help="every job that was given up")
    retry.set_defaults(command=run_retry)


def run_list(arguments: argparse.Namespace) -> int:
    """Print the jobs of a state and how many there are in each."""
    from bot.store.inbox_table import count_jobs, list_jobs

    limit = max(1, min(arguments.limit, 10_000))
    jobs, counts = _in_store(lambda tx: (list_jobs(tx, arguments.state, limit), count_jobs(tx)))
    if arguments.json:
        for job in jobs:
            print(json.dumps(asdict(job)))
        return 0
    print(", ".join(f"{counts.get(state, 0)} {state}" for state in _STATES))
    for job in jobs:
        received = datetime.fromtimestamp(job.received_at, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        tried = f"tried {job.attempts}x" if job.attempts else "not tried"
        print(f"{job.id:>8}  {received}  {tried:<10}  {job.key}  {job.error or ''}".rstrip())
    return 0


def run_retry(arguments: argparse.Namespace) -> int:
    """Open jobs again; exit code 1 when none of them was given up."""
    from bot.store.inbox_table import retry_jobs

    if bool(arguments.id) == arguments.all:
        raise CommandError("name the jobs to try again (`winerr inbox list`), or give --all.")
    opened = _in_store(lambda tx: retry_jobs(tx, arguments.id))
    for job_id in sorted(set(arguments.id) - set(opened)):
        print(f"{job_id:>8}  is no job that was given up")
    print(f"{len(opened)} to be tried again by the bot that runs")
    return 0 if opened else 1


def _in_store(work: Callable[[Any], T]) -> T:
    from bot.errors import SettingsError, StoreError
    from bot.settings import load_settings
    from bot.store.database import open_database
    from bot.store.urls import parse_database_url

    async def run() -> T:
        settings = load_settings()
        database = await open_database(parse_database_url(settings.database_url.get_secret_value()))
        try:
            return await database.run(work)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (SettingsError, StoreError) as problem:
        raise CommandError(str(problem)) from problem
