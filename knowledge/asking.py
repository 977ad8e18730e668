"""A question -> what it asks about: there `1053` is meant as a code, in an alert it is not."""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.answers import compose_answers
from knowledge.asked_numbers import LOOK_BACK, AskedNumbers, is_version
from knowledge.base import KnowledgeBase
from knowledge.codes.code import MAX_CODE
from knowledge.explanation import Explanation, Mark, explain, unmarked
from knowledge.extraction.known import CatalogueView
from knowledge.extraction.whole import announced_family
from knowledge.findings import Finding, Mention, NumberForm
from knowledge.resolution import resolve
from knowledge.suggestions import suggest_in_question
from knowledge.surfaces import THRESHOLDS, Surface, Thresholds
from knowledge.wording import well_formed

QUESTION_CHARS = 300
"""In a longer text only what is written like a code counts: it is a log, not a question."""
ASKED_NUMBER = "you asked for this number"
_MOST_ASKED = 4
_WORDS_OF_NAME = 7
_WORD = re.compile(r"[A-Za-z0-9]+")
_CONFIDENCE = 0.6
_ASKED = re.compile(
    r"(?<![\w.,:/$#-])(?:(?P<hex>0[xX][0-9A-Fa-f]{1,8})|(?P<signed>-[0-9]{3,10})"
    r"|(?P<bare>[89A-Ca-c][0-9A-Fa-f]{7})|(?P<decimal>[0-9]{3,10})|(?P<small>[0-9]{1,2})"
    r"|(?P<name>[A-Z][A-Z0-9]{0,30}_[A-Z0-9_]{2,80}))(?![\w-]|[.,:][0-9])"
)
_ASKED_HEX = re.compile(r"(?<![\w.])(?P<hex>0[xX][0-9A-Fa-f]{2,8})(?!\w)")
_EVENT = re.compile(
    r"\bevents?(?:\s(?:ids?|log|number|error))?[\s:=#]{1,2}(?:\d{3,5}(?:,|,? and| or|/)\s?){0,3}$",
    re.IGNORECASE,
)
_STOP_CODE_DIGITS = 3
_SMALL = 0xFFFF


def explain_asked(
    text: str,
    base: KnowledgeBase,
    surface: Surface,
    thresholds: Thresholds = THRESHOLDS,
    mark: Mark = unmarked,
) -> Explanation:
    """What there is to say to somebody who asks: a code without any word around it counts too.

    In a short question every form of a code counts, in a long text only those with `0x`. `mark`
    hears of the stages of `explain`, and of the one that only those who ask get: asked.
    """
    text = well_formed(text)
    explanation = explain(text, base, surface=surface, thresholds=thresholds, mark=mark)
    if len(text) <= QUESTION_CHARS:
        explanation = _without_versions(explanation, text)
    if explanation.answers or explanation.suggestions or explanation.fault:
        return explanation
    words = CatalogueView(base).words_of(text)
    found: dict[tuple[str, int], Finding] = {}
    for finding in resolve([*_asked(text), *_stop_codes_in_words(text, base)], base, words):
        mention, best = finding.mention, finding.best
        if mention.cue == "event_id" != best.family:
            continue  # an event that we know nothing about is no code of another family
        if best.family == "bugcheck" != mention.cue and mention.form == "decimal":
            continue  # stop codes are written in hexadecimal: “error 252” is none
        if finding.best.inner or base.codes_with_value(finding.best.value):
            found.setdefault((finding.best.family, finding.best.value), finding)
    findings = tuple(found.values())[:_MOST_ASKED]
    mark("asked")
    if not findings:
        return _with_near_misses(explanation, text, base)
    # Alone, a number is a look-up: every reading is offered.
    alone = len(findings) == 1 and findings[0].mention.kind == "number"
    answers = compose_answers(findings, (), base, text)
    return Explanation(findings, explanation.traces, answers, is_lookup=alone)


def _with_near_misses(explanation: Explanation, text: str, base: KnowledgeBase) -> Explanation:
    """A short question names a code that nobody knows: the nearest ones are offered."""
    near = suggest_in_question(text, base) if len(text) <= QUESTION_CHARS else None
    return replace(explanation, unknown=near[0], suggestions=near[1]) if near else explanation


def _without_versions(explanation: Explanation, text: str) -> Explanation:
    """Leave out what a question names as a version: `Windows 2019 bluescreen` is no code 2019."""

    def is_named(finding: Finding) -> bool:
        mention, best = finding.mention, finding.best
        is_number = mention.kind == "number" and mention.form == "decimal"
        return is_number and mention.cue != best.family and is_version(text, mention.start)

    named = [finding for finding in explanation.findings if is_named(finding)]
    if not named:
        return explanation
    return replace(
        explanation,
        findings=tuple(each for each in explanation.findings if each not in named),
        answers=tuple(each for each in explanation.answers if each.finding not in named),
    )


def _stop_codes_in_words(text: str, base: KnowledgeBase) -> list[Mention]:
    """The names of stop codes as people read them from the screen: "dpc watchdog violation"."""
    if len(text) > QUESTION_CHARS:
        return []
    words = list(_WORD.finditer(text))
    for count in range(min(_WORDS_OF_NAME, len(words)), 1, -1):
        for first in range(len(words) - count + 1):
            run = words[first : first + count]
            name = "_".join(word[0] for word in run).upper()
            if any(code.family == "bugcheck" for code in base.codes_named(name)):
                start, end = run[0].start(), run[-1].end()
                return [Mention(start, end, text[start:end], "symbol", cue="bugcheck",
                                names=(name,), confidence=_CONFIDENCE,
                                why="the name of a stop code, in words")]  # fmt: skip
    return []


def _asked(text: str) -> list[Mention]:
    """Every place of a question that may be the code it asks about."""
    form = _ASKED if len(text) <= QUESTION_CHARS else _ASKED_HEX
    family = announced_family(text[:QUESTION_CHARS])
    numbers = AskedNumbers(text)
    mentions = []
    for match in form.finditer(text):
        mention = _mention(match, numbers, family)
        if mention is not None:
            mentions.append(mention)
    return mentions


def _mention(match: re.Match[str], numbers: AskedNumbers, family: str | None) -> Mention | None:
    kind, written = str(match.lastgroup), match[0]
    start, end = match.span()
    if kind == "name":
        return Mention(start, end, written, "symbol", names=(written,), confidence=_CONFIDENCE,
                       why="you asked for this name")  # fmt: skip
    before = match.string[max(0, start - LOOK_BACK) : start]
    if _EVENT.search(before):
        family = "event_id"
    in_hex = kind in ("hex", "bare") or (family == "bugcheck" and len(written) <= _STOP_CODE_DIGITS)
    value = int(written, 16 if in_hex else 10)
    if not -0x8000_0000 <= value <= MAX_CODE or not numbers.is_code(kind, start, end, value):
        return None
    forms: dict[str, NumberForm] = {"hex": "hex", "bare": "bare_hex", "signed": "signed"}
    cue = family if 0 <= value <= _SMALL else None
    return Mention(start, end, written, "number", value & MAX_CODE, forms.get(kind, "decimal"), cue,
                   confidence=_CONFIDENCE, why=ASKED_NUMBER)  # fmt: skip
