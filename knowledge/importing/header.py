"""Reading a C or C++ header: #define, enum and constants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.importing.definition import Reading
from knowledge.importing.expression import ExpressionError, evaluate

# What is never closed goes on to the end, so that a broken file is read once, not once a mark.
_COMMENT = re.compile(r'//[^\n]*|/\*(?:.*?\*/|.*)|"(?:[^"\\\n]|\\[^\n])*+"?', re.DOTALL)
_DEFINE = re.compile(r"[ \t]*#[ \t]*define[ \t]+([A-Za-z_]\w{0,119})(\(?)(.*)")
_CONSTANT = re.compile(
    r"[ \t]*(?:(?:static|inline|extern|constexpr|const)[ \t]+){1,4}"
    r"(?:unsigned[ \t]+)?[A-Za-z_]\w{0,40}[ \t]+([A-Za-z_]\w{0,119})[ \t]*=([^;\n]{1,300});"
)
_ENUM = re.compile(r"\benum\b[^;{}()]{0,200}\{([^{}]*)\}")
_MEMBER = re.compile(r"\s*([A-Za-z_]\w{0,119})\s*(?:=\s*(.*))?", re.DOTALL)


def read_header(text: str) -> Reading:
    """Return the constants of a header in the order of its lines.

    Macros with parameters and constants that are no numbers are skipped, and listed as such.
    """
    plain = _without_comments(text)
    reading = Reading()
    names: dict[str, int] = {}
    for line, name, expression in sorted([*_constants(plain), *_members(plain)]):
        try:
            value = evaluate(expression, names)
        except ExpressionError as error:
            reading.skipped.append((line, f"{name}: {error}"))
            continue
        names[name] = value
        reading.add(line, name, value)
    return reading


def _without_comments(text: str) -> str:
    """Blank out comments; every line keeps its number."""

    def blank(match: re.Match[str]) -> str:
        return match[0] if match[0].startswith('"') else " " + "\n" * match[0].count("\n")

    return _COMMENT.sub(blank, text.replace("\r\n", "\n"))


def _constants(text: str) -> Iterator[tuple[int, str, str]]:
    for start, line in _joined(text.split("\n")):
        if found := _DEFINE.match(line):
            # With a bracket right after the name it is a macro; without a value a mere mark.
            if not found[2] and found[3].strip():
                yield start, found[1], found[3]
        elif found := _CONSTANT.match(line):
            yield start, found[1], found[2]


def _joined(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; one that ends in a backslash goes on in the next."""
    parts: list[str] = []
    for number, line in enumerate(lines, 1):
        parts.append(line.rstrip().removesuffix("\\"))
        if not line.rstrip().endswith("\\") or number == len(lines):
            yield number - len(parts) + 1, " ".join(parts)
            parts = []


def _members(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the members of enums; one without a value is its predecessor plus one."""
    counted, reached = 1, 0
    for body in _ENUM.finditer(text):
        counted += text.count("\n", reached, body.start(1))
        reached = body.start(1)
        line = counted
        before = ""
        for part in _parts(body[1]):
            found = _MEMBER.fullmatch(part)
            if found:
                lead = part[: found.start(1)].count("\n")
                yield line + lead, found[1], found[2] or (f"{before} + 1" if before else "0")
                before = found[1]
            line += part.count("\n")


def _parts(body: str) -> Iterator[str]:
    """Split at the commas that stand in no brackets."""
    depth = start = 0
    for place, character in enumerate(body):
        if character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth == 0:
            yield body[start:place]
            start = place + 1
    yield body[start:]
