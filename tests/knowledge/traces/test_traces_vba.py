# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""VBA and VBScript traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text="""\
Run-time error '-2147467259 (80004005)':

Method 'Open' failed""",
            types=(None,),
            messages=("Method 'Open' failed",),
            codes=(0x80004005,),
            language="vba",
        ),
        id="decimal_and_hexadecimal_number",
    ),
    pytest.param(
        Case(
            text="""\
Run-time error '1004': the sheet said no""",
            types=(None,),
            messages=("the sheet said no",),
            shown=("Run-time error 1004",),
            language="vba",
        ),
        id="small_number",
    ),
    pytest.param(
        Case(
            text=r"""C:\s\x.vbs(12, 3) Microsoft VBScript runtime error: Permission denied: 'CreateObject'""",
            types=("Microsoft VBScript runtime error",),
            messages=("Permission denied: 'CreateObject'",),
            top=(None, "C:\\s\\x.vbs", 12),
            language="vbscript",
        ),
        id="script_host_line",
    ),
    pytest.param(
        Case(
            text="""\
ADODB.Connection error '800a0e7a'

no such provider here

/default.asp, line 22""",
            types=("ADODB.Connection",),
            messages=("no such provider here",),
            top=(None, "/default.asp", 22),
            codes=(0x800A0E7A,),
            language="vbscript",
        ),
        id="page_error",
    ),
    pytest.param(
        Case(
            text=r"""Script: C:\x.vbs
Line: 3
Char: 1
Error: cannot make 'Foo.Bar'
Code: 800A01AD
Source: Microsoft VBScript runtime error""",
            types=("Microsoft VBScript runtime error",),
            messages=("cannot make 'Foo.Bar'",),
            top=(None, "C:\\x.vbs", 3),
            codes=(0x800A01AD,),
            language="vbscript",
        ),
        id="script_host_box",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
we got a run-time error 13 yesterday""",
        id="prose",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
