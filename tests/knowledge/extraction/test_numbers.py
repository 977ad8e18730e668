"""Numbers: found where the words or the form make them an error, left alone elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.base import KnowledgeBase
from knowledge.extraction import extract_mentions
from knowledge.extraction.known import CatalogueView
from knowledge.extraction.numbers import MAX_TOLD

FOUND = {
    "hex behind a word": ("the agent failed with 0x2F7", 0x2F7),
    "signed exit code": ("worker exited with code -1073741819", 0xC0000005),
    "unsigned exit code": ("container stopped, exit code 3221225477", 0xC0000005),
    "known HRESULT without any word": ("Setup says: 0x80070005 and stops", 0x80070005),
    "unsigned decimal HRESULT": ("LastTaskResult 2147942402 on node 4", 0x80070002),
    "winerror": ("OSError: [WinError 32] file in use", 32),
    "Python 2 error": ("WindowsError: [Error 5] denied: 'C:\\x'", 5),
    "OSError arguments": ("PermissionError(13, 'Zugriff verweigert', None, 5)", 5),
    "os error of Rust on Windows": ("C:\\tools\\x.exe: cannot open (os error 32)", 32),
    "CreateProcess of Java": ('Cannot run program "build.exe": CreateProcess error=740, x', 740),
    "SQL Server": ("Operating system error 112(There is no space) on D:\\data", 112),
    "service control": ("[SC] StartService FAILED 1053:", 1053),
    "both notations": ("could not connect: refused (0x0000274D/10061)", 10061),
    "com_error": ("pywintypes.com_error: (-2147221005, 'x', None, None)", 0x800401F3),
    "bare hex behind hr": ("partition setup failed, hr=c0350005", 0xC0350005),
    "padded bare hex": ("Get-Share: Windows error code 000006ba", 0x6BA),
    "bare hex in a component log": ("onecore\\deploy.cpp,214,80073CF9;x", 0x80073CF9),
    "LDAP bind": ("80090308: LdapErr: DSID-0C090449, comment: x, data 775, v4563", 0x775),
    "event data": ("<Data>c0000409</Data>", 0xC0000409),
    "bug check in brackets": ("KERNEL_SECURITY_CHECK_FAILURE (139)", 0x139),
    "bucket of a bug check": ("FAILURE_BUCKET: 0x3B_c0000005_win32k", 0xC0000005),
    "64-bit print": ("ExceptionCode: 00000000 0xFFFFFFFFC0000005", 0xC0000005),
    "no blank in Chinese": ("激活失败，错误0xC004F074软件", 0xC004F074),
    "socket error in brackets": ("sqlcmd.exe: connection lost (10054), retrying", 10054),
    "German": ("Fehler 1053: Der Dienst antwortete nicht, C:\\Windows", 1053),
    "libuv": ("npm: errno: -4048, syscall: 'unlink'", 0xFFFFF030),
    "WSMan": ('<f:WSManFault Code="2150858770" Machine="x">', 0x80338012),
    "JSON": ('{"Error":-1070137082,"ErrorMessage":""}', 0xC0370106),
}

SILENT = {
    "address": "at 0x80070005 in module heap",
    "gdb argument": "#5 helper (key=1, user=0x80022a01) at threads.c:4139",
    "name with hex inside": "object.wrapper_native_0x80070005 (intptr,intptr)",
    "memory range": "mem 0xc0000000-0xc0000fff window",
    "commit": "c0000409 windows: avoid overflow",
    "line number": "error in job.cs line 5",
    "port": "error: cannot listen on port 5985",
    "price": "order 12029 failed: $1603",
    "HTTP status": "request failed with status code 500",
    "time": "failed after 1053 ms",
    "success": "hr: 0x0, result 0x00000000",
    "small exit code": "Process completed with exit code 1.",
    "Linux kernel": "usb 1-2.4: device descriptor read/64, error -32",
    "MySQL": "ERROR 1045 (28000): Access denied for user (mysql)",
    "linker": "link.exe failed: exit code: 1181",
    "CUDA": "CUDA Runtime API error 700: an illegal access",
    "Oracle": "ORA-12541: no listener",
    "version": "error in build 10.0.19045.5",
    "ticket": "issue 1603 failed again",
    "process id": "E/PackageManager( 1603): failed",
    "part number": "part number 3221225781 is out of stock",
    "percent": "error rate 5% over 3 hours",
}


def values_in(text: str, base: KnowledgeBase, at_least: float = 0.5) -> list[int | None]:
    mentions = extract_mentions(text, CatalogueView(base))
    return [mention.value for mention in mentions if mention.confidence >= at_least]


@pytest.mark.parametrize(("text", "value"), FOUND.values(), ids=FOUND.keys())
def test_an_error_code_is_found_in_its_written_form(
    text: str, value: int, base: KnowledgeBase
) -> None:
    assert value in values_in(text, base)


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_a_number_with_another_job_is_no_error_code(text: str, base: KnowledgeBase) -> None:
    assert values_in(text, base) == []


@pytest.mark.parametrize(("text", "value"), FOUND.values(), ids=FOUND.keys())
def test_the_span_is_where_the_text_stands(text: str, value: int, base: KnowledgeBase) -> None:
    for mention in extract_mentions(text, CatalogueView(base)):
        assert text[mention.start : mention.end] == mention.as_written


PIECES = [
    "0x", "80070005", " error ", "-", "2147024891", "(", ")", "_", "A", "0", "9", "\n", "$", "&H",
    "[WinError ", "exit code ", "STATUS_", "失败", "data ", "LdapErr", ".cpp,1,", "{", "'", ",",
    " None, ", "Error(", "İ", "kerberos", "`", "://",
]  # fmt: skip


@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_any_text_gives_mentions_inside_it_in_order(text: str, base: KnowledgeBase) -> None:
    mentions = extract_mentions(text, CatalogueView(base))
    end = 0
    for mention in mentions:
        assert end <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.as_written
        assert 0 < mention.confidence <= 1
        end = mention.end


def test_of_a_table_of_codes_the_first_are_told(base: KnowledgeBase) -> None:
    text = "".join(f"0x8007{value:04X}\n" for value in range(1, 400))
    told = extract_mentions(text, CatalogueView(base))
    assert len(told) == MAX_TOLD
    assert told[0].value == 0x80070001


def test_an_error_below_many_successes_is_told(base: KnowledgeBase) -> None:
    zeros = "".join(f"12:00:{n:03} CBS  HRESULT = 0x00000000, error 0\n" for n in range(700))
    told = extract_mentions(f"{zeros}12:30 CBS  HRESULT = 0x800F0805\n", CatalogueView(base))
    assert [mention.value for mention in told] == [0x800F0805]
