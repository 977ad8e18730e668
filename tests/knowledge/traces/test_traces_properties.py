"""What holds for every text: no exception, spans inside, order kept, time linear."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.traces import find_traces
from knowledge.traces.trace import Trace

FRAGMENTS = (
    "   at Shop.Cart.Open(String id) in C:\\src\\Cart.cs:line 3\n",
    "System.IO.IOException: gone ---> System.Exception: inner\n",
    "--- End of inner exception stack trace ---\n",
    " ---> (Inner Exception #1) System.Exception: b\n",
    "<---\n",
    "Traceback (most recent call last):\n",
    '  File "a.py", line 3, in f\n',
    "During handling of the above exception, another exception occurred:\n",
    "  +-+---------------- 1 ----------------\n",
    "ValueError: no\n",
    "    + CategoryInfo          : A: (b:c) [d], EException\n",
    "At line:1 char:1\n+ x\n+ ~\n",
    "Line |\n   1 | x\n     | y\n",
    "Exception : x\n",
    "\tat a.b.C.d(C.java:1)\n",
    "Caused by: a.b.CException: x\n",
    "    at f (C:\\a.js:1:2) {\n",
    "  errno: -4048,\n}\n",
    "panic: x\n\ngoroutine 1 [running]:\n",
    "main.f(0x1)\n\t/a.go:1 +0x2\n",
    "thread 'main' panicked at 'x\n",
    "stack backtrace:\n   0: a::b\n",
    "Error: a\nCaused by:\n  b\n",
    "0012f4a8 77e61d1c app!Foo+0x12\n",
    "Msg 1, Level 1, State 1\n",
    "Run-time error '5': x\n",
    "Problem Event Name: CLR20r3\n",
    "Faulting application name: a.exe, version: 1.2.3.4, time stamp: 0x12345678\n",
    "&gt; ",
    "2024-01-01 10:00:00 ERROR ",
    "\\n   at ",
    "```\n",
    "\r\n",
    "\n",
    "\x1b[31m",
)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=12)), max_size=25))
@example([])
def test_any_mixture_gives_ordered_spans_inside_the_text(pieces: list[str]) -> None:
    text = "".join(pieces)
    traces = find_traces(text)
    for trace in traces:
        assert 0 <= trace.start <= trace.end <= len(text)
        assert 0 <= trace.root_cause < len(trace.exceptions)
        assert trace.root is trace.exceptions[trace.root_cause]
    pairs = itertools.pairwise(traces)
    assert all(before.end <= after.start for before, after in pairs)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    assert isinstance(find_traces(text), tuple)


HOSTILE = {
    "one_endless_word": "a",
    "blanks": " ",
    "opening_brackets": "at A.B(",
    "dots": "a.",
    "entities": "&amp;",
    "quote_marks": "&gt; ",
    "colons": "a: ",
    "hexadecimal_words": "0x12345678 ",
    "written_line_ends": "\\n  at ",
    "time_stamps": "2024-01-01 10:00:00 ",
    "unfinished_file_lines": '  File "',
    "calls_behind_a_foreign_word": "foo A.B(c)\n",
    "calls_behind_two_foreign_words": "foo A.B(c)\nbar A.B(c)\n",
    **{f"fragment_{number:02}": fragment for number, fragment in enumerate(FRAGMENTS)},
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE.keys())
def test_reading_time_grows_with_the_length_only(unit: str) -> None:
    small, large = _hostile(unit, 10_000), _hostile(unit, 40_000)
    # Four times the text may take four times as long; a quadratic reader takes sixteen.
    assert _seconds(large) < 9 * _seconds(small) + 0.05


def test_a_megabyte_on_one_line_is_read() -> None:
    assert isinstance(find_traces("at A.B(x) " * 100_000), tuple)


def test_two_readings_of_one_place_give_one_trace() -> None:
    text = (
        "Application: a.exe\nFramework Version: v4.0.30319\n"
        "Exception Info: System.Exception\n   at Shop.Cart.Open()\n   at Shop.Main()\n"
    )
    assert [trace.language for trace in find_traces(text)] == ["event-log"]


def test_a_trace_of_each_language_in_one_text_is_found_in_order() -> None:
    text = (
        'Traceback (most recent call last):\n  File "a.py", line 3, in f\nValueError: no\n\n'
        "then\n\nSystem.Exception: x\n   at Shop.Cart.Open()\n\n"
        "and\n\njava.lang.Error: y\n\tat shop.Cart.open(Cart.java:3)\n"
    )
    assert [trace.language for trace in find_traces(text)] == ["python", "dotnet", "java"]


def _hostile(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def _seconds(text: str) -> float:
    """Return the better of two: the machine's own noise only ever adds."""
    best = float("inf")
    for _ in range(2):
        begin = time.process_time()
        _ = find_traces(text)
        best = min(best, time.process_time() - begin)
    return best


def test_spans_point_into_the_text_that_was_given() -> None:
    text = "before\n&gt; System.Exception: a &lt;b&gt;\n&gt;    at Shop.Cart.Open()\nafter"
    trace: Trace = find_traces(text)[0]
    assert text[trace.start : trace.end] == text[len("before\n") : -len("\nafter")]
    assert trace.root.message == "a <b>"
