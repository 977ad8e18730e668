"""Texts made to be slow to read: pieces that parsers look for, repeated up to Slack's limit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.texts import SEED

CHARS = 40_000
"""The length of the longest text that Slack hands over."""
SEARCH_CHARS = 6_000
"""Shorter while searching: enough to tell what is slow, and many more can be tried."""
PIECES = (
    "a", "A_", "A_A", " ", "\n", "\t", "0", "9", "0x", "0x0", "x0", "0x80070005 ", "80070005 ",
    "error ", "error 5 ", "error code: ", "failed with ", "status=", "exit code ", "hresult ",
    "ERROR_", "STATUS_ACCESS_", "WSA", "E_", "(", ")", "[", "{", "<", ">", "'", '"', "\\", "/", ",",
    ".", ":", ";", "-", "--->", " ---> ", "   at ", "   at A.B(C d)\n", "at a.b.c.d.", "A.B.C",
    "Exception: ", "System.Exception: x\n", "<Data>", "</Data>", "LdapErr", "data ", "Error(",
    "Error(1, '", "[WinError 5] ", "Bug Check 7 {", "HRESULT_FROM_WIN32(", "\u00e9", "\u9519\u8bef",
    "&lt;", "&amp;", "\\n", "\\r\\n", "#", "> ", "```", "Caused by: ", 'File "a", line 1\n',
    "Traceback (most recent call last):\n", "--- End of ", "12:30:45 ",
    "the server is unavailable ", "access is denied. ", "the ",
    "cannot find the file ", "|", "ERROR_ACCESS_DENIED ", "759 ",
    # Never twice the same, so that nothing helps that was kept from an equal line or word before.
    "{n}", "error {n} ", "0x8007{x} ", "0xC000{x} ", "8007{x} ", "error 0x{x} ", "({n})",
    "{n} (0x{x}) ", "{name} ", "word{n} ", "failed with -{n}\n",
    "   at A{n}.B(C d) in c.cs:line {n}\n", "   at a.b{n}(D.java:{n})\n",
    " ---> A.B{n}Exception: c ", "    at b{n} (c.js:{n}:1)\n", '  File "a{n}.py", line {n}, in b\n',
    "At c{n}.ps1:{n} char:{n}\n", "+ CategoryInfo : a: (:) [b], C{n}\n",
    "+ FullyQualifiedErrorId : a{n}\n", "+ ~~~\n", "Line |\n", "Exception: A{n}\n",
    "main.a{n}()\n", "\t/a/b{n}.go:{n}\n",
    "goroutine {n} [running]:\n", "from a{n}.rb:{n}:in 'b'\n", "#{n} a.php({n}): b()\n",
    "#{n}  a (package:b/c.dart:{n}:1)\n",
    "{n}: a::b{n}\n", "thread 'a{n}' panicked at 'b', c.rs:{n}:1\n", "a!b{n}+0x{x}\n",
    "Msg {n}, Level 16, State 1, Line {n}\n", "Error: {n}, Severity: 16, State: 1.\n",
    "a.vbs({n}, 1) Microsoft VBScript runtime error: b\n", "Problem Event Name: APPCRASH\n",
    "Faulting application a{n}.exe, version: 1.2.3.{n}, time stamp: 0x{x}{x}\n",
    "GET /a{n} 500 0 {n} 15 ", "2026-11-24 12:30:45 ERROR [{n}] ", "a.cs({n},1): error CS{n}: ",
    "foo A.B(c)\n", "bar{n} A.B{n}(c) d\n", "at A.B{n}(\n", "at A.B{n}\n", "c) d\n", "{n}.exe, ",
    "Framework Version: v4.0.{n}\n", "Exception Info: A.B{n}\n", "Exception code: 0x{x}{x}\n",
    "### Stacktrace ###\n", "A.B{n}(C d);E\n", "Inner Exception: A{n}Exception: b\n",
    "Caused by: a.B{n}Exception: c\n", "nested exception is:\n", "a.B{n}Exception: c\n",
    "[[A{n}", "https://a{n}.b/", "windows ", "status {n} ", " - code {x}{x} ",
    "&lt;Data&gt;", "\\r\\n   at ", "Exception Type: ", "[A.B{n}Exception: c]\n",
)  # fmt: skip


_MARKS = ("{n}", "{x}", "{name}")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a hostile text is made: these pieces, over and over.

    Each time `{n}` becomes another number, `{x}` other four hexadecimal digits and `{name}` another
    of `names`.
    """

    pieces: tuple[str, ...]

    def text(self, chars: int = CHARS, names: Sequence[str] = ("E_FAIL",)) -> str:
        """Return the text, cut to that many characters."""
        unit = "".join(self.pieces)
        if not any(mark in unit for mark in _MARKS):
            return (unit * (chars // len(unit) + 1))[:chars]
        parts: list[str] = []
        length = number = 0
        while length < chars:
            number += 1
            part = unit.replace("{n}", str(number)).replace("{x}", f"{number:04x}")
            part = part.replace("{name}", names[number * 7 % len(names)])
            parts.append(part)
            length += len(part)
        return "".join(parts)[:chars]

    def __str__(self) -> str:
        return repr("".join(self.pieces))


def first_recipes() -> Iterator[Recipe]:
    """Yield each piece alone, then beside a few others."""
    for piece in PIECES:
        yield Recipe((piece,))
    chance = random.Random(SEED)
    for piece in PIECES:
        yield Recipe((piece, chance.choice(PIECES)))


def mutate(recipe: Recipe, chance: random.Random) -> Recipe:
    """Return a recipe with one piece more, fewer or other, of at most eight."""
    pieces = list(recipe.pieces)
    place = chance.randrange(len(pieces))
    change = chance.random()
    if change < 0.5 and len(pieces) < 8:
        pieces.insert(place, chance.choice(PIECES))
    elif change < 0.7 and len(pieces) > 1:
        del pieces[place]
    else:
        pieces[place] = chance.choice(PIECES)
    return Recipe(tuple(pieces))


def search(
    cost: Callable[[str], float],
    is_over: Callable[[], bool],
    limit: int = 5_000,
    names: Sequence[str] = ("E_FAIL",),
) -> list[tuple[float, Recipe]]:
    """Look for the recipes that cost most at SEARCH_CHARS, the worst first.

    Ends when `is_over` or at `limit`. All first recipes are tried, then changes of the ten worst.
    """
    chance = random.Random(SEED)
    tried: dict[Recipe, float] = {}
    for recipe in first_recipes():
        if is_over():
            break
        tried.setdefault(recipe, cost(recipe.text(SEARCH_CHARS, names)))
    for _ in range(limit):
        if is_over():
            break
        worst = sorted(tried, key=lambda known: tried[known], reverse=True)[:10]
        recipe = mutate(chance.choice(worst), chance)
        if recipe not in tried:
            tried[recipe] = cost(recipe.text(SEARCH_CHARS, names))
    ranked = [(spent, recipe) for recipe, spent in tried.items()]
    return sorted(ranked, key=lambda pair: pair[0], reverse=True)
