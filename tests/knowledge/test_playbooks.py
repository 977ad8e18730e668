"""Playbooks: which codes each is for, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.errors import PlaybookError
from knowledge.loading import open_knowledge
from knowledge.playbooks.model import CodeRange, Facility, Matches, load_playbook

MIN_PLAYBOOKS = 45
MIN_GUIDED = 0.97


@pytest.fixture(scope="module")
def base() -> Iterator[KnowledgeBase]:
    opened = open_knowledge()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param(Code("win32", 760, "ERROR_PROCESS_IN_JOB"), "job-objects", id="job"),
        pytest.param(Code("win32", 1068, None), "services", id="service"),
        pytest.param(Code("rpc", 1753, "EPT_S_NOT_REGISTERED"), "rpc", id="rpc"),
        pytest.param(Code("winsock", 10061, "WSAECONNREFUSED"), "winsock", id="winsock"),
        pytest.param(Code("win32", 53, "ERROR_BAD_NETPATH"), "smb", id="smb"),
        pytest.param(Code("win32", 1015, "ERROR_REGISTRY_IO_FAILED"), "registry", id="registry"),
        pytest.param(Code("windows_update", 0x8024402C, None), "windows-update", id="update"),
        pytest.param(Code("cbs", 0x800F081F, "CBS_E_SOURCE_MISSING"), "servicing", id="cbs"),
        pytest.param(Code("msi", 1618, "ERROR_INSTALL_ALREADY_RUNNING"), "msi", id="msi"),
        pytest.param(Code("appx", 15612, None), "appx", id="appx"),
        pytest.param(Code("win32", 1326, "ERROR_LOGON_FAILURE"), "logon", id="logon"),
        pytest.param(Code("hresult", 0x800B0109, None), "tls-certificates", id="tls"),
        pytest.param(Code("com", 0x80040154, "REGDB_E_CLASSNOTREG"), "com", id="com"),
        pytest.param(Code("clr", 0x80131509, "COR_E_INVALIDOPERATION"), "dotnet", id="dotnet"),
        pytest.param(Code("win32", 112, "ERROR_DISK_FULL"), "storage", id="storage"),
        pytest.param(Code("bugcheck", 0x133, "DPC_WATCHDOG_VIOLATION"), "bugchecks", id="bugcheck"),
        pytest.param(Code("esent", 0xFFFFFDDA, None), "esent", id="esent"),
        pytest.param(Code("wmi", 0x80041010, "WBEM_E_INVALID_CLASS"), "wmi", id="wmi"),
        pytest.param(Code("ras", 812, None), "ras-vpn", id="vpn"),
        pytest.param(Code("dtc", 0x8004D101, None), "transaction-coordinator", id="dtc"),
        pytest.param(Code("oledb", 0x80040E09, None), "oledb-odbc", id="oledb"),
        pytest.param(Code("oledb", 0x80040EA3, "SEC_E_INVALIDTRUSTEE"), "oledb-odbc", id="sec-e"),
        pytest.param(Code("win32", 6701, None), "transactions", id="transactions"),
        pytest.param(Code("win32", 1400, None), "window-manager", id="window"),
        pytest.param(Code("win32", 3007, None), "printing", id="printing"),
        pytest.param(Code("win32", 87, "ERROR_INVALID_PARAMETER"), "win32-system", id="win32"),
    ],
)  # fmt: skip
def test_a_code_gets_the_playbook_of_its_subsystem(
    base: KnowledgeBase, code: Code, expected: str
) -> None:
    playbook = base.playbook_for(code)
    assert playbook is not None
    assert playbook.id == expected


def test_nearly_every_code_of_the_catalogue_has_an_article_or_a_playbook(
    base: KnowledgeBase,
) -> None:
    codes = base.codes()
    guided = sum(bool(base.article_for(code) or base.playbook_for(code)) for code in codes)
    assert len(base.playbooks) >= MIN_PLAYBOOKS
    assert guided / len(codes) >= MIN_GUIDED


MATCHES = Matches(
    families=("hresult", "abc"),
    ranges=(CodeRange(family="win32", first=10, last=20),),
    facilities=(Facility(kind="hresult", number=36),),
    prefixes=("WU_E_",),
)


@pytest.mark.parametrize(
    ("code", "rank"),
    [
        pytest.param(Code("win32", 10, None), 4, id="first-of-a-range"),
        pytest.param(Code("win32", 20, None), 4, id="last-of-a-range"),
        pytest.param(Code("win32", 21, None), 0, id="after-a-range"),
        pytest.param(Code("ntstatus", 10, None), 0, id="range-of-another-family"),
        pytest.param(Code("abc", 1, "WU_E_X"), 3, id="prefix-before-family"),
        pytest.param(Code("hresult", 0x80240001, None), 2, id="facility-before-family"),
        pytest.param(Code("hresult", 0x80250001, None), 1, id="family"),
        pytest.param(Code("ntstatus", 0xC0240001, None), 0, id="facility-of-another-kind"),
        pytest.param(Code("other", 1, None), 0, id="nothing"),
    ],
)
def test_the_most_telling_match_counts(code: Code, rank: int) -> None:
    assert MATCHES.rank(code) == rank


def test_no_prefixes_match_no_name() -> None:
    assert Matches().rank(Code("win32", 1, "ERROR_X")) == 0


def test_all_faults_of_a_playbook_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(
        "title: Short title\nmatches:\n  ranges: [{family: win32, first: 5, last: 4}]\n"
        "causes:\n  - {id: one, text: Something is wrong., tell: You can see it., check: none}\n",
        encoding="utf-8",
    )
    with pytest.raises(PlaybookError) as caught:
        load_playbook(path)
    told = str(caught.value)
    for words in (
        "last is below first",
        "no diagnose step has the id 'none'",
        "sources: is missing",
    ):
        assert words in told


def test_the_index_gives_what_asking_every_playbook_gives(base: KnowledgeBase) -> None:
    for code in base.codes()[::97]:
        best = max(base.playbooks, key=lambda playbook: playbook.matches.rank(code))
        assert base.playbook_for(code) == (best if best.matches.rank(code) else None)
