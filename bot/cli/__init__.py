"""The `winerr` command.

Built on argparse and on imports inside the commands: `winerr lookup` answers in a quarter of a
second because it loads neither Slack's libraries nor the article models.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from bot.cli import explaining, inbox, maintaining, serving, store
from bot.cli.failure import CommandError
from knowledge.errors import KnowledgeError

EXIT_FAULT = 1  # the command ran and found something wrong
EXIT_USAGE = 2  # it could not run: wrong arguments, settings or knowledge


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code. Faults become a sentence, never a traceback."""
    try:
        parsed = build_parser().parse_args(arguments)
        result: int = parsed.command(parsed)
    except (CommandError, KnowledgeError) as problem:
        print(f"winerr: {problem}", file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        # `winerr … | head` closed the pipe: nobody reads on, which is not a fault of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return result


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with every command; each names the function that runs it."""
    parser = argparse.ArgumentParser(
        prog="winerr", description="Explain Windows errors: codes, messages and stack traces."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    explaining.add_commands(commands)
    maintaining.add_commands(commands)
    serving.add_commands(commands)
    inbox.add_commands(commands)
    store.add_commands(commands)
    return parser
