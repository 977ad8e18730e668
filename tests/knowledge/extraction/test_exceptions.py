"""From trace to cause: a type stands for a code where its runtime fixes that, and only there."""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.explanation import Explanation, explain

FRAME = (
    "\n   at Depot.Shelf.Open(String path) in C:\\src\\Shelf.cs:line 12\n   at Depot.Program.Main()"
)
JAVA_FRAME = "\n\tat sun.nio.fs.WindowsException.rethrow(WindowsException.java:97)"
PYTHON_HEAD = (
    'Traceback (most recent call last):\n  File "C:\\relay\\a.py", line 3, in <module>\n    f()\n'
)

CAUSES = [
    pytest.param("System.IO.FileNotFoundException: no box 7", FRAME, 2, id="file"),
    pytest.param("System.IO.DirectoryNotFoundException: no shelf", FRAME, 3, id="folder"),
    pytest.param(
        "System.UnauthorizedAccessException: The path 'C:\\box' is closed.", FRAME, 5, id="access"
    ),
    pytest.param("System.IO.PathTooLongException: too long", FRAME, 206, id="long-path"),
    pytest.param("System.DllNotFoundException: depot.dll", FRAME, 126, id="dll"),
    pytest.param("System.BadImageFormatException: depot.dll", FRAME, 193, id="image"),
    pytest.param("System.EntryPointNotFoundException: Open", FRAME, 127, id="entry"),
    pytest.param("System.AccessViolationException: oops", FRAME, 0xC0000005, id="violation"),
    pytest.param("System.OutOfMemoryException: full", FRAME, 0x8007000E, id="memory"),
    pytest.param(
        "java.nio.file.AccessDeniedException: C:\\depot\\box", JAVA_FRAME, 5, id="java-access"
    ),
    pytest.param(
        "java.nio.file.DirectoryNotEmptyException: C:\\depot", JAVA_FRAME, 145, id="java-folder"
    ),
]
SILENT = [
    pytest.param("System.UnauthorizedAccessException: wrong thread" + FRAME, id="no-path"),
    pytest.param("System.InvalidOperationException: no" + FRAME, id="no-such-row"),
    pytest.param("System.OperationCanceledException: no" + FRAME, id="not-only-files"),
    pytest.param(
        "System.IO.FileNotFoundException: no /var/lib/depot/box\n"
        "   at Depot.Shelf.Open(String path) in /home/depot/Shelf.cs:line 12\n"
        "   at Depot.Program.Main()",
        id="another-system",
    ),
    pytest.param("we throw FileNotFoundException in C:\\depot, see the docs", id="no-trace"),
]


@pytest.mark.parametrize(("header", "frames", "code"), CAUSES)
def test_a_type_stands_for_its_code(
    header: str, frames: str, code: int, base: KnowledgeBase
) -> None:
    explanation = explain(header + frames, base)
    assert [finding.best.value for finding in explanation.findings] == [code]
    assert explanation.findings[0].mention.kind == "exception"
    assert explanation.answers[0].reading.value == code
    assert not explanation.auto_reply


@pytest.mark.parametrize("text", SILENT)
def test_a_type_alone_says_nothing_else(text: str, base: KnowledgeBase) -> None:
    assert explain(text, base).findings == ()


def test_a_type_that_stands_for_several_is_said_to_those_who_ask(base: KnowledgeBase) -> None:
    text = PYTHON_HEAD + "PermissionError: C:\\relay\\box"
    assert explain(text, base).findings == ()
    assert codes(explain(text, base, surface="command")) == [5]
    unique = PYTHON_HEAD + "ConnectionRefusedError: depot"
    assert codes(explain(unique, base)) == [10061]


def test_a_code_that_is_printed_always_wins(base: KnowledgeBase) -> None:
    text = "System.DllNotFoundException: gone (Exception from HRESULT: 0x8007007F)" + FRAME
    assert codes(explain(text, base)) == [0x8007007F]
    text = PYTHON_HEAD + "ConnectionResetError: [WinError 10053] gone"
    assert codes(explain(text, base)) == [10053]


def test_an_envelope_is_no_code(base: KnowledgeBase) -> None:
    text = "System.IO.FileNotFoundException (0x80131500): no box" + FRAME
    assert 2 in codes(explain(text, base))


def test_the_innermost_error_comes_first_and_the_others_follow(base: KnowledgeBase) -> None:
    text = (
        "System.ServiceProcess.DepotException (0x8007041D): it did not start"
        " ---> System.IO.IOException: box 7 (Exception from HRESULT: 0x80070020)" + FRAME
    )
    answers = explain(text, base).answers
    assert [answer.reading.value for answer in answers] == [0x80070020, 0x8007041D]


def codes(explanation: Explanation) -> list[int]:
    return [finding.best.value for finding in explanation.findings]
