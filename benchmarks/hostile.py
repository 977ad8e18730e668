"""Texts made to be slow to read: pieces that parsers look for, repeated up to Slack's limit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
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
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a hostile text is made: these pieces, over and over."""

    pieces: tuple[str, ...]

    def text(self, chars: int = CHARS) -> str:
        """Return the text, cut to that many characters."""
        unit = "".join(self.pieces)
        return (unit * (chars // len(unit) + 1))[:chars]

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
    cost: Callable[[str], float], is_over: Callable[[], bool], limit: int = 5_000
) -> list[tuple[float, Recipe]]:
    """Look for the recipes that cost most at SEARCH_CHARS, the worst first.

    Ends when `is_over` or at `limit`. All first recipes are tried, then changes of the ten worst.
    """
    chance = random.Random(SEED)
    tried: dict[Recipe, float] = {}
    for recipe in first_recipes():
        if is_over():
            break
        tried.setdefault(recipe, cost(recipe.text(SEARCH_CHARS)))
    for _ in range(limit):
        if is_over():
            break
        worst = sorted(tried, key=lambda known: tried[known], reverse=True)[:10]
        recipe = mutate(chance.choice(worst), chance)
        if recipe not in tried:
            tried[recipe] = cost(recipe.text(SEARCH_CHARS))
    ranked = [(spent, recipe) for recipe, spent in tried.items()]
    return sorted(ranked, key=lambda pair: pair[0], reverse=True)
