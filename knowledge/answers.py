"""findings -> answers: what is said about a code, in words only, without any surface's markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.articles.model import Article
from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.details import detail_behind
from knowledge.findings import Finding, Reading
from knowledge.guidance import Cause, Fix, Kind, Never, Question, Related, Source, Step
from knowledge.playbooks.model import Playbook
from knowledge.structure import kind_of, look_up_step, structure_of, summary_of
from knowledge.traces.trace import Trace
from knowledge.variants import first_of, select_variant
from knowledge.wording import FoldedText

Basis = Literal["article", "playbook", "structure"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything winerr has to say about one finding.

    `reading` is the code explained, `others` the readings it was preferred to. `basis` says what
    the answer rests on: an article about this code, a playbook for its subsystem, or only the
    structure of the number; `article` and `playbook` are the ids. `title` is the condition in
    words; name and numbers are the reading's.
    `context` says which variant the text selected, by which words, and what the code means there.
    """

    finding: Finding
    reading: Reading
    basis: Basis
    title: str
    summary: str
    kind: Kind = "failure"
    article: str | None = None
    playbook: str | None = None
    others: tuple[Reading, ...] = ()
    context: str | None = None
    meaning: str | None = None
    background: str | None = None
    seen_in: tuple[str, ...] = ()
    impact: str | None = None
    causes: tuple[Cause, ...] = ()
    diagnose: tuple[Step, ...] = ()
    fix: tuple[Fix, ...] = ()
    never: tuple[Never, ...] = ()
    developer_notes: str | None = None
    faq: tuple[Question, ...] = ()
    related: tuple[Related, ...] = ()
    sources: tuple[Source, ...] = ()
    updated: str | None = None


# Codes that only say that something else failed: the error beside them is the one to explain.
ENVELOPES = frozenset(
    {
        0x00000643,  # ERROR_INSTALL_FAILURE (1603)
        0x00000428,  # ERROR_EXCEPTION_IN_SERVICE (1064)
        0x0000042A,  # ERROR_SERVICE_SPECIFIC_ERROR (1066)
        0x80004005,  # E_FAIL
        0x8000FFFF,  # E_UNEXPECTED
        0x80131500,  # COR_E_EXCEPTION
        0x80131501,  # COR_E_SYSTEM
        0x80131534,  # COR_E_TYPEINITIALIZATION
        0x80131600,  # COR_E_APPLICATION
        0x80131604,  # COR_E_TARGETINVOCATION
        0x80131904,  # COR_E_SqlException
        0xC0000001,  # STATUS_UNSUCCESSFUL
        0xC1900101,  # MOSETUP_E_SETUP_PLATFORM
        0xE0434352,  # EXCEPTION_COMPLUS
    }
)
_KINDS_IN_ORDER: dict[Kind, int] = {
    "failure": 0, "state": 0, "success_action": 1, "progress": 1, "envelope": 2,
}  # fmt: skip


def compose_answers(
    findings: Sequence[Finding], traces: Sequence[Trace], base: KnowledgeBase, text: str
) -> tuple[Answer, ...]:
    """Return one answer per condition that the findings speak of, the most informative first.

    A specific error goes before the envelope that carried it, the root cause of a trace before
    its outer exceptions, a failure before news of success, a sub status before its status; else
    the order of the text holds.
    """
    answers: dict[object, Answer] = {}
    folded = FoldedText(text)
    for finding in findings:
        answer = _answer(finding, base, folded)
        answers.setdefault(_condition(answer), answer)
    details = tuple(filter(None, (detail_behind(f.mention, text) for f in findings)))

    def order(answer: Answer) -> tuple[int, bool, bool]:
        is_root = any(_is_root_of(trace, answer) for trace in traces)
        has_detail = any(detail.is_of(answer.finding.mention, text) for detail in details)
        return _KINDS_IN_ORDER[answer.kind], not is_root, has_detail

    return tuple(sorted(answers.values(), key=order))


def _is_root_of(trace: Trace, answer: Answer) -> bool:
    """Whether the innermost exception of a trace shows this code, or says it in words."""
    root, mention = trace.root, answer.finding.mention
    if root.code is not None and root.code in _values(answer.reading):
        return True
    if not trace.start <= mention.start < trace.end:
        return False
    said = f"{root.message or ''} {root.shown_code or ''} {root.type or ''}"
    return mention.as_written in said


