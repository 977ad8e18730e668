"""What must hold between the fields of an article or a playbook: every reference leads somewhere.

The rules read plain data, not models, so that they also run where single fields are already wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]
Place = tuple[str | int, ...]
Finding = tuple[Place, str]
Rule = Callable[[Data], Iterator[Finding]]

KINDS_WITHOUT_FIX = frozenset({"success_action", "progress", "envelope"})
RISKS_TO_UNDO = frozenset({"weakens security", "loses data"})
_NUMBER_OR_SYMBOL = re.compile(r"[0-9]|[A-Z]{2,}_[A-Z]")


def parts(data: Data, field: str) -> list[tuple[int, Data]]:
    """The mappings of a list field with their index; what is not a mapping is left out."""
    items = data.get(field)
    if not isinstance(items, list | tuple):
        return []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, Mapping)]


def ids(data: Data, field: str) -> set[str]:
    """The ids of the parts of a list field."""
    return {item["id"] for _, item in parts(data, field) if isinstance(item.get("id"), str)}


def _known(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def ids_are_unique(data: Data) -> Iterator[Finding]:
    """No two causes and no two steps have the same id."""
    for field in ("causes", "diagnose"):
        seen: set[object] = set()
        for index, item in parts(data, field):
            name = item.get("id")
            if name is not None and str(name) in seen:
                yield (field, index, "id"), f"{name!r} is used twice: give each its own id"
            seen.add(str(name))


def checks_exist(data: Data) -> Iterator[Finding]:
    """Every cause names the diagnose step that shows it."""
    steps = ids(data, "diagnose")
    for index, cause in parts(data, "causes"):
        check = cause.get("check")
        if check is None:
            yield ("causes", index, "check"), f"is missing: name a diagnose id ({_known(steps)})"
        elif check not in steps:
            message = f"no diagnose step has the id {check!r}: there are {_known(steps)}"
            yield ("causes", index, "check"), message


def fixes_have_causes(data: Data) -> Iterator[Finding]:
    """Every fix removes a cause that is listed."""
    causes = ids(data, "causes")
    for index, fix in parts(data, "fix"):
        target = fix.get("for_cause")
        if target not in causes:
            message = f"no cause has the id {target!r}: there are {_known(causes)}"
            yield ("fix", index, "for_cause"), message


def risky_fixes_can_be_undone(data: Data) -> Iterator[Finding]:
    """A fix that weakens security or loses data says how to go back."""
    for index, fix in parts(data, "fix"):
        if fix.get("risk") in RISKS_TO_UNDO and not fix.get("undo"):
            yield ("fix", index, "undo"), f"is missing: this fix {fix['risk']}, say how to go back"


def first_step_changes_nothing(data: Data) -> Iterator[Finding]:
    """Diagnosis begins with looking."""
    for index, step in parts(data, "diagnose")[:1]:
        if step.get("changes", "nothing") != "nothing":
            yield ("diagnose", index, "changes"), "the first step must change nothing: reorder"


def variants_point_at_parts(data: Data) -> Iterator[Finding]:
    """A context variant refers to causes and steps that exist."""
    causes, steps = ids(data, "causes"), ids(data, "diagnose")
    for index, variant in parts(data, "context"):
        first = variant.get("first_check")
        if first is not None and first not in steps:
            message = f"no diagnose step has the id {first!r}: there are {_known(steps)}"
            yield ("context", index, "first_check"), message
        for number, cause in enumerate(variant.get("causes") or ()):
            if cause not in causes:
                message = f"no cause has the id {cause!r}: there are {_known(causes)}"
                yield ("context", index, "causes", number), message


def causes_are_several(data: Data) -> Iterator[Finding]:
    """Two causes at least, or a reason why the code has only one."""
    if len(data.get("causes") or ()) < 2 and not data.get("single_cause"):
        yield ("causes",), "fewer than 2: add one, or say in single_cause why there is only one"


def fix_is_present(data: Data) -> Iterator[Finding]:
    """A failure has a fix; news of success and envelopes need none."""
    if not data.get("fix") and data.get("kind") not in KINDS_WITHOUT_FIX:
        yield ("fix",), f"is missing: kind {data.get('kind')!r} needs one per cause that has a cure"


def a_question_is_in_plain_words(data: Data) -> Iterator[Finding]:
    """One question at least can be asked by somebody who does not have the code at hand."""
    asked = [str(item.get("ask", "")) for _, item in parts(data, "faq")]
    if asked and all(_NUMBER_OR_SYMBOL.search(question) for question in asked):
        yield ("faq",), "every question holds a number or symbol: ask one in plain words"


def ranges_begin_with_the_first(data: Data) -> Iterator[Finding]:
    """A range of codes goes from its least to its greatest."""
    matches = data.get("matches")
    for index, limits in parts(matches if isinstance(matches, Mapping) else {}, "ranges"):
        first, last = limits.get("first"), limits.get("last")
        if isinstance(first, int) and isinstance(last, int) and last < first:
            yield ("matches", "ranges", index), "last is below first: exchange them"


COMMON_RULES: tuple[Rule, ...] = (
    ids_are_unique,
    checks_exist,
    fixes_have_causes,
    risky_fixes_can_be_undone,
    first_step_changes_nothing,
)
ARTICLE_RULES: tuple[Rule, ...] = (
    *COMMON_RULES,
    variants_point_at_parts,
    causes_are_several,
    fix_is_present,
    a_question_is_in_plain_words,
)
PLAYBOOK_RULES: tuple[Rule, ...] = (*COMMON_RULES, ranges_begin_with_the_first)
