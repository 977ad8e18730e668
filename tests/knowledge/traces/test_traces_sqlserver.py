# ruff: noqa: E501  # what people paste is longer than our lines, and ragged
"""SQL Server traces as people paste them, and texts that only look like one."""

from __future__ import annotations

import pytest

from knowledge.traces import find_traces
from tests.knowledge.traces.trace_cases import Case, check

CASES = [
    pytest.param(
        Case(
            text=r"""Msg 5123, Level 16, State 1, Line 1
no file, operating system error 5(not allowed) at 'D:\x.mdf'.
Msg 1802, Level 16, State 4, Line 1
no database.""",
            types=("Msg 1802", "Msg 5123"),
            messages=(
                "no database.",
                "no file, operating system error 5(not allowed) at 'D:\\x.mdf'.",
            ),
            root=1,
            shown=(None, "operating system error 5"),
        ),
        id="cause_first_with_the_system_code",
    ),
    pytest.param(
        Case(
            text="""\
2024-01-01 10:00:00.12 spid52      Error: 17204, Severity: 16, State: 1.
2024-01-01 10:00:00.12 spid52      FCB::Open failed: Could not open file x. OS error: 32(used).""",
            types=("Error 17204",),
            messages=("FCB::Open failed: Could not open file x. OS error: 32(used).",),
        ),
        id="error_log",
    ),
    pytest.param(
        Case(
            text="""\
Error: 0xC0202009 at Package, Connection manager "db": SSIS Error Code DTS_E_OLEDBERROR.  An OLE DB error has occurred. Error code: 0x80040E21.
An OLE DB record is available.  Source: "Provider"  Hresult: 0x80040E21  Description: "one of the steps failed".
Error: 0xC020801C at Data Flow, Source [1]: cannot acquire""",
            types=(None, None),
            messages=(
                'at Package, Connection manager "db": SSIS Error Code DTS_E_OLEDBERROR.  An OLE DB error has occurred. Error code: 0x80040E21',
                "one of the steps failed",
            ),
            root=1,
            codes=(
                0xC0202009,
                0x80040E21,
            ),
            traces=2,
        ),
        id="provider_code_inside_a_package_error",
    ),
    pytest.param(
        Case(
            text="""\
Msg 3201, Level 16, State 1, Server DB01, Line 4
Cannot open backup device. Operating system error 3(missing).
""",
            types=("Msg 3201",),
            messages=("Cannot open backup device. Operating system error 3(missing).",),
            shown=("Operating system error 3",),
        ),
        id="one_message",
    ),
    pytest.param(
        Case(
            text="""\
Meldung 208, Ebene 16, Status 1, Zeile 1
Ungültiger Objektname.
""",
            types=("Meldung 208",),
            messages=("Ungültiger Objektname.",),
        ),
        id="german",
    ),
    pytest.param(
        Case(
            text="""\
Msg 3202, Level 16, State 2, Line 1
Write failed: 112(no space).
Msg 3271, Level 16, State 1, Line 1
the disk gave up.
Msg 3013, Level 16, State 1, Line 1
the backup ends here.
""",
            types=("Msg 3013", "Msg 3271", "Msg 3202"),
            messages=("the backup ends here.", "the disk gave up.", "Write failed: 112(no space)."),
            root=2,
        ),
        id="three_messages",
    ),
    pytest.param(
        Case(
            text="Server: Msg 7399, Level 16, State 1, Line 1 The provider 'DEPOT' gave up.",
            types=("Msg 7399",),
            messages=("The provider 'DEPOT' gave up.",),
        ),
        id="text_on_the_line_of_the_number",
    ),
]

NOT_ONE = [
    pytest.param(
        """\
Message 3013 has level 16 as we know
Error: 18456 is a login failure""",
        id="prose",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_trace_is_read_to_its_root(case: Case) -> None:
    check(case, "sql-server")


@pytest.mark.parametrize("text", NOT_ONE)
def test_no_such_trace_is_seen(text: str) -> None:
    assert find_traces(text) == ()
