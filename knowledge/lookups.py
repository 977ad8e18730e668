"""A look-up: a code, a name or a system message -> its readings, for command line and web alike."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.equivalents import equivalents_of
from knowledge.extraction.whole import parse_query
from knowledge.findings import Finding, Suggestion
from knowledge.looking_up import resolve_query
from knowledge.lookupform import Json, equivalents_json, lookup_json
from knowledge.suggestions import suggest


@dataclass(frozen=True, slots=True)
class LookUp:
    """What was found; near misses or the fault where nothing was.

    `is_code` tells that the text was nothing but a code or a name, known or not.
    """

    findings: tuple[Finding, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    fault: str | None = None
    is_code: bool = True


def look_up(text: str, base: KnowledgeBase) -> LookUp:
    """Look a text up as a code or a name, else as a sentence of the system."""
    query = parse_query(text)
    if query is not None:
        findings = resolve_query(query, text, base)
        return LookUp(findings, () if findings else suggest(query, base), query.fault)
    # Only here: it reads articles, which a code does not need.
    from knowledge.explanation import explain

    findings = explain(text, base, surface="command").findings
    fault = None if findings else f"“{text[:60]}” is no code, name or system message."
    return LookUp(findings, (), fault, is_code=False)


def look_up_json(found: LookUp, base: KnowledgeBase) -> Json:
    """Return the look-up with the other forms of its best reading."""
    form = lookup_json(found.findings, found.suggestions, found.fault)
    if found.findings:
        form["equivalents"] = equivalents_json(equivalents_of(found.findings[0].best, base))
    return form
