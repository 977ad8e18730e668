"""The JSON of `winerr lookup`: the readings of one code or name, without articles.

Apart from `jsonform`, so that a look-up does not import the article models.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from knowledge.codes.code import Code, format_hex
from knowledge.equivalents import Equivalents
from knowledge.findings import Finding, Reading, Suggestion

Json = dict[str, Any]


def lookup_json(
    findings: Sequence[Finding], suggestions: Sequence[Suggestion], fault: str | None
) -> Json:
    """Return the findings, and near misses or the fault where there is none."""
    form: Json = {"findings": [finding_json(finding) for finding in findings]}
    if suggestions:
        form["suggestions"] = [suggestion_json(near) for near in suggestions]
    if fault:
        form["fault"] = fault
    return form


def equivalents_json(equivalents: Equivalents) -> Json:
    """Return the other forms of a condition."""
    return {
        "win32": code_json(equivalents.win32) if equivalents.win32 else None,
        "hresult": None if equivalents.hresult is None else format_hex(equivalents.hresult),
        "python": equivalents.python,
        "errno": dict(equivalents.errnos),
        "dotnet": list(equivalents.dotnet),
    }


def finding_json(finding: Finding) -> Json:
    """Return one finding with all its readings, best first."""
    mention = finding.mention
    return {
        "span": [mention.start, mention.end],
        "as_written": mention.as_written,
        "kind": mention.kind,
        "confidence": mention.confidence,
        "why": mention.why,
        "readings": [_reading(reading) for reading in finding.readings],
    }


def _reading(reading: Reading) -> Json:
    return {
        "family": reading.family,
        "code": reading.hex,
        "decimal": reading.value,
        "signed": reading.signed,
        "name": reading.name,
        "names": list(reading.names),
        "confidence": reading.confidence,
        "why": reading.why,
        "inner": code_json(reading.inner) if reading.inner else None,
    }


def code_json(code: Code | Reading) -> Json:
    """Return family, value and name of a code."""
    return {"family": code.family, "code": code.hex, "name": code.name}


def suggestion_json(near: Suggestion) -> Json:
    """Return a near miss with the reason why it is one."""
    return {**code_json(near.code), "why": near.why}
