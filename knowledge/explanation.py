"""explain(): a text in, everything winerr knows about it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.answers import Answer, compose_answers
from knowledge.base import KnowledgeBase
from knowledge.extraction import extract_mentions, without_overlaps
from knowledge.extraction.exceptions import SURE_OF_ONE, exception_mentions, tells_nothing
from knowledge.extraction.known import CatalogueView
from knowledge.extraction.messages import join_messages
from knowledge.extraction.surroundings import Surroundings
from knowledge.extraction.whole import Query, parse_query
from knowledge.findings import Finding, Mention, Suggestion
from knowledge.looking_up import resolve_query
from knowledge.resolution import resolve
from knowledge.suggestions import suggest, suggest_in_text
from knowledge.surfaces import THRESHOLDS, Surface, Thresholds
from knowledge.traces import find_traces
from knowledge.traces.trace import Trace
from knowledge.wording import well_formed

# A text with more different errors than this is a table of codes: nobody reads so many answers.
MAX_ANSWERED = 25

# Names that say "it worked". In a longer text they are no finding; asked for, they are explained.
_SUCCESSES = frozenset({"S_OK", "S_FALSE", "ERROR_SUCCESS", "STATUS_SUCCESS", "NO_ERROR"})


Mark = Callable[[str], object]
"""Told the name of each stage when it is over, by somebody with a clock."""


def unmarked(stage: str) -> None:
    """For those who do not want to know."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text holds and what there is to say about it.

    `answers` are ordered by worth for the reader: the innermost error of a chain first.
    `auto_reply` says whether an alert channel should get this answer unasked.
    `is_lookup` is True when the text was nothing but a code or a name. `fault` says in a sentence
    why such a text cannot be a code. `unknown` is what the suggestions are about, "" where that is
    the whole text.
    """

    findings: tuple[Finding, ...] = ()
    traces: tuple[Trace, ...] = ()
    answers: tuple[Answer, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    auto_reply: bool = False
    is_lookup: bool = False
    fault: str | None = None
    unknown: str = ""


def explain(
    text: str,
    base: KnowledgeBase,
    *,
    surface: Surface = "mention",
    thresholds: Thresholds = THRESHOLDS,
    mark: Mark = unmarked,
) -> Explanation:
    """Find the errors in a text, resolve them and compose what to say about each.

    `thresholds` says for each surface how sure a mention must be to be spoken of, and by its
    `alert` whether it deserves an answer that nobody asked for. `mark` hears of a long text's
    stages: extract, messages, traces, resolve, compose; of a look-up's, which is one: lookup.
    """
    text = well_formed(text)
    query = parse_query(text)
    if query is not None:
        explanation = _explain_query(query, text, base)
        if explanation is not None:
            mark("lookup")
            return explanation
    view = CatalogueView(base)
    around = Surroundings(text)
    joined = _joined_mentions(around, view, base, mark)
    traces = find_traces(text)
    mark("traces")
    mentions = without_overlaps([*joined, *exception_mentions(traces, around, joined)])
    findings = _findings(mentions, thresholds[surface], view, around, base)
    mark("resolve")
    answers = compose_answers(_distinct(findings), traces, base, text)
    suggestions = () if findings else suggest_in_text(text, base)
    mark("compose")
    return Explanation(
        findings,
        traces,
        answers,
        suggestions,
        auto_reply=any(finding.mention.confidence >= thresholds["alert"] for finding in findings),
    )


def explain_unasked(
    text: str,
    base: KnowledgeBase,
    *,
    thresholds: Thresholds = THRESHOLDS,
    mark: Mark = unmarked,
) -> Explanation:
    """Like `explain` for the surface `alert`, but only what an answer that nobody asked for needs.

    Findings, answers, `auto_reply` and `is_lookup` are the same. Suggestions are never made, and
    traces are looked for, and returned, only where they could change the answers: a bot reads every
    message of its channels, and most hold no error.
    """
    text = well_formed(text)
    query = parse_query(text)
    if query is not None:
        explanation = _explain_query(query, text, base, suggesting=False)
        if explanation is not None:
            mark("lookup")
            return explanation
    least = thresholds["alert"]
    view = CatalogueView(base)
    around = Surroundings(text)
    joined = _joined_mentions(around, view, base, mark)
    traces_tell = least <= SURE_OF_ONE
    if not traces_tell and all(mention.confidence < least for mention in joined):
        return _NOTHING
    # Too unsure to be told itself, a cause that a trace adds may still take the place of a code
    # that says nothing: a trace with any other code is left alone (`exception_mentions`).
    matters = traces_tell or any(tells_nothing(mention.value) for mention in joined)
    traces: tuple[Trace, ...] | None = None
    mentions = tuple(joined)
    if matters:
        traces = find_traces(text)
        mark("traces")
        mentions = (*joined, *exception_mentions(traces, around, joined))
    findings = _findings(without_overlaps([*mentions]), least, view, around, base)
    mark("resolve")
    distinct = _distinct(findings)
    if traces is None:
        # They also say which of several answers goes first.
        traces = find_traces(text) if len(distinct) > 1 else ()
        mark("traces")
    answers = compose_answers(distinct, traces, base, text) if distinct else ()
    mark("compose")
    return Explanation(findings, traces, answers, auto_reply=bool(findings))


_NOTHING = Explanation()


def _joined_mentions(
    around: Surroundings, view: CatalogueView, base: KnowledgeBase, mark: Mark
) -> list[Mention]:
    numbered = extract_mentions(around.text, view, around)
    mark("extract")
    joined = join_messages(around, base.message_index, view, numbered)
    mark("messages")
    return joined


def _findings(
    mentions: Sequence[Mention],
    least: float,
    view: CatalogueView,
    around: Surroundings,
    base: KnowledgeBase,
) -> tuple[Finding, ...]:
    """The mentions that are sure enough, resolved, without those of a success."""
    spoken_of = [mention for mention in mentions if mention.confidence >= least]
    words = view.words_of(around.text)
    return tuple(f for f in resolve(spoken_of, base, words) if _is_worth_telling(f))


def _explain_query(
    query: Query, text: str, base: KnowledgeBase, *, suggesting: bool = True
) -> Explanation | None:
    """Answer a look-up; None when the word is neither a code nor anything like a name."""
    findings = resolve_query(query, text, base)
    if findings:
        answers = compose_answers(findings, (), base, text)
        return Explanation(findings, (), answers, auto_reply=_asks_alone(query), is_lookup=True)
    looks_like_name = query.name is None or "_" in query.name or query.name.isupper()
    if not looks_like_name and query.hint is None:
        return None
    suggestions = suggest(query, base) if suggesting else ()
    return Explanation(suggestions=suggestions, is_lookup=True, fault=query.fault)


def _asks_alone(query: Query) -> bool:
    """A post that is only a name or a full-length code is worth an answer; a bare `5` is not.

    Nor is an event by itself: where events are posted, most of them are no errors.
    """
    if query.name is not None:
        return True
    return any(number.value >= 0x8000_0000 for number in query.numbers) or query.hint not in (
        None,
        "event_id",
    )


def _distinct(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the first finding of each code: a log repeats its error, the answer does not."""
    first: dict[tuple[str, int], Finding] = {}
    for finding in findings:
        first.setdefault((finding.best.family, finding.best.value), finding)
    return tuple(first.values())[:MAX_ANSWERED]


def _is_worth_telling(finding: Finding) -> bool:
    """In a longer text a success is no error; asked for by itself, it is explained."""
    return finding.best.value != 0 and finding.best.name not in _SUCCESSES
