"""What somebody typed into the search field -> the page to go to, or what was found."""

from __future__ import annotations

from dataclasses import dataclass

from bot.lookups import ambiguous_readings
from knowledge import (
    Answer,
    KnowledgeBase,
    Reading,
    SearchResult,
    Suggestion,
    answers_to,
    explain_asked,
    nearest_to,
)
from knowledge.extraction.whole import parse_query

_SHOWN_ANSWERS = 10
_SHOWN_READINGS = 20
_SHOWN_BESIDE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """What a search shows. With `exact`, the code's own page is shown instead."""

    title: str
    words: str = ""
    exact: Reading | None = None
    readings: tuple[Reading, ...] = ()
    answers: tuple[Answer, ...] = ()
    results: tuple[SearchResult, ...] = ()
    results_title: str = ""
    suggestions: tuple[Suggestion, ...] = ()


def search(text: str, base: KnowledgeBase) -> Found:
    """Look a text up as a code or a name, read it as a log line, or answer it as a question."""
    explanation = explain_asked(text, base, "command")
    if choice := ambiguous_readings(explanation):
        words = "Nothing beside the number says which of these it is."
        return Found("Several meanings", words, readings=choice[:_SHOWN_READINGS])
    is_lookup = parse_query(text) is not None
    if explanation.answers and is_lookup:
        return Found("Found", exact=explanation.answers[0].reading)
    if is_lookup and (explanation.suggestions or explanation.fault):
        words = explanation.fault or "Nobody lists a code of that name or number."
        return Found("Not found", words, suggestions=explanation.suggestions)
    results = answers_to(text, base)
    if explanation.answers:
        shown = explanation.answers[:_SHOWN_ANSWERS]
        codes = {answer.reading.value for answer in shown}
        more = tuple(result for result in results if result.ask or result.code.value not in codes)
        more = more[:_SHOWN_BESIDE]
        return Found("Found", answers=shown, results=more, results_title="From the articles")
    if results:
        return Found("Answers", results=results, results_title="From the articles")
    return Found(
        "Not found",
        "No Windows error code, name or message is in this, and no article answers it. Try a code"
        " such as 0x80070005, a name such as ERROR_ACCESS_DENIED, or the line of the log.",
        results=nearest_to(text, base),
        results_title="Nearest to it",
        suggestions=explanation.suggestions,
    )
