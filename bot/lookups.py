"""What people ask for: the code on a button, or the codes in a question."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.rendering.refs import CodeRef
from knowledge import (
    Answer,
    Explanation,
    Finding,
    KnowledgeBase,
    Reading,
    Surface,
    Thresholds,
    explain,
)
from knowledge.answers import compose_answers

# Below this share of all readings' confidence the best one is a guess: let people choose.
_CLEAR_SHARE = 0.5

# In an alert a bare `0x2F7` is no error; in a question it is what the question is about.
_ASKED_CODE = re.compile(
    r"(?<![\w.])(?:0[xX][0-9A-Fa-f]{1,8}|-[0-9]{3,10}|[0-9]{3,10}|[0-9A-F]{8}"
    r"|[A-Z][A-Z0-9]{1,30}_[A-Z0-9_]{2,80})(?![\w.-]|\.[0-9])"
)
_ASKED_HEX = re.compile(r"(?<![\w.])0[xX][0-9A-Fa-f]{2,8}(?!\w)")
_QUESTION_CHARS = 300
_MOST_ASKED = 4


def explain_asked(
    text: str, base: KnowledgeBase, surface: Surface, thresholds: Thresholds
) -> Explanation:
    """What there is to say to somebody who asks: a code without any word around it counts too.

    In a short question every form of a code counts, in a long text only those with `0x`.
    """
    explanation = explain(text, base, surface=surface, thresholds=thresholds)
    if explanation.answers or explanation.suggestions or explanation.fault:
        return explanation
    form = _ASKED_CODE if len(text) <= _QUESTION_CHARS else _ASKED_HEX
    asked = list(dict.fromkeys(form.findall(text)))[:_MOST_ASKED]
    found = [explain(code, base, surface="command") for code in asked]
    known = [each for each in found if each.answers]
    if len(known) <= 1:
        return next(iter(known or found), explanation)
    answers = tuple(answer for each in known for answer in each.answers[:1])
    return replace(known[0], answers=answers, is_lookup=False)


def answer_ref(ref: CodeRef, base: KnowledgeBase) -> Answer | None:
    """The answer for one reading of a number; None when the knowledge has it no longer."""
    text = f"0x{ref.value:08X}"
    explanation = explain(text, base, surface="command")
    for finding in explanation.findings:
        chosen = _choose(finding, ref)
        if chosen is not None:
            rest = tuple(reading for reading in finding.readings if reading is not chosen)
            ordered = Finding(finding.mention, (chosen, *rest))
            return next(iter(compose_answers((ordered,), (), base, text)), None)
    return None


def ambiguous_readings(explanation: Explanation) -> tuple[Reading, ...]:
    """All readings of a looked-up number when none of them stands out, else nothing."""
    if not explanation.is_lookup or len(explanation.findings) != 1:
        return ()
    readings = explanation.findings[0].readings
    total = sum(reading.confidence for reading in readings)
    if len(readings) < 2 or readings[0].confidence >= _CLEAR_SHARE * total:
        return ()
    return readings


def _choose(finding: Finding, ref: CodeRef) -> Reading | None:
    same_value = [reading for reading in finding.readings if reading.value == ref.value]
    exact = (reading for reading in same_value if reading.family == ref.family)
    # A name that two families list is one reading, under the name of either.
    return next(exact, same_value[0] if same_value else None)
