"""winerr check and build: for those who write articles and code tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.cli.failure import CommandError
from bot.cli.knowledge_base import open_base


def add_commands(commands: Any) -> None:
    """Add check and build to the parser."""
    check = commands.add_parser("check", help="check articles, playbooks and code tables")
    check.add_argument(
        "folder", nargs="*", type=Path, metavar="DIR", help="overlay folders; default: our own"
    )
    check.set_defaults(command=run_check)

    build = commands.add_parser(
        "build", help="compile the knowledge into the file that the bot opens"
    )
    build.set_defaults(command=run_build)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every fault of every file; exit code 1 when there is one."""
    from knowledge.checking import check

    for folder in arguments.folder:
        if not folder.is_dir():
            raise CommandError(
                f"{folder} is not a folder. Give the folder that holds articles/ or catalog/."
            )
    faults = check(arguments.folder)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "no faults")
    return 1 if faults else 0


def run_build(arguments: argparse.Namespace) -> int:
    """Compile the knowledge now, and say what is in it."""
    counts = ", ".join(f"{count:,} {what}" for what, count in open_base().stats().items())
    print(f"winerr: the knowledge is compiled: {counts}")
    return 0
