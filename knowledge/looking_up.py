"""A text that is only a code or a name -> its finding: every reading is listed."""

from __future__ import annotations

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.extraction.whole import NumberForms, Query
from knowledge.findings import Finding, Mention, Reading
from knowledge.resolution import readings_of


def resolve_query(query: Query, text: str, base: KnowledgeBase) -> tuple[Finding, ...]:
    """Return what a text that is only a code or a name can mean; every reading is listed."""
    if query.substatus is not None:
        return _iis_status(query, query.substatus, text, base)
    if query.name is not None:
        asked = [_asked(query, text)]
    else:
        # What is left for the second way to read the same digits (`80`: 80, then 0x80).
        weights = (1.0, 0.3, 0.3)
        numbers = query.numbers
        if query.hint == "bugcheck" and "bugcheckcode" not in text.lower():
            # BugCheck 133 is hexadecimal; only the event log prints stop codes in decimal.
            numbers = tuple(sorted(numbers, key=lambda number: not _is_stop_code(number, base)))
        asked = [
            _asked(query, text, number, weight)
            for number, weight in zip(numbers, weights, strict=False)
        ]
    read = [(mention, readings_of(mention, base)) for mention in asked]
    if query.hint == "event_id":
        read = [(mention, _only(readings, "event_id")) for mention, readings in read]
    elif query.led and query.hint is None:
        read = [(mention, _of_errors(mention, readings, base)) for mention, readings in read]
    known = [(mention, readings) for mention, readings in read if readings]
    if not known:
        return ()
    return (Finding(known[0][0], tuple(reading for _, found in known for reading in found)),)


def _is_stop_code(number: NumberForms, base: KnowledgeBase) -> bool:
    in_hex = number.form in ("hex", "bare_hex")
    return in_hex and any(code.family == "bugcheck" for code in base.codes_with_value(number.value))


def _only(readings: tuple[Reading, ...], family: str) -> tuple[Reading, ...]:
    return tuple(reading for reading in readings if reading.family == family)


def _of_errors(
    mention: Mention, readings: tuple[Reading, ...], base: KnowledgeBase
) -> tuple[Reading, ...]:
    """Return the readings behind a word such as “error”.

    “Error 252” is no stop code: those are written in hexadecimal, and called stop codes. And it is
    0x252 only where people meet that (“error 643” of Windows Update is 0x643).
    """
    if mention.form == "decimal":
        return tuple(reading for reading in readings if reading.family != "bugcheck")
    if mention.form == "bare_hex" and mention.as_written.isdecimal() and mention.confidence < 1:
        return tuple(r for r in readings if base.rank(Code(r.family, r.value, r.name)) is not None)
    return readings


def _iis_status(
    query: Query, substatus: int, text: str, base: KnowledgeBase
) -> tuple[Finding, ...]:
    """Return the finding for 500.19; nothing for a pair that IIS does not document."""
    status = query.numbers[0]
    if not base.is_iis_substatus(status.value, substatus):
        return ()
    name = f"HTTP {status.value}.{substatus}"
    why = "IIS documents this pair of status and substatus"
    reading = Reading("http_status", status.value, name, (name,), 1.0, why)
    return (Finding(_asked(query, text, status), (reading,)),)


def _asked(
    query: Query, text: str, number: NumberForms | None = None, confidence: float = 1.0
) -> Mention:
    start, end = query.start, query.end
    if number is None:
        names = (query.name,) if query.name else ()
        return Mention(
            start, end, text[start:end], "symbol", cue=query.hint, names=names,
            confidence=confidence, why="you asked for this name",
        )  # fmt: skip
    return Mention(
        start, end, text[start:end], "number", number.value, number.form, query.hint,
        confidence=confidence, why="you asked for this number",
    )  # fmt: skip
