"""mentions + context -> findings: every plausible reading of each mention, ranked, with its reason.

A number can be several things: 0x7E is ERROR_MOD_NOT_FOUND and a bug check. Each family that has
the value is a candidate; the words before the number, the words around it, the way it is written
and how often people meet it decide the order. No candidate is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code, format_hex
from knowledge.extraction.family_words import FamilyWords
from knowledge.extraction.whole import NumberForms, Query
from knowledge.findings import Finding, Mention, NumberForm, Reading

# Names of the same condition that another family lists again (security events and SEH filters
# print plain NTSTATUS values): the reading is the family's on the right.
_VIEWS = {"seh": "ntstatus", "logon_substatus": "ntstatus", "runtime_exception": "ntstatus"}

# A number that stands alone has no words around it.
NO_WORDS = FamilyWords(None, "")

_FROM_WIN32 = 0x8007_0000
_NT_FROM_WIN32 = (0xC007_0000, 0x4007_0000)
_NT_BIT = 0x1000_0000
# AppX and MSIX document these Win32 errors only in their HRESULT form, under the Win32 name.
_KNOWN_BY_INNER_NAME = frozenset({"appx"})


@dataclass(slots=True)
class _Candidate:
    """A family that has the value, before the scores are made into confidences."""

    family: str
    value: int
    names: list[str]
    score: float
    why: str
    inner: Code | None = None
    is_alias: bool = False


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
            read[key] = readings_of(mention, base, words)
        if read[key]:
            findings.append(Finding(mention, read[key]))
    return tuple(findings)


def resolve_query(query: Query, text: str, base: KnowledgeBase) -> tuple[Finding, ...]:
    """Return what a text that is only a code or a name can mean; every reading is listed."""
    if query.name is not None:
        asked = [_asked(query, text)]
    else:
        # What is left for the second way to read the same digits (`80`: 80, then 0x80).
        weights = (1.0, 0.3, 0.3)
        asked = [
            _asked(query, text, number, weight)
            for number, weight in zip(query.numbers, weights, strict=False)
        ]
    read = [(mention, readings_of(mention, base)) for mention in asked]
    known = [(mention, readings) for mention, readings in read if readings]
    if not known:
        return ()
    return (Finding(known[0][0], tuple(reading for _, found in known for reading in found)),)


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


def readings_of(
    mention: Mention, base: KnowledgeBase, words: FamilyWords = NO_WORDS
) -> tuple[Reading, ...]:
    """Return every reading of one mention, best first; empty when nothing is known about it."""
    if mention.value is None:
        return _readings_of_name(mention, base)
    candidates = _by_family(mention.value, base)
    _add_wrappers(mention.value, candidates, base)
    if not candidates:
        _add_structure(mention.value, candidates)
    for candidate in candidates.values():
        near = words.near(candidate.family, mention.start)
        _score(candidate, mention, near, base)
    if len(candidates) == 1 and mention.cue is None:
        _say_alone(next(iter(candidates.values())))
    return _as_readings(list(candidates.values()), mention.confidence)


def _say_alone(candidate: _Candidate) -> None:
    """The plainest of all reasons, where nothing in the text gave a better one."""
    if candidate.names and candidate.inner is None and "stands beside" not in candidate.why:
        candidate.why = "no other family of codes has this number"


def _readings_of_name(mention: Mention, base: KnowledgeBase) -> tuple[Reading, ...]:
    codes = base.codes_named(mention.names[0]) if mention.names else ()
    if mention.as_written.startswith("HRESULT_FROM_") or mention.cue == "hresult":
        wrapped = _wrapped_name(codes, base)
        if wrapped:
            return _as_readings([wrapped], mention.confidence)
    candidates: dict[tuple[str, int], _Candidate] = {}
    for code in codes:
        family = _VIEWS.get(code.family, code.family)
        names = _names_of(family, code, base)
        candidate = _Candidate(family, code.value, names, 0.0, "the name is its own")
        candidate.score = 0.05 + base.family(family).prior + (0.5 if base.rank(code) else 0)
        candidate.inner = _inner_of(code.value, base)
        candidates.setdefault((family, code.value), candidate)
    return _as_readings(list(candidates.values()), mention.confidence)


def _wrapped_name(codes: Sequence[Code], base: KnowledgeBase) -> _Candidate | None:
    for code in codes:
        if base.family(code.family).space == "win32" and code.value <= 0xFFFF:
            return _candidate_from_win32(_FROM_WIN32 | code.value, code, base)
        if base.family(code.family).space == "ntstatus":
            name = f"HRESULT_FROM_NT({code.name})"
            return _Candidate("hresult", code.value | _NT_BIT, [name], 1.0,
                              "an HRESULT made from an NTSTATUS", code)  # fmt: skip
    return None


def _names_of(family: str, code: Code, base: KnowledgeBase) -> list[str]:
    """The code's own name first, then the others that its family has for the value."""
    others = [
        other.name
        for other in base.codes_with_value(code.value)
        if other.name and _VIEWS.get(other.family, other.family) == family
    ]
    return list(dict.fromkeys([*([code.name] if code.name else []), *others]))


def _by_family(value: int, base: KnowledgeBase) -> dict[str, _Candidate]:
    candidates: dict[str, _Candidate] = {}
    codes = sorted(base.codes_with_value(value), key=lambda code: _name_order(code, base))
    for code in codes:
        family = _VIEWS.get(code.family, code.family)
        if family not in candidates:
            candidates[family] = _Candidate(family, value, [], 0.0, "", None)
        if code.name and code.name not in candidates[family].names:
            candidates[family].names.append(code.name)
    return candidates


