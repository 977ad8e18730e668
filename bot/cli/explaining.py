"""winerr explain, lookup and ask: what winerr knows, without Slack."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.cli.failure import CommandError
from bot.cli.knowledge_base import open_base

# A log pasted into a terminal; more than this is a file for `--jsonl`, one text a line.
MAX_TEXT_BYTES = 16 * 1024 * 1024


def add_commands(commands: Any) -> None:
    """Add explain, lookup and ask to the parser."""
    explain = commands.add_parser("explain", help="find and explain the errors in a text")
    explain.add_argument(
        "text", nargs="*", metavar="TEXT", help="the text, or - for standard input"
    )
    explain.add_argument("--json", action="store_true", help="print JSON")
    explain.add_argument(
        "--jsonl", metavar="FILE", help='lines {"id","text"}, one JSON line out for each'
    )
    explain.set_defaults(command=run_explain)

    lookup = commands.add_parser(
        "lookup", help="list every meaning of a code, a name or a system message"
    )
    lookup.add_argument("code", nargs="+", metavar="CODE_OR_NAME")
    lookup.add_argument("--json", action="store_true", help="print JSON")
    lookup.set_defaults(command=run_lookup)

    ask = commands.add_parser(
        "ask", help="find the articles and FAQ entries that answer a question"
    )
    ask.add_argument("question", nargs="*", metavar="QUESTION")
    ask.add_argument("--json", action="store_true", help="print JSON")
    ask.add_argument(
        "--jsonl", metavar="FILE", help='lines {"id","text"}, one JSON line out for each'
    )
    ask.set_defaults(command=run_ask)

    # `winerr explain -2147024137`: argparse takes a negative number for an option otherwise.
    for parser in (explain, lookup, ask):
        parser._negative_number_matcher = _AnyNegativeNumber()


class _AnyNegativeNumber:
    """Tells argparse that `-2147024137` and `-0x5` are arguments."""

    def match(self, text: str) -> bool:
        return text[:1] == "-" and text[1:2].isdigit()


def run_explain(arguments: argparse.Namespace) -> int:
    """Explain a text, or every line of a JSONL file."""
    from knowledge.explanation import explain
    from knowledge.jsonform import explanation_json

    base = open_base()
    if arguments.jsonl:
        for identifier, text in _jsonl(arguments.jsonl):
            form = {"id": identifier, **explanation_json(explain(text, base))}
            print(json.dumps(form, ensure_ascii=False))
        return 0
    explanation = explain(_text_of(arguments.text), base, surface="mention")
    if arguments.json:
        print(json.dumps(explanation_json(explanation), ensure_ascii=False, indent=2))
        return 0
    from bot.cli.plain_text import explanation_text

    print(explanation_text(explanation, base))
    return 0


def run_lookup(arguments: argparse.Namespace) -> int:
    """List every reading of a code, a name or a system message; exit code 1 when there is none."""
    from bot.cli.lookup_text import lookup_text
    from knowledge.lookups import look_up, look_up_json

    text = " ".join(arguments.code)
    base = open_base()
    found = look_up(text, base)
    if not found.is_code and not found.findings:
        raise CommandError(
            f"{found.fault} Examples: 0x2F7, 759, -2147024891, ERROR_PROCESS_NOT_IN_JOB. "
            "To read a longer text use `winerr explain`."
        )
    if arguments.json:
        print(json.dumps(look_up_json(found, base), ensure_ascii=False, indent=2))
    else:
        print(lookup_text(text, found.findings, found.suggestions, found.fault, base))
    return 0 if found.findings else 1


def run_ask(arguments: argparse.Namespace) -> int:
    """Answer a question from the articles and their FAQ entries."""
    from knowledge.search import answers_to, nearest_to, search_json

    base = open_base()
    if arguments.jsonl:
        for identifier, text in _jsonl(arguments.jsonl):
            form = {"id": identifier, **search_json(answers_to(text, base))}
            print(json.dumps(form, ensure_ascii=False))
        return 0
    question = _text_of(arguments.question)
    results = answers_to(question, base)
    if arguments.json:
        print(json.dumps(search_json(results), ensure_ascii=False, indent=2))
        return 0
    from bot.cli.plain_text import search_text

    print(search_text(results, () if results else nearest_to(question, base)))
    return 0 if results else 1


def _text_of(words: list[str]) -> str:
    if words and words != ["-"]:
        return " ".join(words)
    if not words and sys.stdin.isatty():
        raise CommandError(
            "no text given. Write it behind the command, or pipe it in: … | winerr explain -"
        )
    raw = sys.stdin.buffer.read(MAX_TEXT_BYTES + 1)
    if len(raw) > MAX_TEXT_BYTES:
        raise CommandError(
            f"the text is longer than {MAX_TEXT_BYTES // 2**20} MiB. "
            "Cut it to the part around the error."
        )
    return raw.decode("utf-8", errors="replace")


def _jsonl(name: str) -> Iterator[tuple[Any, str]]:
    """Yield (id, text) of each line; a line that is not such an object ends the command."""
    for number, line in enumerate(_lines(name), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            yield record["id"], str(record["text"])
        except (ValueError, TypeError, KeyError) as problem:
            raise CommandError(
                f'{name}, line {number}: expected an object with "id" and "text" ({problem})'
            ) from problem


def _lines(name: str) -> Iterable[str]:
    if name == "-":
        yield from sys.stdin
        return
    try:
        with Path(name).open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{name} cannot be read: {problem}") from problem
