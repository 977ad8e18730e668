"""Short numbers of Windows' own tools and logs: which family they are of, and their twins."""

from __future__ import annotations

import pytest

from knowledge.asking import explain_asked
from knowledge.base import KnowledgeBase
from knowledge.explanation import explain
from knowledge.surfaces import THRESHOLDS

TICKET = (
    "A Kerberos service ticket was requested.\n\nAccount Information:\n\tAccount Name:\t\tweb$\n"
    "\tLogon GUID:\t\t{00000000-0000-0000-0000-000000000000}\n\nAdditional Information:\n"
    "\tTicket Options:\t\t0x40810000\n\tTicket Encryption Type:\t0xFFFFFFFF\n"
    "\tFailure Code:\t\t0x20\n\tTransited Services:\t-"
)
LOGON = (
    "An account failed to log on.\n\nFailure Information:\n\tFailure Reason:\t\t%%2313\n"
    "\tStatus:\t\t\t0xC000006D\n\tSub Status:\t\t{}"
)
BIND = "80090308: LdapErr: DSID-0C090449, comment: AcceptSecurityContext error, data {}, v4563"

FOUND = [
    ("runas", "RUNAS ERROR: Unable to run - cmd.exe\n1327: Kontobeschränkungen", "win32", 1327),
    ("runas_wrapped", "RUNAS ERROR: Unable to run - cmd.exe 1385: no right", "win32", 1385),
    ("pair_of_repadmin", "repadmin /showrepl: 8524 (0x214c) on both", "active_directory", 8524),
    ("pair_alone", "it ends with 1722 (0x6ba) since noon", "rpc", 1722),
    ("failed_with_error", "call failed with error 5", "win32", 5),
    ("failed_with_rare_error", "bind failed with error 8245", "active_directory", 8245),
    ("failed_with_an_error", "set password failed with an error code 86", "win32", 86),
    ("kerberos_ticket", TICKET, "kerberos_rfc4120", 0x20),
    ("kerberos_event", "Kerberos pre-auth failed for svc, event 4771, 0x18", "kerberos_rfc4120",
     0x18),
    ("ldap_tool", "ldap_bind: Invalid credentials (49)", "ldap", 49),
    ("ldap_words", "the LDAP connection said Invalid Credentials (49)", "ldap", 49),
    ("ldap_data", "AcceptSecurityContext error, data 701, v2580", "win32", 0x701),
    ("alert_received", "The following fatal alert was received: 48.", "tls_alert", 48),
    ("alert_sent", "The TLS protocol defined fatal alert code is 80.", "tls_alert", 80),
    ("alert_sent_2008", "The TLS protocol defined fatal error code is 42.", "tls_alert", 42),
    ("alert_schannel", "Schannel fatal alert 40 on the gateway", "tls_alert", 40),
    ("alert_tls", "handshake ends with TLS 1.2 alert 70", "tls_alert", 70),
    ("alert_code", "fatal alert code is 45", "tls_alert", 45),
    ("live_kernel_event", "LiveKernelEvent 141 after every game", "bugcheck", 0x141),
    ("live_kernel_event_hex", "LiveKernelEvent 1B8 on two laptops", "bugcheck", 0x1B8),
    ("bug_check_without_0x", "BugCheck 7F on RDSH02", "bugcheck", 0x7F),
    ("bug_check_digits", "BugCheck 133 on RDSH02", "bugcheck", 0x133),
    ("stop_code_in_words", "STOP CODE: DPC WATCHDOG VIOLATION again", "bugcheck", 0x133),
    ("taskkill", "taskkill /F /IM relay.exe ended with exit code 128", "win32", 128),
    ("msiexec", "msiexec /i C:\\relay.msi /qn, exit code 87", "win32", 87),
    ("dism", "DISM returned 50 in the build", "win32", 50),
    ("sc", "sc.exe start relay, exit code: 5", "win32", 5),
    ("robocopy", "robocopy step: exit code 16", "robocopy", 16),
    ("rare_bare_hex", "request failed; 80d02002 again", "delivery_optimization", 0x80D02002),
    ("bare_hex", "Sending with winhttp failed; 80072f8f. retrying.", "hresult", 0x80072F8F),
]  # fmt: skip

