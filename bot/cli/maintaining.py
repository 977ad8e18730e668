"""winerr check, build and import-codes: for those who write articles and code tables."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.cli.failure import CommandError
from bot.cli.knowledge_base import open_base


def add_commands(commands: Any) -> None:
    """Add check, build and import-codes to the parser."""
    check = commands.add_parser("check", help="check articles, playbooks and code tables")
    check.add_argument(
        "folder", nargs="*", type=Path, metavar="DIR", help="overlay folders; default: our own"
    )
    check.set_defaults(command=run_check)

    build = commands.add_parser(
        "build", help="compile the knowledge into the file that the bot opens"
    )
    build.set_defaults(command=run_build)

    importing = commands.add_parser(
        "import-codes", help="turn your own C header, .mc file or CSV into an overlay"
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="a header, .mc file or CSV")
    importing.add_argument("--family", required=True, help="the id of your codes, such as contoso")
    importing.add_argument("--into", type=Path, required=True, metavar="DIR", help="overlay folder")
    importing.add_argument("--title", default="", help="what people call these codes")
    importing.add_argument("--prefix", default="", help="take only names that begin so")
    importing.set_defaults(command=run_import)


def run_check(arguments: argparse.Namespace) -> int:
    """Print every fault of every file; exit code 1 when there is one."""
    from knowledge.checking import check, old_sources
    from knowledge.sources import PACKAGE

    for folder in arguments.folder:
        if not folder.is_dir():
            raise CommandError(
                f"{folder} is not a folder. Give the folder that holds articles/ or catalog/."
            )
    faults = check(arguments.folder)
    for fault in faults:
        print(fault)
    old = old_sources(arguments.folder or (PACKAGE,), datetime.now(UTC).date())
    for file in old:
        print(f"note: {file} has a source that nobody looked at for 18 months")
    print(f"{len(faults)} faults" if faults else "no faults")
    return 1 if faults else 0


def run_build(arguments: argparse.Namespace) -> int:
    """Compile the knowledge now, and say what is in it."""
    counts = ", ".join(f"{count:,} {what}" for what, count in open_base().stats().items())
    print(f"winerr: the knowledge is compiled: {counts}")
    return 0


def run_import(arguments: argparse.Namespace) -> int:
    """Write an overlay from the codes of a file; exit code 1 and nothing written with a fault."""
    from knowledge.importing import import_codes, write_overlay

    base = open_base()
    report = import_codes(arguments.file, arguments.family, base=base, prefix=arguments.prefix)
    for skipped in report.skipped:
        print(f"passed over: {skipped}")
    if report.faults:
        print("\n".join(map(str, report.faults)))
        print(f"{len(report.faults)} faults; nothing is written")
        return 1
    for clash in report.clashes:
        print(f"also in the catalogue: {clash}")
    try:
        written = write_overlay(report, arguments.into, title=arguments.title, base=base)
    except OSError as problem:
        raise CommandError(f"{arguments.into} cannot be written: {problem}") from problem
    print(f"{len(report.codes)} codes; written: {', '.join(map(str, written))}")
    print(f"Use them with WINERR_KNOWLEDGE_DIRS={arguments.into.resolve()}")
    return 0
