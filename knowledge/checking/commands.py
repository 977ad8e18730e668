"""Rules about commands: known tools, copyable as they stand, nothing destructive while looking."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.checking.lists import Allowed
from knowledge.guidance import Fix, Shell, Step

MAX_COLUMNS = 120
Problem = tuple[str, str]

_HERE_STRING = re.compile(r"@'\n.*?\n'@", re.DOTALL)
_HASH_TABLE = re.compile(r"@\{[^{}]*\}")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'")
_CMDLET = re.compile(r"(?<![\w./\\-])[A-Z][a-z]+-[A-Z][A-Za-z]+(?![\w-])")
_PROMPT = re.compile(r"^\s*(?:PS\s)?[A-Za-z]:\\[^>\n]*>|^\s*\$\s", re.MULTILINE)
_BRACKETED = re.compile(r"<[A-Za-z][\w -]*>")
_CURLY = re.compile("[“”‘’–—]")
_OWN_PROGRAM = re.compile(r"[A-Z][A-Z_]*\.(?:exe|ps1)")
_VARIABLE = re.compile(r"^(?:\$\w+\s*=\s*|\$|\[)")


def check_steps(steps: tuple[Step, ...], allowed: Allowed) -> Iterator[Problem]:
    """Say what is wrong with the commands of diagnose steps."""
    for index, step in enumerate(steps):
        place = f"diagnose[{index}].run"
        if step.run is None:
            continue
        yield from _check_command(place, step.run, step.shell, allowed)
        if found := _destructive(step.run, allowed):
            yield place, f"{found!r} changes or destroys: move it to a fix, or only look"


def check_fixes(fixes: tuple[Fix, ...], allowed: Allowed) -> Iterator[Problem]:
    """Say what is wrong with the commands of fixes."""
    for index, fix in enumerate(fixes):
        place = f"fix[{index}].run"
        if fix.run is None:
            continue
        yield from _check_command(place, fix.run, fix.shell, allowed)
        found = _destructive(fix.run, allowed)
        if found and (fix.risk == "none" or not fix.undo):
            yield place, f"{found!r} changes or destroys: state a risk and how to undo it"


def _check_command(
    place: str, run: str, shell: Shell | None, allowed: Allowed
) -> Iterator[Problem]:
    if shell is None:
        yield place, "has no shell: say in which one to type it"
    yield from ((place, message) for message in _not_copyable(run))
    if shell == "windbg":
        for word in _first_words(run.replace(";", "\n")):
            if word not in allowed.debugger_commands:
                yield place, f"{word!r} is no known debugger command: correct it or list it"
    elif shell in ("powershell", "cmd"):
        yield from ((place, message) for message in _unknown_words(run, allowed))


def _not_copyable(run: str) -> Iterator[str]:
    if _PROMPT.search(run):
        yield "begins with a prompt: leave it out, so that it can be copied"
    if found := _BRACKETED.search(run):
        yield f"{found.group()!r} is redirection in a shell: write CAPITAL_WORDS for what varies"
    if found := _CURLY.search(run):
        yield f"{found.group()!r} is no plain quote or hyphen: shells do not understand it"
    width = max(map(len, run.splitlines()))
    if width > MAX_COLUMNS:
        yield f"has a line of {width} columns: break it after a pipe, {MAX_COLUMNS} at most"


def _unknown_words(run: str, allowed: Allowed) -> Iterator[str]:
    bare = _HASH_TABLE.sub("''", _QUOTED.sub("''", _HERE_STRING.sub("''", run)))
    words = {*_first_words(bare.replace("|", "\n").replace(";", "\n")), *_CMDLET.findall(bare)}
    for word in sorted(words):
        folded = word.casefold()
        if folded in allowed.instead_of:
            yield f"{word!r} is an alias or gone: write {allowed.instead_of[folded]}"
        elif folded not in allowed.commands and not _OWN_PROGRAM.fullmatch(word):
            yield f"{word!r} is no known command: correct it, or add it to the list"


def _first_words(script: str) -> Iterator[str]:
    """The command of each line; assignments and expressions have none of their own."""
    continued = False
    for line in script.splitlines():
        text = line.strip()
        if text and not continued and not _VARIABLE.match(text) and text[0] not in "'}{(":
            yield text.split()[0]
        continued = text.endswith((",", "`"))


def _destructive(run: str, allowed: Allowed) -> str | None:
    found = next(filter(None, (pattern.search(run) for pattern in allowed.destructive)), None)
    return found.group().strip() if found else None