SILENT = [
    ("event", "we see event 2042 on DC2"),
    ("events", "events 2087 and 2088 on both DCs"),
    ("event_and_error", "error event 1202 in the log of SceCli"),
    ("event_by_itself", "event 2042"),
    ("event_id_by_itself", "Event ID 1202"),
    ("monitoring_alert", "a fatal alert 40 from the monitoring of the harbour"),
    ("openssl_on_linux", "/usr/bin/curl on Ubuntu: SSL alert number 40"),
    ("promo_code", "use promo code 28 at the till"),
    ("area_code", "her number has area code 43"),
    ("bug_check_words", "the bug check bee found 3 of them"),
    ("capitals_without_stop", "SYSTEM SERVICE EXCEPTION CLAUSE of the contract"),
    ("exit_code_of_a_program", "relayctl ended with exit code 128"),
    ("exit_code_of_git", "git fetch: exit code 128, then dism was never run"),
    ("robocopy_success", "robocopy step: exit code 3"),
    ("encryption_type", "Kerberos 4769: Ticket Encryption Type: 0x12"),
    ("failure_reason", "Failure Reason:\t\t%%2313"),
    ("ldap_prose", "room ldap_lab: chairs and tables (49)"),
    ("rsync", "rsync failed with error 23"),
    ("linux", "dd on Ubuntu, /dev/sdb: failed with error 5"),
    ("make", "make failed with error 2"),
    ("constants", "flags are 18 (0x12) and 5 (0x5)"),
    ("error_252", "Error 252"),
    ("bare_hex_without_failure", "the table lists 80d02002 and c0000098 in a row"),
    ("bare_hex_that_is_no_code", "mount failed; c0a80101 is the address"),
    ("success_name", "the call returned S_OK"),
    ("success_of_a_task", "Last Run Result (0x0)"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "family", "value"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_the_number_is_read_in_its_family(
    text: str, family: str, value: int, base: KnowledgeBase
) -> None:
    best = {(f.best.family, f.best.value) for f in explain(text, base).findings}
    assert best == {(family, value)}


@pytest.mark.parametrize("text", [row[1] for row in SILENT], ids=[row[0] for row in SILENT])
def test_its_twin_is_left_alone(text: str, base: KnowledgeBase) -> None:
    assert explain(text, base).findings == ()


@pytest.mark.parametrize(
    "text", [row[1] for row in (*SILENT, *FOUND) if "failed with" in row[1] or "code" in row[1]]
)
def test_what_other_programs_print_alike_is_not_answered_unasked(
    text: str, base: KnowledgeBase
) -> None:
    windows_own = ("The TLS protocol defined", "STOP CODE")
    if not text.startswith(windows_own):
        assert not explain(text, base, surface="alert").auto_reply


def test_bold_readings_stay_below_the_alert_threshold(base: KnowledgeBase) -> None:
    bold = ("call failed with error 5", "ldap_bind: Invalid credentials (49)", "TLS alert 40 again",
            "taskkill: exit code 128", "it ends with 1722 (0x6ba) since noon")  # fmt: skip
    for text in bold:
        sure = [finding.mention.confidence for finding in explain(text, base).findings]
        assert sure, text
        assert max(sure) < THRESHOLDS["alert"], text


@pytest.mark.parametrize("text", ["promo code 28", "area code 43", "event 1202?", "error 252?"])
def test_not_even_to_somebody_who_asks(text: str, base: KnowledgeBase) -> None:
    assert explain_asked(text, base, "mention").findings == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [("the call returned S_OK, why?", "S_OK"), ("Last Run Result (0x0)?", "ERROR_SUCCESS"),
     ("did it give ERROR_SUCCESS?", "ERROR_SUCCESS")],
)  # fmt: skip
def test_a_success_is_explained_to_who_asks_and_never_unasked(
    text: str, name: str, base: KnowledgeBase
) -> None:
    assert [f.best.name for f in explain_asked(text, base, "mention").findings] == [name]
    alert = explain(text, base, surface="alert")
    assert (alert.findings, alert.auto_reply) == ((), False)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (BIND.format("775"), "ERROR_ACCOUNT_LOCKED_OUT"),
        (f"LDAP: error code 49 - {BIND.format('52e')}", "ERROR_LOGON_FAILURE"),
        (LOGON.format("0xC0000064"), "STATUS_NO_SUCH_USER"),
        (LOGON.format("0x0"), "STATUS_LOGON_FAILURE"),
        ("4625: Status 0xC000006E, Substatus 0xC0000072", "STATUS_ACCOUNT_DISABLED"),
    ],
)
def test_the_detail_comes_before_what_it_explains(
    text: str, first: str, base: KnowledgeBase
) -> None:
    assert explain(text, base).answers[0].reading.name == first


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("BugCheck 133", "DPC_WATCHDOG_VIOLATION"),
        ("stop code 133", "DPC_WATCHDOG_VIOLATION"),
        ("stop 209", "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
        ("BugcheckCode 209", "DRIVER_IRQL_NOT_LESS_OR_EQUAL"),
        ("event 7031", "EVENT_SERVICE_CRASH"),
    ],
)
def test_a_code_alone_is_read_as_its_word_says(text: str, name: str, base: KnowledgeBase) -> None:
    assert explain(text, base).findings[0].best.name == name


def test_an_event_by_itself_is_not_answered_unasked(base: KnowledgeBase) -> None:
    assert not explain("event 7031", base, surface="alert").auto_reply
