"""What people ask for: the code on a button, and whether to let them choose between readings."""

from __future__ import annotations

from bot.rendering.refs import CodeRef
from knowledge import (
    Answer,
    Explanation,
    Finding,
    KnowledgeBase,
    Reading,
    explain,
)
from knowledge.answers import compose_answers

# Below this share of all readings' confidence the best one is a guess: let people choose.
_CLEAR_SHARE = 0.5


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


def named_answer(code: str, base: KnowledgeBase) -> Answer | None:
    """The answer to `family:0x00000005`, as the store names codes; None for what is none."""
    family, _, number = code.partition(":")
    try:
        value = int(number, 16)
    except ValueError:
        return None
    return answer_ref(CodeRef(family, value), base) if 0 <= value <= 0xFFFF_FFFF else None


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