def _values(reading: Reading) -> tuple[int, ...]:
    return (reading.value,) if reading.inner is None else (reading.value, reading.inner.value)


def _condition(answer: Answer) -> object:
    """What two findings must share to be told once: the article, or the innermost code."""
    inner = answer.reading.inner
    if answer.article:
        return answer.article
    if inner is not None:
        return inner.family, inner.value
    return answer.reading.family, answer.reading.value


def _answer(finding: Finding, base: KnowledgeBase, folded: FoldedText) -> Answer:
    codes = tuple(_spellings(finding.best, base))
    article = next(filter(None, map(base.article_for, codes)), None)
    if article is not None:
        return _from_article(finding, article, folded)
    playbook = next(filter(None, map(base.playbook_for, codes)), None)
    if playbook is not None:
        return _from_playbook(finding, playbook, base)
    return _from_structure(finding, base)


def _spellings(reading: Reading, base: KnowledgeBase) -> Iterator[Code]:
    """The code as read, then what it wraps, then what Win32 callers see of it."""
    yield Code(reading.family, reading.value, reading.name)
    if reading.inner is not None:
        yield reading.inner
    statuses = [reading.value] if _is_ntstatus(reading.family, base) else []
    if reading.inner is not None and _is_ntstatus(reading.inner.family, base):
        statuses.append(reading.inner.value)
    yield from filter(None, map(base.win32_of_ntstatus, statuses))


def _is_ntstatus(family: str, base: KnowledgeBase) -> bool:
    known = base.families.get(family)
    return known is not None and known.space == "ntstatus"


def _from_article(finding: Finding, article: Article, folded: FoldedText) -> Answer:
    answer = Answer(
        finding=finding,
        reading=finding.best,
        basis="article",
        title=article.title,
        summary=article.summary,
        kind=article.kind,
        article=article.id,
        others=finding.readings[1:],
        meaning=article.meaning,
        background=article.background,
        seen_in=article.seen_in,
        impact=article.impact,
        causes=article.causes,
        diagnose=article.diagnose,
        fix=article.fix,
        never=article.never,
        developer_notes=article.developer_notes,
        faq=article.faq,
        related=article.related,
        sources=article.sources,
        updated=article.updated.isoformat(),
    )
    return _in_context(answer, article, folded)


def _in_context(answer: Answer, article: Article, folded: FoldedText) -> Answer:
    selection = select_variant(folded, article.context)
    if selection is None:
        return answer
    variant = selection.variant
    causes = first_of(answer.causes, variant.causes)
    checks = (variant.first_check, *(cause.check for cause in causes[: len(variant.causes)]))
    return replace(
        answer,
        context=selection.told(),
        causes=causes,
        diagnose=first_of(answer.diagnose, dict.fromkeys(checks)),
    )


def _from_playbook(finding: Finding, playbook: Playbook, base: KnowledgeBase) -> Answer:
    reading = finding.best
    return Answer(
        finding=finding,
        reading=reading,
        basis="playbook",
        title=f"{reading.name or reading.hex}: {playbook.title}",
        summary=playbook.summary,
        kind=_kind(reading, base),
        playbook=playbook.id,
        others=finding.readings[1:],
        meaning=" ".join([*structure_of(reading, base), _ABOUT_THE_PLAYBOOK]),
        seen_in=playbook.where_it_logs,
        causes=playbook.causes,
        diagnose=playbook.diagnose,
        fix=playbook.fix,
        faq=playbook.faq,
        sources=playbook.sources,
        updated=playbook.updated.isoformat(),
    )


_ABOUT_THE_PLAYBOOK = "No article is about this code; the steps are those for its subsystem."


def _from_structure(finding: Finding, base: KnowledgeBase) -> Answer:
    reading = finding.best
    family = base.families.get(reading.family)
    step = look_up_step(reading, base)
    return Answer(
        finding=finding,
        reading=reading,
        basis="structure",
        title=f"{reading.name or reading.hex}: {family.title if family else 'unknown code'}",
        summary=summary_of(reading, base),
        kind=_kind(reading, base),
        others=finding.readings[1:],
        diagnose=() if step is None else (step,),
    )


def _kind(reading: Reading, base: KnowledgeBase) -> Kind:
    if ENVELOPES.intersection(_values(reading)):
        return "envelope"
    return kind_of(reading, base)
