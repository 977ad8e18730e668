"""explain(): from a text to answers, as the command line and the bot use it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.explanation import explain
from knowledge.jsonform import explanation_json

ARTICLE = "win32/ERROR_PROCESS_NOT_IN_JOB"
WAYS_TO_759 = [
    "0x2F7",
    "759",
    "0x800702F7",
    "-2147024137",
    "2147943159",
    "ERROR_PROCESS_NOT_IN_JOB",
    "STATUS_PROCESS_NOT_IN_JOB",
    "STATUS_ERROR_PROCESS_NOT_IN_JOB",
    "0xC00001AE",
    "HRESULT_FROM_WIN32(ERROR_PROCESS_NOT_IN_JOB)",
    "The build agent failed with 0x2F7",
    "OSError: [WinError 759] launcher",
    "launcher.exe: error 759 (ERROR_PROCESS_NOT_IN_JOB)",
]

TRACE = """\
System.ComponentModel.Win32Exception (0x80004005): Access is denied
   at Contoso.Agent.Launcher.Start(String name) in C:\\src\\Launcher.cs:line 42
   at Contoso.Agent.Program.Main(String[] args) in C:\\src\\Program.cs:line 9
"""


@pytest.mark.parametrize("text", WAYS_TO_759)
def test_every_way_to_write_759_leads_to_its_article(text: str, base: KnowledgeBase) -> None:
    answers = explain(text, base).answers
    assert [answer.article for answer in answers] == [ARTICLE]
    assert answers[0].basis == "article"


def test_the_article_covers_what_a_reader_of_a_reference_page_gets(base: KnowledgeBase) -> None:
    (answer,) = explain("0x2F7", base).answers
    assert answer.meaning
    assert answer.background
    assert answer.seen_in
    assert answer.impact
    assert answer.developer_notes
    assert len(answer.causes) >= 3
    assert len(answer.diagnose) >= 3
    assert answer.fix
    assert len(answer.faq) >= 3
    assert answer.related
    assert answer.sources


def test_a_wrapper_yields_to_the_error_that_its_message_names(base: KnowledgeBase) -> None:
    explanation = explain(TRACE, base)
    assert explanation.answers[0].reading.name == "ERROR_ACCESS_DENIED"
    (trace,) = explanation.traces
    assert trace.language == "dotnet"
    assert trace.root.type == "System.ComponentModel.Win32Exception"
    assert trace.frames == 2
    assert trace.top_frame is not None
    assert trace.top_frame.function == "Contoso.Agent.Launcher.Start"


def test_a_number_and_its_message_are_one_finding(base: KnowledgeBase) -> None:
    findings = explain("[WinError 5] Access is denied: 'C:\\\\x'", base).findings
    assert [finding.mention.kind for finding in findings] == ["number"]


def test_a_message_without_a_number_is_found(base: KnowledgeBase) -> None:
    (finding,) = explain("dcpromo says: The RPC server is unavailable.", base).findings
    assert finding.mention.kind == "message"
    assert finding.best.name == "RPC_S_SERVER_UNAVAILABLE"


AUTO = {
    "signed exit code": ("CRITICAL: worker.exe failed with -1073741819", True),
    "HRESULT": ("Windows Update failed: 0x80070005", True),
    "symbol": ("job launch ended: ERROR_PROCESS_NOT_IN_JOB", True),
    "no error": ("deploy 1242 finished in 759 s", False),
    "Linux": ("kernel: usb 1-2: device descriptor read/64, error -32", False),
    "bare number": ("5", False),
    "checklist": ("see error 5 of the checklist", False),
    "success": ("hr: 0x0 S_OK", False),
}


@pytest.mark.parametrize(("text", "expected"), AUTO.values(), ids=AUTO.keys())
def test_an_alert_is_answered_only_when_it_is_sure(
    text: str, expected: bool, base: KnowledgeBase
) -> None:
    assert explain(text, base, surface="alert").auto_reply is expected


def test_an_unknown_name_gets_near_misses(base: KnowledgeBase) -> None:
    explanation = explain("ERROR_PROCES_NOT_IN_JOB", base)
    assert explanation.is_lookup
    assert not explanation.findings
    assert explanation.suggestions[0].code.name == "ERROR_PROCESS_NOT_IN_JOB"


def test_a_decimal_number_behind_0x_is_offered(base: KnowledgeBase) -> None:
    (near, *_) = explain("0x759", base).suggestions
    assert (near.code.name, near.why) == ("ERROR_PROCESS_NOT_IN_JOB", "759 without 0x")
    assert not explain("1881", base).suggestions


@pytest.mark.parametrize("text", ["hello", "printer", "thanks!", "help", "is it down?"])
def test_a_plain_word_is_neither_code_nor_near_miss(text: str, base: KnowledgeBase) -> None:
    explanation = explain(text, base)
    assert not explanation.findings
    assert not explanation.suggestions
    assert not explanation.is_lookup


def test_the_json_has_the_stable_keys(base: KnowledgeBase) -> None:
    form = explanation_json(explain("0x800702F7", base))
    json.dumps(form)
    assert {"findings", "traces", "answers", "auto_reply"} <= form.keys()
    (finding,) = form["findings"]
    assert {"span", "as_written", "kind", "readings"} <= finding.keys()
    assert finding["span"] == [0, 10]
    best = finding["readings"][0]
    assert best["code"] == "0x800702F7"
    assert best["decimal"] == 2147943159
    assert best["inner"] == {
        "family": "win32", "code": "0x000002F7", "name": "ERROR_PROCESS_NOT_IN_JOB",
    }  # fmt: skip
    answer = form["answers"][0]
    assert answer["code"]["inner"]["name"] == "ERROR_PROCESS_NOT_IN_JOB"
    assert {
        "basis",
        "article",
        "title",
        "summary",
        "causes",
        "fix",
        "faq",
        "related",
        "sources",
    } <= (answer.keys())
    assert {"do", "run", "expect"} <= answer["diagnose"][0].keys()
    assert {"ask", "answer"} <= answer["faq"][0].keys()


TRACES_WITH_A_FOREIGN_LINE = [
    "System.IO.IOException: gone\n   at System.IO.Box.Open()\n"
    "[pool-3] heartbeat sent\n   at Depot.Shelf.Open(String path) in C:\\src\\Shelf.cs:line 12",
    "java.io.IOException: gone\n\tat java.io.Box.open(Box.java:3)\n"
    "[pool-3] heartbeat sent\n\tat com.depot.Shelf.open(Shelf.java:12)",
]


@pytest.mark.parametrize("text", TRACES_WITH_A_FOREIGN_LINE, ids=["dotnet", "java"])
def test_the_json_of_a_trace_tells_our_own_frames_its_key_and_what_was_not_read(
    text: str, base: KnowledgeBase
) -> None:
    (trace,) = explanation_json(explain(text, base))["traces"]
    assert trace["frames"] == 2
    assert [frame["line"] for frame in trace["in_app_frames"]] == [12]
    assert len(trace["fingerprint"]) == 16
    assert trace["unparsed"] == ["[pool-3] heartbeat sent"]


@given(text=st.text(max_size=200))
def test_any_text_is_explained_without_a_fault(text: str, base: KnowledgeBase) -> None:
    explanation = explain(text, base)
    json.dumps(explanation_json(explanation))
    for finding in explanation.findings:
        mention = finding.mention
        assert text[mention.start : mention.end] == mention.as_written


def test_the_thresholds_say_what_is_spoken_of_and_what_deserves_a_reply(
    base: KnowledgeBase,
) -> None:
    text = "relay on Windows ended with error 5 again, see C:\\relay"
    strict = {"command": 0.4, "mention": 0.99, "alert": 0.99}
    assert explain(text, base).findings
    assert explain(text, base).auto_reply
    assert not explain(text, base, thresholds=strict).findings
    generous = {"command": 0.4, "mention": 0.5, "alert": 0.99}
    assert explain(text, base, thresholds=generous).findings
    assert not explain(text, base, thresholds=generous).auto_reply


def test_a_lone_surrogate_is_no_reason_to_break(base: KnowledgeBase) -> None:
    text = "\ud800 failed with 0x80070005 \udfff"
    (finding,) = explain(text, base).findings
    assert text[finding.mention.start : finding.mention.end] == "0x80070005"


def test_an_error_of_the_service_control_manager_is_a_sign_of_windows(base: KnowledgeBase) -> None:
    assert explain(
        "The agent service failed to start: error 1053", base, surface="alert"
    ).auto_reply
    assert not explain("the job failed: error 1053", base, surface="alert").auto_reply
