"""Questions: what they ask about, whatever stands around it."""

from __future__ import annotations

import time

import pytest

from knowledge.asking import explain_asked
from knowledge.base import KnowledgeBase
from knowledge.search import answers_to, nearest_to, search_json


@pytest.mark.parametrize(
    ("question", "family", "value"),
    [
        ("what does error 67 mean?", "win32", 67),
        ("why do I get 1053 when starting my service", "win32", 1053),
        ("Schannel alert 40 what is it", "tls_alert", 40),
        ("what is event id 7031", "event_id", 7031),
        ("robocopy returns 8", "robocopy", 8),
        ("what is robocopy exit code 16", "robocopy", 16),
        ("kerberos failure code 0x18 in our logs?", "kerberos_rfc4120", 0x18),
        ("Device Manager shows code 43", "pnp_problem", 43),
        ("the print spooler says 0x11b", "printing", 0x11B),
        ("has anybody seen -2147023838 before?", "hresult", 0x80070422),
        ("is 80070005 bad?", "hresult", 0x80070005),
        ("What does 87D1041C mean?", "configmgr_intune", 0x87D1041C),
        ("my pc dies with dpc watchdog violation", "bugcheck", 0x133),
        ("blue screen IRQL NOT LESS OR EQUAL, ideas?", "bugcheck", 0xA),
        ("what is ERROR_BAD_NET_NAME about", "win32", 67),
        ("how do I get rid of 0x2F7", "win32", 0x2F7),
    ],
)
def test_a_code_in_a_question_is_meant(
    question: str, family: str, value: int, base: KnowledgeBase
) -> None:
    best = explain_asked(question, base, "command").findings[0].best
    assert (best.family, best.value) == (family, value)


@pytest.mark.parametrize(
    ("question", "unknown", "name"),
    [
        ("what is ERROR_ACCES_DENIED?", "ERROR_ACCES_DENIED", "ERROR_ACCESS_DENIED"),
        ("our app dies with STATUS_ACCESS_VIOLATON", "STATUS_ACCESS_VIOLATON",
         "STATUS_ACCESS_VIOLATION"),
        ("why do I get 0x800700005", "0x800700005", "E_ACCESSDENIED"),
        ("what is 0x759?", "0x759", "ERROR_PROCESS_NOT_IN_JOB"),
    ],
)  # fmt: skip
def test_a_mistyped_code_in_a_question_has_near_misses(
    question: str, unknown: str, name: str, base: KnowledgeBase
) -> None:
    explanation = explain_asked(question, base, "mention")
    assert not explanation.findings
    assert explanation.unknown == unknown
    assert name in [near.code.name for near in explanation.suggestions]


@pytest.mark.parametrize(
    "question",
    [
        "is JAVA_HOME set?",
        "what about MY_JOB_STATUS",
        "set MAX_RETRY_COUNT to 3",
        "see C:\\MY_APP_LOG",
    ],
)
def test_a_variable_in_a_question_has_none(question: str, base: KnowledgeBase) -> None:
    assert explain_asked(question, base, "mention").suggestions == ()


@pytest.mark.parametrize(
    "question",
    [
        "does it run on Windows Server 2019?",
        "who listens on port 8080?",
        "we have 3 servers and 12 clients",
        "is version 10.0.19045 affected",
        "what about KB5004442?",
        "why is line 120 of my script red",
        "Events 304 and events 307 come in pairs",
        "not enough space though explorer shows 200 GB free",
        "is a 301 redirect better than a 302 one",
        "nginx answers with 502",
        "mysql error 1064 near select",
        "ORA-00942 after the import",
        "rebooted 250 times already",
        "windows 2019 bluescreen under load",
    ],
)
def test_other_numbers_are_not(question: str, base: KnowledgeBase) -> None:
    assert explain_asked(question, base, "command").findings == ()


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("remote desktop client shows error code 0x204", "rdp_disconnect/RDP_0x204"),
        ("error 0x7e when a dll is loaded", "win32/ERROR_MOD_NOT_FOUND"),
        ("error 0x7b at boot after moving the disk", "bugcheck/INACCESSIBLE_BOOT_DEVICE"),
        ("iis error 503, application pool stopped", "http_status/HTTP_503"),
        ("error 1067 of the mysql service", "win32/ERROR_PROCESS_ABORTED"),
        ("windows 2019 bluescreen, dpc watchdog", "bugcheck/DPC_WATCHDOG_VIOLATION"),
    ],
)
def test_the_words_around_a_number_decide_what_it_is(
    question: str, article: str, base: KnowledgeBase
) -> None:
    assert answers_to(question, base)[0].article == article


