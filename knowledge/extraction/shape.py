"""What a written form is: a pattern around a number, and what it says about the number."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A written form; group 1 of `pattern` is the number in `base` 10 or 16."""

    pattern: re.Pattern[str]
    base: int
    hint: str
    confidence: float
    why: str
    # A cheap look first: the pattern is tried only where this, or one of these, stands in the text
    # (in the text's lower case, where the pattern ignores case).
    needs: str | tuple[str, ...]
    # Other systems use the form with numbers of their own.
    only_on_windows: bool = False
    # Only codes that people meet: the form alone would also fit other results.
    ranked: bool = False
    # How many digits there must be, where a line break inside them is all that the form has.
    digits: int | None = None
    # What the form stands for, where it does not hold the number itself.
    value: int | None = None
    # Lower-case words of which one must stand within NEAR_CHARS of the number.
    near: tuple[str, ...] = ()
    # This must stand before the number on its line, within 160 characters.
    behind: re.Pattern[str] | None = None
    # Right before the number, this gives it another job.
    unless: re.Pattern[str] | None = None
    # Right before the number, in front of a bracket, stands one of its names.
    named: bool = False
    # The number must be one of the hint's family: others count in the same range.
    own: bool = False
    # A second look, where the first is a character or two: a pattern that begins with plain
    # characters costs a tenth of one that does not.
    sign: re.Pattern[str] | None = None
    # Beside what it needs, this must stand somewhere in the text's lower case, too.
    also: str = ""
