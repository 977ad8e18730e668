"""What is said about findings: article, playbook or structure, in the order of their worth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.answers import Answer, compose_answers
from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.compiling import compile_knowledge
from knowledge.findings import Finding, Mention, Reading
from knowledge.sources import Sources
from knowledge.traces.trace import ExceptionInfo, Trace


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    target: Path = tmp_path_factory.mktemp("knowledge") / "compiled.sqlite"
    compile_knowledge(Sources(), target)
    compiled = KnowledgeBase(target)
    yield compiled
    compiled.close()


def finding(family: str, value: int, name: str | None, inner: Code | None = None) -> Finding:
    names = (name,) if name else ()
    reading = Reading(family, value, name, names, 0.9, "the text says so", inner)
    return Finding(Mention(0, 1, "x", "number", value), (reading,))


NOT_IN_JOB = finding("win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB")
UNNAMED = finding("win32", 9_998, None)


def compose(base: KnowledgeBase, *found: Finding, text: str = "") -> tuple[Answer, ...]:
    return compose_answers(found, (), base, text)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(NOT_IN_JOB, id="win32"),
        pytest.param(
            finding("ntstatus", 0xC00001AE, "STATUS_ERROR_PROCESS_NOT_IN_JOB"), id="error"
        ),
        pytest.param(finding("ntstatus", 0x123, "STATUS_PROCESS_NOT_IN_JOB"), id="status"),
        pytest.param(
            finding("hresult", 0x800702F7, None, Code("win32", 0x2F7, "ERROR_PROCESS_NOT_IN_JOB")),
            id="wrapped",
        ),
    ],
)
def test_every_spelling_leads_to_the_article(base: KnowledgeBase, found: Finding) -> None:
    (answer,) = compose(base, found)
    assert (answer.basis, answer.article) == ("article", "win32/ERROR_PROCESS_NOT_IN_JOB")


def test_two_spellings_of_one_condition_are_answered_once(base: KnowledgeBase) -> None:
    status = finding("ntstatus", 0xC00001AE, "STATUS_ERROR_PROCESS_NOT_IN_JOB")
    (answer,) = compose(base, NOT_IN_JOB, status)
    assert answer.finding is NOT_IN_JOB


def test_the_text_selects_the_variant_and_the_answer_says_by_which_words(
    base: KnowledgeBase,
) -> None:
    (answer,) = compose(base, NOT_IN_JOB, text="Invoke-CimMethod Win32_Process: failed, 0x2F7")
    assert answer.context is not None
    assert "because the text says “Win32_Process”, “Invoke-CimMethod”" in answer.context
    assert answer.causes[0].id == "broke-away"
    assert answer.diagnose[0].id == "who-started-it"


def test_without_a_matching_word_no_variant_is_claimed(base: KnowledgeBase) -> None:
    (answer,) = compose(base, NOT_IN_JOB, text="myWin32_Processes: 0x2F7")
    assert answer.context is None
    assert answer.causes[0].id == "asked-outside-a-job"


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param(finding("com", 0x80004005, "E_FAIL"), id="E_FAIL"),
        pytest.param(finding("runtime_exception", 0xE0434352, "EXCEPTION_COMPLUS"), id="clr"),
        pytest.param(finding("msi", 1603, "ERROR_INSTALL_FAILURE"), id="1603"),
        pytest.param(
            finding("hresult", 0x80070643, None, Code("msi", 1603, "ERROR_INSTALL_FAILURE")),
            id="1603-wrapped",
        ),
    ],
)
def test_an_envelope_yields_to_the_error_beside_it(base: KnowledgeBase, envelope: Finding) -> None:
    answers = compose(base, envelope, UNNAMED, NOT_IN_JOB)
    assert [answer.finding for answer in answers] == [UNNAMED, NOT_IN_JOB, envelope]
    assert answers[-1].kind == "envelope"


def test_the_root_cause_of_a_trace_comes_first(base: KnowledgeBase) -> None:
    outer, root = finding("hresult", 0x80070057, None), finding("hresult", 0x80070005, None)
    chain = (ExceptionInfo("A", code=0x80070057), ExceptionInfo("B", code=0x80070005))
    trace = Trace("dotnet", 0, 9, chain, 1, None)
    answers = compose_answers((outer, root), (trace,), base, "")
    assert [answer.finding for answer in answers] == [root, outer]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param(
            finding("hresult", 0x8004F123, None),
            ["failure, facility 4 (", "code 61731", "each interface"],
            id="itf",
        ),
        pytest.param(finding("hresult", 0xA0041234, None), ["customer bit"], id="customer"),
        pytest.param(
            finding("ntstatus", 0xC0000237, "STATUS_NETWORK_SESSION_EXPIRED"),
            ["an error, no facility, code 567"],
            id="status",
        ),
    ],
)
def test_without_article_and_playbook_the_structure_is_told_honestly(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, found: Finding, told: list[str]
) -> None:
    monkeypatch.setattr(base, "playbook_for", lambda _: None)
    (answer,) = compose(base, found)
    assert answer.basis == "structure"
    assert answer.article is None
    assert "no article" in answer.summary
    for words in told:
        assert words in answer.summary


@pytest.mark.parametrize("wrapped", [False, True])
def test_without_an_article_the_playbook_of_the_subsystem_answers_and_says_so(
    base: KnowledgeBase, wrapped: bool
) -> None:
    # A service error that nobody wrote about yet, whichever that is.
    services = (code for value in range(1051, 1085) for code in base.codes_with_value(value))
    code = next(c for c in services if c.family == "win32" and base.article_for(c) is None)
    found = (
        finding("hresult", 0x80070000 | code.value, None, code)
        if wrapped
        else finding("win32", code.value, code.name)
    )
    (answer,) = compose(base, found)
    assert (answer.basis, answer.article) == ("playbook", None)
    assert answer.meaning is not None
    assert "No article is about this code" in answer.meaning
    assert {"qc", "events"} <= {step.id for step in answer.diagnose}


def test_nothing_found_is_nothing_said(base: KnowledgeBase) -> None:
    assert compose(base) == ()
