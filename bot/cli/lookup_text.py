"""Readings as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.base import KnowledgeBase
from knowledge.codes.code import format_hex, to_signed
from knowledge.equivalents import Equivalents, equivalents_of
from knowledge.findings import Finding, Reading, Suggestion

MAX_READINGS = 12


def lookup_text(
    asked: str,
    findings: Sequence[Finding],
    suggestions: Sequence[Suggestion],
    fault: str | None,
    base: KnowledgeBase,
) -> str:
    """Return one line for each reading, best first, or what to try instead."""
    if not findings:
        return nothing_text(asked, suggestions, fault)
    readings = [reading for finding in findings for reading in finding.readings]
    lines = [line for reading in readings[:MAX_READINGS] for line in _lines_of(reading, base)]
    lines += _elsewhere(equivalents_of(readings[0], base))
    if len(readings) > MAX_READINGS:
        lines.append(f"… and {len(readings) - MAX_READINGS} more; `--json` lists them all")
    return "\n".join(lines)


def nothing_text(asked: str, suggestions: Sequence[Suggestion], fault: str | None) -> str:
    """Return the sentence for a code or name that nobody knows."""
    lines = [fault or f"“{asked[:60]}” is not a code or name that winerr knows."]
    if suggestions:
        lines.append("Did you mean:")
        lines += [
            f"  {near.code.hex}  {near.code.name or '(no name)'}  [{near.code.family}]  {near.why}"
            for near in suggestions
        ]
    return "\n".join(lines)


def _elsewhere(same: Equivalents) -> list[str]:
    """The other forms of the best reading's condition, in a line."""
    parts = []
    if same.win32 is not None:
        parts.append(f"Win32 {same.win32.value} {same.win32.name or ''}".rstrip())
    if same.hresult is not None:
        parts.append(f"HRESULT {format_hex(same.hresult)} ({to_signed(same.hresult)})")
    if same.python is not None:
        parts.append(f"Python {same.python}")
    parts += [f"{runtime} {name}" for runtime, name in same.errnos]
    parts += same.dotnet[:3]
    return [f"The first, elsewhere: {' · '.join(parts)}"] if parts else []


def _lines_of(reading: Reading, base: KnowledgeBase) -> list[str]:
    name = reading.name or "(no published name)"
    signed = f" / {reading.signed}" if reading.signed < 0 else ""
    lines = [
        f"{reading.confidence:4.0%}  {name}",
        f"      {reading.hex} = {reading.value}{signed}  [{base.family(reading.family).title}]",
        f"      {reading.why}",
    ]
    if len(reading.names) > 1:
        lines.insert(1, f"      also {', '.join(reading.names[1:5])}")
    if reading.inner is not None:
        lines.append(f"      wraps {reading.inner.name} ({reading.inner.value})")
    return lines
