"""What a text about anything may say: worth a word to somebody who asks, at most."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.texts import alerts, chatter, traces
from knowledge.base import KnowledgeBase
from knowledge.explanation import explain, explain_unasked
from knowledge.extraction.exceptions import SURE_OF_ONE
from knowledge.surfaces import THRESHOLDS, Thresholds

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "org.springframework.security.access.AccessDeniedException: Access is denied\n"
            "\tat com.harborline.orders.OrderResource.list(OrderResource.java:41)",
            id="sentence-of-a-framework",
        ),
        pytest.param("refund refused: The parameter is incorrect: amount", id="sentence-of-an-api"),
        pytest.param("Timed out retrying: Element not found.", id="sentence-of-a-browser-test"),
        pytest.param("portal: The user name or password is incorrect.", id="sentence-of-a-portal"),
        pytest.param("device 47710: Error Code: 0x12, reading stopped", id="id-like-an-event"),
        pytest.param("bus stop code 7A is out of order", id="stop-of-a-bus"),
        pytest.param("deploy job 12 exited with code 1053", id="exit-code-of-anybody"),
        pytest.param("Error 00000502 after convex fill", id="opengl"),
        pytest.param(
            "node 12: SDO upload failed with 0x20, then with 0x31", id="answer-of-a-device"
        ),
        pytest.param("the tag answered error 0x6A", id="status-byte"),
        pytest.param("the sidecar stopped with error 1053, see the chart", id="anybodys-number"),
        pytest.param(
            '{"log":"level=error msg:\\"worker quit\\" detail=\\"a\\\\nb\\\\nstatus error 1067\\"",'
            '"host":"https://logs.example.com/x"}',
            id="json-in-json",
        ),
        pytest.param(
            "CreateContainerConfigError, LoadBalancerIngressError and error 1053 of the sidecar",
            id="names-of-kubernetes",
        ),
        pytest.param(
            "2025-03-04 07:02:11 10.20.0.5 GET /favicon.ico - 80 - 10.20.0.77 Agent/2 - 404 0 2 1",
            id="missing-icon",
        ),
        pytest.param("58 rpc errors in 30 s, error 14", id="rpc-of-another-system"),
        pytest.param("SNMP error code 5 (genErr)", id="protocol-that-windows-has-too"),
        pytest.param("npm ERR! errno 1\nHandle error 5 of the parser", id="small-error-of-a-tool"),
        pytest.param("2147942405 requests since start", id="a-count-of-ten-digits"),
        pytest.param(
            "#05 pc 00000000000002f7  /lib/libc.so (abort+0x5)\nException code 0x0000000B",
            id="exception-code-of-another-system",
        ),
    ],
)
def test_no_reply_unasked(text: str, base: KnowledgeBase) -> None:
    assert not explain(text, base, surface="alert").auto_reply


def _texts() -> list[str]:
    found = []
    for path in sorted(DATA.rglob("*")):
        if path.suffix in (".jsonl", ".txt", ".json", ".log"):
            found += _strings(path)
    return [*found, *alerts(), *chatter(), *traces()]


def _strings(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        entries = [json.loads(line) for line in text.splitlines()]
        return [entry["text"] for entry in entries if isinstance(entry.get("text"), str)]
    return [text]


def _is_alike(text: str, base: KnowledgeBase, least: float) -> bool:
    thresholds: Thresholds = {**THRESHOLDS, "alert": least}
    whole = explain(text, base, surface="alert", thresholds=thresholds)
    found = explain_unasked(text, base, thresholds=thresholds)
    return replace(found, traces=(), suggestions=()) == replace(whole, traces=(), suggestions=())


@pytest.mark.parametrize("least", [THRESHOLDS["alert"], SURE_OF_ONE, 0.95])
def test_leaving_out_what_cannot_matter_changes_no_answer(
    least: float, base: KnowledgeBase
) -> None:
    texts = _texts()
    assert len(texts) > 600
    assert [text for text in texts if not _is_alike(text, base, least)] == []


PIECES = (
    "Unhandled exception. System.OutOfMemoryException: Exception of type ",
    "System.IO.FileNotFoundException", ": Access is denied. ", "Error 0x80004005 ", "0x80131500",
    "0x80070005", " 0x80070002", " ---> ", "\n   at A.B.C(String d) in a.cs:line 5\n", "\n", " ",
    "E_FAIL", "ERROR_ACCESS_DENIED",
    "Insufficient memory to continue the execution of the program",
    "HRESULT: ", "Traceback (most recent call last):\n  File \"a.py\", line 1, in b\n    c()\n",
    "PermissionError: [WinError 5] Access is denied: 'C:\\\\x'\n",
    "java.nio.file.NoSuchFileException: C:\\x\n",
    "\tat a.b.C.d(C.java:5)\n", "The system cannot find the file specified. ", "errors 5 and 1053",
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10), st.sampled_from([0.4, 0.6, 0.61, 0.7, 0.9]))
def test_nor_where_traces_and_codes_mix(
    base: KnowledgeBase, pieces: list[str], least: float
) -> None:
    assert _is_alike("".join(pieces), base, least)
