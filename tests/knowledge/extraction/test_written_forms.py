"""Every written form that people were seen to paste, and every number that is none, one by one.

The labelled texts in tests/data/texts hold them among other words; here each stands for itself.
"""

from __future__ import annotations

import pytest

from knowledge.base import KnowledgeBase
from knowledge.explanation import explain

FORMS = [
    ("hresult", "relay: HRESULT: 0x80070005 while copying", 0x80070005),
    ("winerror", "PermissionError: [WinError 5] on C:\\relay", 5),
    ("hex_and_decimal", "connect to the depot failed (0x0000274D/10061)", 0x274D),
    ("hr_without_prefix", "hcs job 7 ended, hr=c0350005", 0xC0350005),
    ("ldap_code", "80090308: LdapErr: DSID-0C0903A9, comment: x", 0x80090308),
    ("ldap_data", "80090308: LdapErr: DSID-0C0903A9, comment: x, data 52e, v1db1", 0x52E),
    ("event_data", "<Data>relay.exe</Data><Data>c0000409</Data>", 0xC0000409),
    ("source_line", "deployment: host.cpp,1470,80073CF6", 0x80073CF6),
    ("code_padded", "Spooler on Windows: printing failed with code 000006a6", 0x6A6),
    ("bugcheck_name", "DRIVER_POWER_STATE_FAILURE (9f) after lunch", 0x9F),
    ("bugcheck_bucket", "FAILURE_BUCKET_ID: 0x3B_c0000005_relay", 0x3B),
    ("bugcheck_bucket_status", "FAILURE_BUCKET_ID: 0x3B_c0000005_relay", 0xC0000005),
    ("event_attribute", '<Data Name="BugcheckCode">26</Data>', 0x1A),
    ("windbg_decimal", "LastErrorValue: (Win32) 0n2 (2) of relay.exe", 2),
    ("status_in_brackets", "DiskRelay on Windows [status=87] volume D:", 87),
    ("console_wrap", "setup said: the exit code was\n'1603' for relay.msi", 1603),
    ("python_tuple", "PermissionError(13, 'no', None, 5)", 5),
    ("com_error_tuple", "(-2147352567, 'gone', (0, None, None, 0, 1), None)", 0x80020009),
    ("winerror_negative", "OSError: [WinError -2147023673] the user left", 0x800704C7),
    ("wsman_code", '<f:WSManFault Code="2150858770">', 0x80338012),
    ("json_signed", 'relay on Windows: {"Error":-1070137082}', 0xC0370106),
    ("errno_winsock", "OS Error: x, errno = 1225, address = depot (Windows)", 1225),
    ("createprocess", 'Cannot run program "C:\\relay.exe": CreateProcess error=740, more', 740),
    ("os_error", "tcp read on Windows: reset (os error 10054)", 10054),
    ("os_struct", 'Windows: Os { code: 5, kind: PermissionDenied, message: "no" }', 5),
    ("libuv", "{ errno: -4048, code: 'EPERM', syscall: 'unlink' }", 0xFFFFF030),
    ("sql_server", "BACKUP DATABASE: Operating system error 5(no entry)", 5),
    ("wsl_path", "Error code: Wsl/Service/CreateInstance/MountVhd/ERROR_FILE_NOT_FOUND", 2),
    ("chinese", "激活错误：0xC004F074软件无法联系", 0xC004F074),
    ("german", "Der Dienst Lager Relay startet nicht: Fehler 1053", 1053),
    ("exit_code_unsigned", "step 4 on windows-2022: exit code 3221225477", 0xC0000005),
    ("service_specific", "The relay ended: service-specific error 2148073478", 0x80090006),
    ("return_value_3", "Action ended 10:11:12: WriteKeys. Return value 3.", 1603),
    ("wrapped_symbol", "deploy: HRES\nULT: 0x80070005", 0x80070005),
    ("wrapped_number", "The installer of relay.msi returned 0x8007\n0643", 0x80070643),
    ("html_entities", "&lt;b&gt;HRESULT&lt;/b&gt;: 0x80070020", 0x80070020),
    ("slack_quote", "&gt; relay failed with `0x80070020`", 0x80070020),
    ("bullet", "• relay: error code 0x80070020", 0x80070020),
    ("in_a_list", "IP-HTTPS errors 0x274d, 0x2afc or 0x2af9", 0x2AF9),
    ("noun_behind", "the 0x80070020 error again", 0x80070020),
]  # fmt: skip

SILENCES = [
    ("address", "crash at address 0x80070005 in relay.so"),
    ("pci_window", "pci 0000:03:00.0: BAR 0: [mem 0xc0000000-0xc0ffffff]"),
    ("sha", "commit 80070005ab3f, then 8007000e1c"),
    ("colour", "the badge is #80070005 on #c0000005"),
    ("version", "relay 10.0.19041.1053 (KB5005033), setup 5.1.1603"),
    ("time", "done at 10:53:11, 1053 ms later than 05:00"),
    ("price", "1,603 USD, or $1053 with the discount"),
    ("ticket", "OPS-1603 and #1053 are about the coffee machine"),
    ("line_number", "relay.py line 1053, column 5"),
    ("http", "GET /relay 404, then HTTP 500 and status code 503"),
    ("linux_errno", "OSError: [Errno 13] Permission denied: '/var/lib/relay'"),
    ("linker", "LINK : fatal error LNK1181: cannot open relay.lib"),
    ("cuda", "CUDA error 700: an illegal memory access was encountered"),
    ("curl", "curl: (7) Failed to connect to depot port 443"),
    ("macos", "Error Domain=NSCocoaErrorDomain Code=260 on macOS"),
    ("keywords", "<Keywords>0x8080000000000000</Keywords><EventID>7036</EventID>"),
    ("success", "relay.msi: exit code 0, status 0x00000000, S_OK"),
    ("port", "relay listens on port 10061 and 1053"),
    ("error_5_on_linux", "root@edge:/etc# dd if=/dev/sdb\nI/O error, dev sdb, error 5"),
]


NAMES = [name for name, _, _ in FORMS]
TEXTS_WITH_CODES = [(text, code) for _, text, code in FORMS]


@pytest.mark.parametrize(("text", "code"), TEXTS_WITH_CODES, ids=NAMES)
def test_the_form_is_read(text: str, code: int, base: KnowledgeBase) -> None:
    findings = explain(text, base).findings
    assert code in {finding.best.value for finding in findings}, [f.mention for f in findings]


@pytest.mark.parametrize("text", [s[1] for s in SILENCES], ids=[s[0] for s in SILENCES])
def test_nothing_is_said(text: str, base: KnowledgeBase) -> None:
    explanation = explain(text, base, surface="alert")
    assert explanation.findings == ()
    assert not explanation.auto_reply


def test_every_finding_says_how_sure_it_is_and_why(base: KnowledgeBase) -> None:
    for _, text, _ in FORMS:
        for finding in explain(text, base).findings:
            assert 0 < finding.mention.confidence <= 1
            assert finding.mention.why
            assert all(reading.why for reading in finding.readings)
