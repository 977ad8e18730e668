"""In which forms a code is met: the rows of the table of spellings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.rendering.names import decimal_words, family_words
from knowledge import Code, KnowledgeBase, Reading
from knowledge.codes.code import format_hex, to_signed
from knowledge.entries import Entry, number_readings

PathOf = Callable[[Code | Reading], str]
_RUNTIMES = {"crt": "C runtime", "libuv": "Node.js (libuv)", "python": "Python errno"}


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling, with the address of its own page where it has one."""

    words: str
    note: str = ""
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The spellings of one kind."""

    label: str
    items: tuple[Form, ...]


def rows_of(entry: Entry, base: KnowledgeBase, path_of: PathOf) -> tuple[Row, ...]:
    """Every form of the code, the number's own first."""
    return tuple(row for row in _rows(entry, base, path_of) if row.items)


def _rows(entry: Entry, base: KnowledgeBase, path_of: PathOf) -> Iterator[Row]:
    reading, same = entry.reading, entry.equivalents
    here = path_of(reading)

    def linked(code: Code | Reading, note: str = "") -> Form:
        path = path_of(code)
        number = code.hex if code.value > 0xFFFF else f"{decimal_words(code)}, {code.hex}"
        note = ", ".join(part for part in (number if code.name else "", note) if part)
        return Form(code.name or code.hex, note, None if path == here else path)

    if reading.name:
        yield Row("Name", (Form(reading.name),))
    yield Row("Hexadecimal", (Form(reading.hex), *_short_hex(reading)))
    yield Row("Decimal", (Form(str(reading.value)),))
    if reading.signed < 0:
        yield Row("Signed decimal", (Form(str(reading.signed)),))
    yield Row("Also called", tuple(linked(alias) for alias in entry.aliases))
    if reading.inner is not None:
        yield Row("Wraps", (linked(reading.inner, family_words(reading.inner.family)),))
    if entry.article is not None:
        others = (c.code for c in entry.article.codes if c.value != reading.value)
        known = {(o.family, o.value): linked(o, family_words(o.family)) for o in others}
        yield Row("Same condition", tuple(known.values()))
    if entry.as_hresult is not None:
        yield Row("As an HRESULT", (_hresult(entry.as_hresult, base, path_of),))
    if same.win32 is not None and same.win32.value != reading.value:
        yield Row("As a Win32 error", (linked(same.win32),))
    yield Row("NTSTATUS values that become it", tuple(linked(code) for code in entry.statuses))
    if same.python is not None:
        yield Row("Python", (Form(same.python),))
    yield Row(
        "errno", tuple(Form(name, _RUNTIMES.get(runtime, runtime)) for runtime, name in same.errnos)
    )
    yield Row(".NET", tuple(Form(name) for name in same.dotnet))


def _short_hex(reading: Reading) -> tuple[Form, ...]:
    short = f"0x{reading.value:X}"
    return () if short == reading.hex else (Form(short),)


def _hresult(value: int, base: KnowledgeBase, path_of: PathOf) -> Form:
    """The HRESULT that carries the code, with a link where it can be told."""
    found = next((r for r in number_readings(value, base) if r.family == "hresult"), None)
    words = f"{format_hex(value)} ({to_signed(value)})"
    if found is None:
        return Form(words)
    return Form(words, found.name or "", path_of(found))
