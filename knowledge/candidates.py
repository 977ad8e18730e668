"""What a number or a name can be at all, before anything is ranked.

Each family that has the value is a candidate. A wrapper (0x8007xxxx, 0xC007xxxx, 0xDxxxxxxx) is one
through the code that it holds, and a large number that nobody named still has a form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.codes import hresult
from knowledge.codes.chains import unwrap
from knowledge.codes.code import Code

# Names of the same condition that another family lists again (security events and SEH filters
# print plain NTSTATUS values): the candidate is the family's on the right.
_VIEWS = {"seh": "ntstatus", "logon_substatus": "ntstatus", "runtime_exception": "ntstatus"}
# AppX and MSIX document these Win32 errors only in their HRESULT form, under the Win32 name.
_KNOWN_BY_INNER_NAME = frozenset({"appx"})
_UNRANKED = 10_000


@dataclass(slots=True)
class Candidate:
    """A family that has the value, before the scores are made into confidences.

    `is_alias` marks another family's name for what a wrapper holds: MAPI_E_NO_ACCESS is another
    name of E_ACCESSDENIED, not another meaning of the number.
    """

    family: str
    value: int
    names: list[str]
    inner: Code | None = None
    is_alias: bool = False
    score: float = 0.0
    why: str = ""


def candidates_of_value(value: int, base: KnowledgeBase) -> list[Candidate]:
    """Return what the number can be; empty for a small number that no family has."""
    found = _by_family(value, base)
    inner = inner_of(value, base)
    if inner is not None and hresult.is_hresult_from_win32(value):
        # COR_E_FILENOTFOUND, MAPI_E_NO_ACCESS…: what else this wrapped error is called.
        for alias in found.values():
            alias.is_alias = True
        found["hresult"] = _from_win32(value, inner, base)
    elif inner is not None and not found:
        wrapper = _wrapper(value, inner)
        found[wrapper.family] = wrapper
    if not found and value >= 0x8000_0000:
        # A number without a row still has a form: its top bits say HRESULT or NTSTATUS.
        family = "ntstatus" if value >= 0xC000_0000 else "hresult"
        found[family] = Candidate(family, value, [])
    return list(found.values())


def candidates_of_name(name: str, base: KnowledgeBase, *, wrapped: bool) -> list[Candidate]:
    """Return the codes of that name; with `wrapped`, the HRESULT that holds the code."""
    codes = base.codes_named(name)
    if wrapped:
        made = next(_wrapping(codes, base), None)
        if made is not None:
            return [made]
    found: dict[tuple[str, int], Candidate] = {}
    for code in codes:
        family = _VIEWS.get(code.family, code.family)
        names = _names_of(family, code, base)
        candidate = Candidate(family, code.value, names, inner_of(code.value, base))
        found.setdefault((family, code.value), candidate)
    return list(found.values())


def inner_of(value: int, base: KnowledgeBase) -> Code | None:
    """Return the code that a wrapper holds, None for everything else and for an unknown one."""
    inner = unwrap(value)
    if inner is None:
        return None
    return _win32(inner.value, base) if inner.form == "win32" else _ntstatus(inner.value, base)


def _by_family(value: int, base: KnowledgeBase) -> dict[str, Candidate]:
    found: dict[str, Candidate] = {}
    for code in sorted(base.codes_with_value(value), key=lambda code: _name_order(code, base)):
        family = _VIEWS.get(code.family, code.family)
        names = found.setdefault(family, Candidate(family, value, [])).names
        if code.name and code.name not in names:
            names.append(code.name)
    return found


def _name_order(code: Code, base: KnowledgeBase) -> tuple[int, bool]:
    """Ranked names first, then the family that defines the value before its views."""
    return base.rank(code) or _UNRANKED, code.family in _VIEWS


def _names_of(family: str, code: Code, base: KnowledgeBase) -> list[str]:
    """The code's own name first, then the others that its family has for the value."""
    others = base.codes_with_value(code.value)
    same = [other for other in others if _VIEWS.get(other.family, other.family) == family]
    return list(dict.fromkeys(c.name for c in (code, *same) if c.name))


def _wrapping(codes: tuple[Code, ...], base: KnowledgeBase) -> Iterator[Candidate]:
    for code in codes:
        space = base.family(code.family).space
        if space == "win32" and code.value <= hresult.MAX_WIN32:
            yield _from_win32(hresult.from_win32(code.value), code, base)
        elif space == "ntstatus":
            yield _wrapper(hresult.from_nt(code.value), code)


def _from_win32(value: int, inner: Code, base: KnowledgeBase) -> Candidate:
    official = [c.name for c in base.codes_with_value(value) if c.name and c.family == "hresult"]
    names = [f"HRESULT_FROM_WIN32({inner.name})", inner.name or ""]
    if inner.family in _KNOWN_BY_INNER_NAME:
        names.reverse()
    return Candidate("hresult", value, list(dict.fromkeys([*official, *names])), inner)


def _wrapper(value: int, inner: Code) -> Candidate:
    if inner.family == "ntstatus":
        return Candidate("hresult", value, [f"HRESULT_FROM_NT({inner.name})"], inner)
    return Candidate("ntstatus", value, [f"NTSTATUS_FROM_WIN32({inner.name})"], inner)


def _win32(value: int, base: KnowledgeBase) -> Code | None:
    """The system error code of that number; the most met name where there are several."""
    codes = [
        c for c in base.codes_with_value(value) if c.name and base.family(c.family).space == "win32"
    ]
    return min(
        codes,
        key=lambda c: (base.rank(c) or _UNRANKED, -base.family(c.family).prior),
        default=None,
    )


def _ntstatus(value: int, base: KnowledgeBase) -> Code | None:
    codes = (c for c in base.codes_with_value(value) if c.name and c.family == "ntstatus")
    return next(codes, None)
