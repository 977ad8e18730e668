"""A code -> its entry: everything there is to say about it, whatever text it was met in.

An answer is about a text and chooses among the context variants of its article. An entry is about
the code alone, as a reference work has it, and holds them all.
"""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.answers import Answer, compose_answers
from knowledge.articles.model import Article
from knowledge.base import KnowledgeBase
from knowledge.candidates import inner_of
from knowledge.codes import hresult
from knowledge.codes.code import Code, format_hex
from knowledge.equivalents import Equivalents, equivalents_of
from knowledge.findings import Finding, Mention, Reading
from knowledge.playbooks.model import Playbook
from knowledge.resolution import readings_of
from knowledge.structure import structure_of

_MOST_STATUSES = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """What a reference work says under one code.

    `answer` is composed without any text around the code. `article` or `playbook` is what it rests
    on, both None when only the structure of the number says anything. `structure` are the sentences
    that hold for the number by itself. `aliases` are other names of the number in its family, or
    the same name of another number. `statuses` are the NTSTATUS values that become this error for
    Win32 callers, `as_hresult` is the HRESULT that carries it where it is none itself.
    """

    answer: Answer
    article: Article | None
    playbook: Playbook | None
    structure: tuple[str, ...]
    equivalents: Equivalents
    aliases: tuple[Code, ...]
    statuses: tuple[Code, ...]
    as_hresult: int | None

    @property
    def reading(self) -> Reading:
        """The code that the entry is about."""
        return self.answer.reading


def entry_of(reading: Reading, base: KnowledgeBase) -> Entry:
    """Return the entry for a catalogued code, or for a number that has only a structure."""
    finding = Finding(
        Mention(0, 0, reading.hex, "number", reading.value, "hex", confidence=1.0),
        (reading, *_others(reading, base)),
    )
    (answer,) = compose_answers((finding,), (), base, "")
    article = base.article(answer.article) if answer.article else None
    code = Code(reading.family, reading.value, reading.name)
    equivalents = equivalents_of(reading, base)
    return Entry(
        answer=answer,
        article=article,
        playbook=next((p for p in base.playbooks if p.id == answer.playbook), None),
        structure=tuple(structure_of(reading, base)),
        equivalents=equivalents,
        aliases=_aliases(code, base),
        statuses=_statuses(code, equivalents, base),
        as_hresult=_as_hresult(code, equivalents, base),
    )


def catalogue_reading(code: Code, base: KnowledgeBase) -> Reading:
    """Return a code of the catalogue as a reading that nothing has to be said for."""
    same = (c for c in base.codes_with_value(code.value) if c.family == code.family)
    names = dict.fromkeys(filter(None, (code.name, *(other.name for other in same))))
    inner = inner_of(code.value, base)
    return Reading(code.family, code.value, code.name, tuple(names), 1.0, "", inner)


def number_readings(value: int, base: KnowledgeBase) -> tuple[Reading, ...]:
    """Return everything that an unsigned 32-bit number can be, the most plausible first."""
    form = format_hex(value)
    return readings_of(Mention(0, 0, form, "number", value, "hex", confidence=1.0), base)


def _others(reading: Reading, base: KnowledgeBase) -> tuple[Reading, ...]:
    """The other meanings of the number; the same name in another family is the same meaning."""
    return tuple(
        other
        for other in number_readings(reading.value, base)
        if other.family != reading.family and not set(other.names) & set(reading.names)
    )


def _aliases(code: Code, base: KnowledgeBase) -> tuple[Code, ...]:
    same_number = base.codes_with_value(code.value)
    same_name = base.codes_named(code.name) if code.name else ()
    return tuple(
        other
        for other in dict.fromkeys((*same_number, *same_name))
        if other.name
        and other.family == code.family
        and (other.name, other.value) != (code.name, code.value)
    )


def _statuses(code: Code, equivalents: Equivalents, base: KnowledgeBase) -> tuple[Code, ...]:
    win32 = equivalents.win32
    if win32 is None or base.family(code.family).space == "ntstatus":
        return ()
    return base.statuses_of_win32(win32.value)[:_MOST_STATUSES]


def _as_hresult(code: Code, equivalents: Equivalents, base: KnowledgeBase) -> int | None:
    space = base.family(code.family).space
    if space == "hresult":
        return None
    if space == "ntstatus" and code.value >= 0x8000_0000:
        return hresult.from_nt(code.value)
    return equivalents.hresult
