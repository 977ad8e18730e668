"""The shape of a case, the same for every language: a text and what must be read from it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.traces import find_traces
from knowledge.traces.trace import Trace

Top = tuple[str | None, str | None, int | None]


@dataclass(frozen=True)
class Case:
    """`types`, `messages`, `codes` and `shown` run outermost first; `top` is of the root."""

    text: str
    types: tuple[str | None, ...]
    messages: tuple[str | None, ...]
    root: int = 0
    frames: int = 0
    top: Top | None = None
    codes: tuple[int | None, ...] = ()
    shown: tuple[str | None, ...] = ()
    locale: str | None = None
    language: str | None = None
    traces: int = 1


def check(case: Case, language: str | None = None) -> None:
    """Compare the first trace of the text with the case, all of it at once."""
    found = find_traces(case.text)
    assert found, "no trace found"
    assert _summary(found[0], len(found)) == _expected(case, language or case.language)
    if case.locale is not None:
        assert found[0].locale == case.locale
    assert 0 <= found[0].start < found[0].end <= len(case.text)


def _summary(trace: Trace, count: int) -> dict[str, object]:
    top = trace.top_frame
    return {
        "language": trace.language,
        "types": tuple(exception.type for exception in trace.exceptions),
        "messages": tuple(exception.message for exception in trace.exceptions),
        "codes": tuple(exception.code for exception in trace.exceptions),
        "shown": tuple(exception.shown_code for exception in trace.exceptions),
        "root": trace.root_cause,
        "frames": trace.frames,
        "top": None if top is None else (top.function, top.file, top.line),
        "traces": count,
    }


def _expected(case: Case, language: str | None) -> dict[str, object]:
    nothing = (None,) * len(case.types)
    return {
        "language": language,
        "types": case.types,
        "messages": case.messages,
        "codes": case.codes or nothing,
        "shown": case.shown or nothing,
        "root": case.root,
        "frames": case.frames,
        "top": case.top,
        "traces": case.traces,
    }