def _name_order(code: Code, base: KnowledgeBase) -> tuple[int, int]:
    """Ranked names first, then the family that defines the value before its views."""
    return (base.rank(code) or 10_000, 1 if code.family in _VIEWS else 0)


def _add_wrappers(value: int, candidates: dict[str, _Candidate], base: KnowledgeBase) -> None:
    if value & 0xFFFF_0000 == _FROM_WIN32:
        inner = _win32(value & 0xFFFF, base)
        if inner is not None:
            # COR_E_FILENOTFOUND, MAPI_E_NO_ACCESS…: what else this wrapped error is called.
            for alias in candidates.values():
                alias.is_alias = True
            candidates["hresult"] = _candidate_from_win32(value, inner, base)
    elif value & 0xFFFF_0000 in _NT_FROM_WIN32:
        inner = _win32(value & 0xFFFF, base)
        if inner is not None and not candidates:
            candidates["ntstatus"] = _Candidate(
                "ntstatus", value, [f"NTSTATUS_FROM_WIN32({inner.name})"], 0.0, "", inner
            )
    elif value >> 28 == 0xD:
        status = _ntstatus(value & ~_NT_BIT, base)
        if status is not None and not candidates:
            candidates["hresult"] = _Candidate(
                "hresult", value, [f"HRESULT_FROM_NT({status.name})"], 0.0, "", status
            )


def _candidate_from_win32(value: int, inner: Code, base: KnowledgeBase) -> _Candidate:
    names = [f"HRESULT_FROM_WIN32({inner.name})", inner.name or ""]
    official = [
        code.name for code in base.codes_with_value(value) if code.name and code.family == "hresult"
    ]
    if inner.family in _KNOWN_BY_INNER_NAME:
        names.reverse()
    return _Candidate("hresult", value, list(dict.fromkeys([*official, *names])), 1.0,
                      "0x8007 wraps a Win32 error", inner)  # fmt: skip


def _inner_of(value: int, base: KnowledgeBase) -> Code | None:
    if value & 0xFFFF_0000 == _FROM_WIN32 or value & 0xFFFF_0000 in _NT_FROM_WIN32:
        return _win32(value & 0xFFFF, base)
    return _ntstatus(value & ~_NT_BIT, base) if value >> 28 == 0xD else None


def _win32(value: int, base: KnowledgeBase) -> Code | None:
    """Return the system error code of that number; the most met name where there are several."""
    codes = [
        c for c in base.codes_with_value(value) if c.name and base.family(c.family).space == "win32"
    ]
    return min(
        codes, key=lambda c: (base.rank(c) or 10_000, -base.family(c.family).prior), default=None
    )


def _ntstatus(value: int, base: KnowledgeBase) -> Code | None:
    codes = [c for c in base.codes_with_value(value) if c.name and c.family == "ntstatus"]
    return codes[0] if codes else None


def _add_structure(value: int, candidates: dict[str, _Candidate]) -> None:
    """A number without a row still has a form: its top bits say HRESULT or NTSTATUS."""
    if value >= 0xC000_0000:
        candidates["ntstatus"] = _Candidate("ntstatus", value, [], 0.0, "")
    elif value >= 0x8000_0000:
        candidates["hresult"] = _Candidate("hresult", value, [], 0.0, "")


def _score(
    candidate: _Candidate, mention: Mention, near: Sequence[str], base: KnowledgeBase
) -> None:
    family = base.family(candidate.family)
    score = 0.01 + family.prior
    form_factor, why = _form_factor(family.space, candidate.value, mention.form)
    score *= form_factor
    if mention.cue is not None and _announces(
        mention.cue, candidate.family, family.space, candidate.value
    ):
        score = (0.01 + family.prior) * 12 + 0.3
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
    rank = _best_rank(candidate, base)
    if rank is not None:
        # Four to nine times: 0xD1 is the stop code that everybody meets, not Win32 error 209.
        score *= 4 + 5 * max(0, 700 - rank) / 700
    if candidate.is_alias:
        score = 0.02 * (0.01 + family.prior)
    if not candidate.names:
        why = "no name is published for it; its bits say what it is"
    elif candidate.inner is not None and not candidate.why:
        why = f"it wraps {candidate.inner.name} ({format_hex(candidate.inner.value)})"
    candidate.score, candidate.why = score, why or "the number is in this family"


def _best_rank(candidate: _Candidate, base: KnowledgeBase) -> int | None:
    codes = (Code(candidate.family, candidate.value, name) for name in candidate.names)
    ranks = [rank for code in codes if (rank := base.rank(code)) is not None]
    return min(ranks, default=None)


def _announces(cue: str, family: str, space: str, value: int) -> bool:
    if cue == family:
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


def _as_readings(candidates: list[_Candidate], confidence: float) -> tuple[Reading, ...]:
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


def _merge_same_names(candidates: list[_Candidate]) -> list[_Candidate]:
    """A name that two families list for one value (5 in win32 and in msi) is one reading."""
    kept: dict[tuple[int, str], _Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: -c.score):
        key = (candidate.value, candidate.names[0] if candidate.names else candidate.family)
        if key in kept:
            kept[key] = replace(kept[key], score=kept[key].score + candidate.score)
        else:
            kept[key] = candidate
    return list(kept.values())
