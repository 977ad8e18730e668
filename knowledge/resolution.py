"""mentions + context -> findings: every plausible reading of each mention, ranked, with its reason.

A number can be several things: 0x7E is ERROR_MOD_NOT_FOUND and a bug check. Each family that has
the value is a candidate; the words before the number, the words around it, the way it is written
and how often people meet it decide the order. No candidate is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.base import KnowledgeBase
from knowledge.candidates import Candidate, candidates_of_name, candidates_of_value
from knowledge.codes.code import format_hex
from knowledge.extraction.family_words import FamilyWords
from knowledge.findings import Finding, Mention, NumberForm, Reading

# A text with more different codes than this (twice as many as are answered) is a table of them: the
# rest is not looked up.
MAX_DIFFERENT = 50
# A number that stands alone has no words around it.
NO_WORDS = FamilyWords(None, "")


def resolve(
    mentions: Iterable[Mention], base: KnowledgeBase, words: FamilyWords
) -> tuple[Finding, ...]:
    """Return a finding for every mention that can be read as a code, in reading order.

    `words` are those of the text that announce a family.
    """
    findings = []
    # A log repeats its error: the same number after the same words is read once.
    read: dict[tuple[object, ...], tuple[Reading, ...]] = {}
    for mention in mentions:
        key = (mention.value, mention.form, mention.cue, mention.names, mention.confidence)
        if key not in read:
            if len(read) >= MAX_DIFFERENT:
                continue
            read[key] = readings_of(mention, base, words)
        if read[key]:
            findings.append(Finding(mention, read[key]))
    return tuple(findings)


def readings_of(
    mention: Mention, base: KnowledgeBase, words: FamilyWords = NO_WORDS
) -> tuple[Reading, ...]:
    """Return every reading of one mention, best first; empty when nothing is known about it."""
    if mention.value is None or mention.kind == "symbol":
        candidates = _candidates_of_names(mention, base)
    else:
        candidates = candidates_of_value(mention.value, base)
        for candidate in candidates:
            _score(candidate, mention, words.near(candidate.family, mention.start), base)
        if len(candidates) == 1 and mention.cue is None:
            _say_alone(candidates[0])
    return _as_readings(candidates, mention.confidence)


def _candidates_of_names(mention: Mention, base: KnowledgeBase) -> list[Candidate]:
    wrapped = mention.cue == "hresult" or mention.as_written.startswith("HRESULT_FROM_")
    name = mention.names[0] if mention.names else ""
    candidates = candidates_of_name(name, base, wrapped=wrapped)
    for candidate in candidates:
        family = base.family(candidate.family)
        is_met = base.best_rank(candidate.family, candidate.value, candidate.names) is not None
        candidate.score = 0.05 + family.prior + (0.5 if is_met else 0)
        candidate.why = "the name is its own"
    return candidates


def _say_alone(candidate: Candidate) -> None:
    """The plainest of all reasons, where nothing in the text gave a better one."""
    if candidate.names and candidate.inner is None and "stands beside" not in candidate.why:
        candidate.why = "no other family of codes has this number"


def _score(
    candidate: Candidate, mention: Mention, near: Sequence[str], base: KnowledgeBase
) -> None:
    family = base.family(candidate.family)
    score = 0.01 + family.prior
    form_factor, why = _form_factor(family.space, candidate.value, mention.form)
    score *= form_factor
    if mention.cue is not None and _announces(
        mention.cue, candidate.family, family.space, candidate.value
    ):
        # "ldap 49" names the family itself, "exit code 5" only the kind of number.
        named = _names_family(mention.cue, candidate.family)
        score = (0.01 + family.prior) * 12 + (10.0 if named else 0.3)
        why = f"the words before it announce {family.title}"
    words = near[:2]
    if words:
        # In full, families of one value are told apart by nothing else.
        score *= 30 if candidate.value > 0xFFFF else 4
        if family.space in ("own", "bugcheck"):
            # Their numbers are everybody's numbers: only the words around them can tell.
            score += 0.6 * len(words)
        if form_factor < 1 or not why:
            why = f"“{words[0]}” stands beside it"
    rank = base.best_rank(candidate.family, candidate.value, candidate.names)
    if rank is not None:
        # Four to nine times: 0xD1 is the stop code that everybody meets, not Win32 error 209.
        score *= 4 + 5 * max(0, 700 - rank) / 700
    if candidate.is_alias:
        score = 0.02 * (0.01 + family.prior)
    if not candidate.names and candidate.value >= 0x8000_0000:
        why = "no name is published for it; its bits say what it is"
    elif candidate.inner is not None and not candidate.why:
        why = f"it wraps {candidate.inner.name} ({format_hex(candidate.inner.value)})"
    candidate.score, candidate.why = score, why or "the number is in this family"


def _names_family(cue: str, family: str) -> bool:
    # What people call an MSI error is an exit code or a message number.
    return cue == family or (cue, family) == ("msi", "msi_internal")


def _announces(cue: str, family: str, space: str, value: int) -> bool:
    if _names_family(cue, family):
        return True
    if cue == "hresult" and value >= 0xC000_0000:
        return False  # programs say hr of everything; failed HRESULTs begin with 8
    if cue == "exit":
        return space == "ntstatus" if value >= 0x4000_0000 else space == "win32"
    if cue == "errno":
        return family == "errno" if value < 141 else space == "win32"
    return cue == space


def _form_factor(space: str, value: int, form: NumberForm | None) -> tuple[float, str]:
    """How well a family's kind of number fits the value and the way it is written."""
    if value >= 0x8000_0000:
        return _factor_of_large(space, value)
    if value > 0xFFFF:
        return (1.0 if space in ("hresult", "ntstatus") else 0.6), ""
    written_in_hex = form in ("hex", "bare_hex")
    if space == "win32":
        return 1.0, "a number of this size is mostly a system error code"
    if space == "bugcheck":
        return (
            0.5 if written_in_hex and value < 0x300 else 0.05
        ), "bug checks are written in hexadecimal"
    if space in ("ntstatus", "hresult"):
        return 0.1, ""
    return 0.5, ""


def _factor_of_large(space: str, value: int) -> tuple[float, str]:
    by_bits = {0x8: "hresult", 0x9: "hresult", 0xA: "hresult", 0xB: "hresult"}
    expected = by_bits.get(value >> 28, "ntstatus")
    if space == expected:
        return (
            1.0,
            f"its top bits are those of an {'HRESULT' if expected == 'hresult' else 'NTSTATUS'}",
        )
    return (0.3 if space in ("hresult", "ntstatus") else 0.2), ""


def _as_readings(candidates: list[Candidate], confidence: float) -> tuple[Reading, ...]:
    """Turn scores into confidences that share out the mention's own; best first."""
    merged = _merge_same_names(candidates)
    total = sum(candidate.score for candidate in merged) or 1.0
    readings = [
        Reading(
            candidate.family,
            candidate.value,
            candidate.names[0] if candidate.names else None,
            tuple(candidate.names),
            round(confidence * candidate.score / total, 3),
            candidate.why,
            candidate.inner,
        )
        for candidate in merged
    ]
    readings.sort(key=lambda reading: -reading.confidence)
    return tuple(readings)


def _merge_same_names(candidates: list[Candidate]) -> list[Candidate]:
    """A name that two families list for one value (5 in win32 and in msi) is one reading."""
    kept: dict[tuple[int, str], Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: -c.score):
        key = (candidate.value, candidate.names[0] if candidate.names else candidate.family)
        if key in kept:
            kept[key] = replace(kept[key], score=kept[key].score + candidate.score)
        else:
            kept[key] = candidate
    return list(kept.values())
