"""What each reader returns: the definitions of a file, and what it could not take over."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.codes.code import MAX_CODE


@dataclass(frozen=True, slots=True)
class Definition:
    """A code as the file defines it: `line` counts from 1, `value` is unsigned, 32 bits.

    `message` is the sentence that goes with it, empty when the file gives none.
    """

    line: int
    name: str
    value: int
    message: str = ""


@dataclass(slots=True)
class Reading:
    """What a file holds; `faults` and `skipped` are pairs of a line number and a sentence.

    A fault must be corrected. What is skipped is no code, such as a text constant.
    """

    definitions: list[Definition] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)

    def add(self, line: int, name: str, value: int, message: str = "") -> None:
        """Keep a definition, or note the fault that its value does not fit in 32 bits."""
        if not -0x8000_0000 <= value <= MAX_CODE:
            self.faults.append((line, f"{name}: {value:#x} does not fit in 32 bits; correct it"))
            return
        self.definitions.append(Definition(line, name, value & MAX_CODE, message))
