"""The same error keeps its key; another error gets another one."""

from __future__ import annotations

from knowledge.traces import find_traces
from knowledge.traces.fingerprint import fingerprint

TRACE = """System.IO.IOException: The file 'C:\\a.txt' is in use
   at System.IO.File.Open(String path)
   at Shop.Cart.<Open>b__4_0(String id) in C:\\src\\Cart.cs:line 12
   at Shop.Program.Main(String[] args) in C:\\src\\Program.cs:line 3
"""


def _key(text: str) -> str:
    return fingerprint(find_traces(text)[0])


def test_values_lines_and_paths_do_not_count() -> None:
    other = TRACE.replace("a.txt", "b.txt").replace("line 12", "line 99").replace("src", "work")
    assert _key(other) == _key(TRACE)


def test_translated_keywords_do_not_count() -> None:
    german = TRACE.replace("   at ", "   bei ").replace("line ", "Zeile ")
    assert _key(german) == _key(TRACE)


def test_numbers_that_compilers_give_do_not_count() -> None:
    assert _key(TRACE.replace("b__4_0", "b__7_1")) == _key(TRACE)


def test_the_platform_s_frames_do_not_count_beside_our_own() -> None:
    assert _key(TRACE.replace("File.Open(String path)", "FileStream..ctor()")) == _key(TRACE)


def test_another_type_or_another_place_counts() -> None:
    keys = {
        _key(TRACE),
        _key(TRACE.replace("IOException", "FileNotFoundException")),
        _key(TRACE.replace("Shop.Cart", "Shop.Order")),
    }
    assert len(keys) == 3


def test_crashes_without_frames_differ_by_their_code() -> None:
    report = "Problem Event Name: APPCRASH\nException Code: {}\n"
    assert _key(report.format("c0000005")) != _key(report.format("c0000374"))
