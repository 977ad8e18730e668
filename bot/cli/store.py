"""winerr store: which schema the store has, and bringing it to another."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from bot.cli.failure import CommandError

if TYPE_CHECKING:
    from bot.store.urls import DatabaseUrl

T = TypeVar("T")

_NOTHING = "base"


def add_commands(commands: Any) -> None:
    """Add store to the parser."""
    store = commands.add_parser("store", help="look at the store's schema, and migrate it")
    actions = store.add_subparsers(metavar="ACTION", required=True)

    current = actions.add_parser("current", help="print the store's revision and our newest")
    current.set_defaults(command=run_current)

    upgrade = actions.add_parser(
        "upgrade", help="bring the store to our newest, as every start does"
    )
    upgrade.set_defaults(command=run_upgrade)

    downgrade = actions.add_parser("downgrade", help="take migrations back; stop every bot before")
    downgrade.add_argument(
        "revision", metavar="REVISION", help="the one that the older winerr knows, such as 0001"
    )
    downgrade.add_argument(
        "--delete-everything", action="store_true", help="needed for 'base': no tables are left"
    )
    downgrade.set_defaults(command=run_downgrade)


def run_current(arguments: argparse.Namespace) -> int:
    """Print the revision; exit code 1 when it is not the one that this version needs."""
    from bot.store.migrating import HEAD, current_revision

    revision = _in_store(current_revision)
    if revision == HEAD:
        print(f"{revision}, the newest that this winerr knows")
        return 0
    print(f"{revision or 'no tables'}; this winerr needs {HEAD}")
    return 1


def run_upgrade(arguments: argparse.Namespace) -> int:
    """Bring the store up to date, and say from where to where."""
    from bot.store.migrating import HEAD, bring_up_to_date, current_revision

    async def upgrade(url: DatabaseUrl) -> str | None:
        before = await current_revision(url)
        await bring_up_to_date(url)
        return before

    before = _in_store(upgrade)
    print(f"{HEAD} already" if before == HEAD else f"{before or 'no tables'} -> {HEAD}")
    return 0


def run_downgrade(arguments: argparse.Namespace) -> int:
    """Take migrations back, and say from where to where."""
    from bot.store.migrating import current_revision, migrate, revisions

    wanted: str = arguments.revision
    known = (_NOTHING, *revisions())
    if wanted not in known:
        raise CommandError(f"there is no revision {wanted!r}, only {', '.join(known)}.")
    if wanted == _NOTHING and not arguments.delete_everything:
        raise CommandError("'base' deletes every table with what waits: add --delete-everything.")

    async def downgrade(url: DatabaseUrl) -> str | None:
        before = await current_revision(url)
        if before is None or (wanted != _NOTHING and before < wanted):
            raise CommandError(
                f"the store is at {before or 'no tables'}: there is nothing to take back."
            )
        await migrate(url, wanted)
        return before

    print(f"{_in_store(downgrade)} -> {wanted}")
    return 0


def _in_store(work: Callable[[DatabaseUrl], Coroutine[Any, Any, T]]) -> T:
    from bot.errors import SettingsError, StoreError
    from bot.settings import load_settings
    from bot.store.urls import parse_database_url

    try:
        url = parse_database_url(load_settings().database_url.get_secret_value())
        return asyncio.run(work(url))
    except (SettingsError, StoreError) as problem:
        raise CommandError(str(problem)) from problem