def test_the_name_that_windows_gives_a_kerberos_error_is_known(base: KnowledgeBase) -> None:
    best = answers_to("KDC_ERR_ETYPE_NOTSUPP after rc4 was disabled", base)[0]
    assert best.article == "kerberos_rfc4120/KDC_ERR_ETYPE_NOSUPP"


def test_a_question_in_an_articles_words_leads_to_it_whatever_number_it_holds(
    base: KnowledgeBase,
) -> None:
    misled = [
        (identifier, entry.ask)
        for identifier in base.article_ids[::7]
        for entry in base.article(identifier).faq
        if answers_to(entry.ask, base)[0].article != identifier
    ]
    assert misled == []


def test_a_log_is_no_question(base: KnowledgeBase) -> None:
    log = "processed 1053 rows\n" * 40
    assert explain_asked(log, base, "mention").findings == ()


def test_a_code_without_article_is_answered_by_what_is_known(base: KnowledgeBase) -> None:
    result = answers_to("what is 0x80040E2F?", base)[0]
    assert result.code.value == 0x80040E2F
    assert result.answer
    form = search_json((result,))["results"][0]
    assert form["code"]["code"] == "0x80040E2F"
    assert set(form) == {"article", "code", "score", "ask", "answer"}


def test_the_code_of_a_result_is_the_one_that_was_asked_for(base: KnowledgeBase) -> None:
    code = search_json(answers_to("updates fail with 0x80070070, why?", base))["results"][0]["code"]
    assert (code["code"], code["inner"]["name"]) == ("0x80070070", "ERROR_DISK_FULL")


def test_a_question_of_another_world_has_no_answer_but_near_ones(base: KnowledgeBase) -> None:
    for question in ("what is the capital of France", "thanks a lot!", "are you well today?"):
        assert answers_to(question, base) == ()
    assert len(nearest_to("how do I center a box in a style sheet", base)) <= 3


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("which process has the file open", "win32/ERROR_SHARING_VIOLATION"),
        ("my port is already in use", "winsock/WSAEADDRINUSE"),
        ("which dll is missing when the program starts", "ntstatus/STATUS_DLL_NOT_FOUND"),
        ("the trust relationship of the workstation failed",
         "win32/ERROR_TRUSTED_RELATIONSHIP_FAILURE"),
        ("no activation because the KMS host cannot be reached",
         "activation/SL_E_VL_BINDING_SERVICE_UNAVAILABLE"),
    ],
)  # fmt: skip
def test_a_question_in_other_words_finds_its_article(
    question: str, article: str, base: KnowledgeBase
) -> None:
    assert article in [hit.article for hit in base.search_faq(question)[:3]]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("sharing violation when the build copies its output", "win32/ERROR_SHARING_VIOLATION"),
        ("only one usage of each socket address is permitted", "winsock/WSAEADDRINUSE"),
        ("the spooler terminated unexpectdly again", "event_id/EVENT_SERVICE_CRASH"),
        ("display driver timeout, should I raise tdrdelay", "bugcheck/VIDEO_TDR_FAILURE"),
    ],
)
def test_names_parts_of_messages_and_misspelt_words_lead_to_it_too(
    question: str, article: str, base: KnowledgeBase
) -> None:
    assert article in [hit.article for hit in base.search_faq(question)[:3]]


def test_a_long_text_costs_no_more_than_its_beginning(base: KnowledgeBase) -> None:
    question = "the spooler service does not start after the update"
    log = f"{question}. " + "Qwertz uiop asdfgh yxcvbn mnbvcx. " * 30_000
    started = time.process_time()
    assert base.search_faq(log) is not None
    assert time.process_time() - started < 1.0


def test_the_nearest_are_offered_on_request_only(base: KnowledgeBase) -> None:
    question = "which restaurant near the domain controller serves bread"
    assert base.search_faq(question) == ()
    assert len(base.search_faq(question, 3, unsure=True)) == 3


def test_a_question_in_an_articles_own_words_comes_first(base: KnowledgeBase) -> None:
    for identifier in base.article_ids[::25]:
        for entry in base.article(identifier).faq:
            assert base.search_faq(entry.ask)[0].article == identifier
