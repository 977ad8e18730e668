"""Explanations as plain text for a terminal: whole articles in the reader's order."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.cli.lookup_text import nothing_text
from knowledge.answers import Answer
from knowledge.base import KnowledgeBase
from knowledge.explanation import Explanation
from knowledge.search import SearchResult

WIDTH = 96
_BASIS = {
    "article": "an article about this code",
    "playbook": "a playbook for its subsystem; there is no article about this code",
    "structure": "the structure of the number; there is no article or playbook for it",
}


def explanation_text(explanation: Explanation, base: KnowledgeBase) -> str:
    """Return every answer, or a sentence that says that nothing was found."""
    if not explanation.answers:
        if explanation.is_lookup:
            return nothing_text("this", explanation.suggestions, explanation.fault)
        return "No Windows error found in the text."
    return "\n\n".join("\n".join(_answer_lines(answer, base)) for answer in explanation.answers)


def search_text(results: tuple[SearchResult, ...], nearest: tuple[SearchResult, ...]) -> str:
    """Return the entries that were found, best first; the nearest ones where none was."""
    if not results:
        lines = ["No article answers that. Try the code itself, or the words of the error message."]
        lines += [f"  nearest: {each.title}  — {each.article}" for each in nearest]
        return "\n".join(lines)
    lines = []
    for result in results:
        name = f"{result.code.name or result.code.hex}: " if result.ask is None else ""
        lines.append(f"{name}{result.ask or result.title}")
        lines.append(_paragraph(result.answer))
        lines.append(f"  — {result.article or 'no article about it'}")
    return "\n".join(lines)


def _answer_lines(answer: Answer, base: KnowledgeBase) -> Iterator[str]:
    reading = answer.reading
    signed = f" = {reading.signed}" if reading.signed < 0 else ""
    yield answer.title
    yield "=" * min(len(answer.title), WIDTH)
    yield f"{reading.name or '(no name)'}  {reading.hex} = {reading.value}{signed}"
    yield ""
    yield _paragraph(answer.summary, indent="")
    if answer.context:
        yield _paragraph(answer.context, indent="")
    yield from _section("Meaning", answer.meaning)
    yield from _section("Background", answer.background)
    yield from _listed("Seen in", answer.seen_in)
    yield from _section("How bad it is", answer.impact)
    yield from _listed("Likely causes", (f"{c.text} — Sign: {c.tell}" for c in answer.causes))
    yield from _steps(answer)
    yield from _fixes(answer)
    yield from _listed("Do not", (f"{never.do}: {never.why}" for never in answer.never))
    yield from _section("For developers", answer.developer_notes)
    yield from _listed("Questions", (f"{entry.ask}\n    {entry.answer}" for entry in answer.faq))
    yield from _listed("Related", (f"{r.code} ({r.relation}): {r.why}" for r in answer.related))
    yield from _listed("Sources", (source.url for source in answer.sources))
    yield ""
    yield _paragraph(
        f"Why this reading: {reading.why}. It rests on {_BASIS[answer.basis]}.", indent=""
    )
    if answer.others:
        others = "; ".join(
            f"{other.name or other.hex} [{other.family}]" for other in answer.others[:6]
        )
        yield _paragraph(f"It could also be: {others}", indent="")


def _steps(answer: Answer) -> Iterator[str]:
    if answer.diagnose:
        yield ""
        yield "How to find the cause"
    for number, step in enumerate(answer.diagnose, start=1):
        yield _paragraph(f"{number}. {step.do}")
        yield from _command(step.run)
        yield _paragraph(f"Expect: {step.expect}", indent="     ")


def _fixes(answer: Answer) -> Iterator[str]:
    if answer.fix:
        yield ""
        yield "How to resolve it"
    for fix in answer.fix:
        yield _paragraph(f"- {fix.do}")
        yield from _command(fix.run)
        if fix.risk != "none":
            undo = f" Undo: {fix.undo}" if fix.undo else ""
            yield _paragraph(f"Risk: {fix.risk}.{undo}", indent="     ")


def _command(run: str | None) -> Iterator[str]:
    if run:
        yield textwrap.indent(run.rstrip(), "       ")


def _section(title: str, text: str | None) -> Iterator[str]:
    if text:
        yield ""
        yield title
        yield _paragraph(text)


def _listed(title: str, entries: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    entries = tuple(entries)
    if entries:
        yield ""
        yield title
        yield from (_paragraph(f"- {entry}") for entry in entries)


def _paragraph(text: str, indent: str = "  ") -> str:
    """Wrap prose; a text with line breaks of its own (code) keeps them."""
    if "\n" in text:
        return textwrap.indent(text.rstrip(), indent)
    return textwrap.fill(
        text, WIDTH, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent)
    )
