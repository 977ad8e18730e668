"""What a number tells by its structure alone: severity, facility, owner and what it wraps.

This is all there is to say about a code that no article and no playbook covers, so it says so.
Sources: MS-ERREF 2.1 (HRESULT), 2.3 (NTSTATUS).
"""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code, format_hex
from knowledge.codes.family import Family
from knowledge.findings import Reading
from knowledge.guidance import Kind, Step

CUSTOMER_BIT = 0x2000_0000
NT_BIT = 0x1000_0000
FACILITY_ITF = 4
_NTSTATUS_SEVERITIES = ("success", "information", "a warning", "an error")
_CUSTOMER = "the customer bit says that a program outside Windows made it"
_ITF = "In this facility each interface gives its own meanings: ask the component that returned it."
NO_ARTICLE = "There is no article about it here; this is what the number itself tells."


def summary_of(reading: Reading, base: KnowledgeBase) -> str:
    """Sentences about the structure of a code that has neither article nor playbook."""
    return " ".join([*structure_of(reading, base), NO_ARTICLE])


def kind_of(reading: Reading, base: KnowledgeBase) -> Kind:
    """Whether the number says success (state) or failure."""
    space = _space(reading, base)
    if space == "hresult" and not reading.value & 0x8000_0000:
        return "state"
    if space == "ntstatus" and reading.value >> 30 < 2:
        return "state"
    return "failure"


def structure_of(reading: Reading, base: KnowledgeBase) -> list[str]:
    """The sentences that hold for the number, whatever is known about its meaning."""
    family = base.families.get(reading.family)
    space = _space(reading, base)
    sentences = [_identity(reading, family)]
    if space == "hresult":
        sentences += _hresult(reading.value, base)
    elif space == "ntstatus":
        sentences += _ntstatus(reading.value, base)
    elif space == "bugcheck":
        sentences.append("Windows stopped itself with it; its four parameters tell the reason.")
    sentences += _chain(reading, base)
    if family is not None and family.met_in:
        sentences.append(f"Met in: {_lower_first(family.met_in).rstrip('.')}.")
    return sentences


def look_up_step(reading: Reading, base: KnowledgeBase) -> Step | None:
    """A command that makes Windows itself say what it knows of the number, if there is one."""
    space = _space(reading, base)
    if space == "bugcheck":
        return Step(  # noqa: S604 - `shell` says where to type it; nothing is run
            id="analyze-dump",
            do="Open the dump of the stop in WinDbg and let it name the driver and the parameters.",
            run="!analyze -v",
            shell="windbg",
            expect="BUGCHECK_CODE is this number, and IMAGE_NAME names the driver it points at.",
        )
    if space not in ("hresult", "ntstatus", "win32"):
        return None
    return Step(  # noqa: S604 - as above
        id="ask-windows",
        do="Let Windows print its own text for the number, on the machine that shows the error.",
        run=f"certutil -error {reading.hex}",
        shell="cmd",
        expect="Name and sentence of the code; or that it is unknown, when a program made it up.",
    )


def _space(reading: Reading, base: KnowledgeBase) -> str:
    family = base.families.get(reading.family)
    if family is not None:
        return family.space
    return "hresult" if reading.value & 0x8000_0000 else "own"


def _identity(reading: Reading, family: Family | None) -> str:
    owner = f"a code of the family “{family.title}”" if family else "a code of no known family"
    if reading.name:
        return f"{reading.name} ({reading.hex}) is {owner}."
    return f"{reading.hex} has no known name; it is {owner}."


def _hresult(value: int, base: KnowledgeBase) -> Iterator[str]:
    says = f"As an HRESULT it means {'failure' if value & 0x8000_0000 else 'success'}"
    facility = value >> 16 & 0x7FF
    if value & CUSTOMER_BIT:
        yield f"{says}; {_CUSTOMER}."
    elif not value & NT_BIT:
        yield f"{says}, {_facility('hresult', facility, base)}, code {value & 0xFFFF}."
        if facility == FACILITY_ITF:
            yield _ITF


def _ntstatus(value: int, base: KnowledgeBase) -> Iterator[str]:
    says = f"As an NTSTATUS it is {_NTSTATUS_SEVERITIES[value >> 30]}"
    if value & CUSTOMER_BIT:
        yield f"{says}; {_CUSTOMER}."
        return
    yield f"{says}, {_facility('ntstatus', value >> 16 & 0xFFF, base)}, code {value & 0xFFFF}."
    win32 = base.win32_of_ntstatus(value)
    if win32 is not None:
        yield f"Win32 callers see it as {_named(win32)}."


def _facility(kind: str, number: int, base: KnowledgeBase) -> str:
    name = base.facility_name(kind, number)
    if name:
        return f"facility {number} ({name})"
    return "no facility" if number == 0 else f"facility {number}, which no header names"


def _chain(reading: Reading, base: KnowledgeBase) -> Iterator[str]:
    if reading.inner is not None:
        yield f"It wraps {_named(reading.inner)}: that is the error to look into."


def _named(code: Code) -> str:
    number = str(code.value) if code.value <= 0xFFFF else format_hex(code.value)
    return f"{code.name} ({number})" if code.name else number


def _lower_first(text: str) -> str:
    first_word = text.split(" ", 1)[0]
    # Names and abbreviations keep their capitals.
    return text if any(c.isupper() for c in first_word[1:]) else text[:1].lower() + text[1:]
