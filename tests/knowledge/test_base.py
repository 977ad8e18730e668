"""Look-ups in the compiled knowledge."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.compiling import compile_knowledge
from knowledge.errors import CompiledFileError
from knowledge.sources import PACKAGE, Sources

ARTICLE = "win32/ERROR_PROCESS_NOT_IN_JOB"
PLAYBOOK = """\
title: How to look into the {id} subsystem
matches: {matches}
summary: >-
  This subsystem is made up for a test; it says where to look first, what usually fails there and
  which command tells one cause from the other.
where_it_logs: [a log of its own]
causes:
  - {{id: first, text: The first thing broke., tell: The log says so at once., check: look}}
  - {{id: second, text: The second thing broke., tell: The log is silent there., check: look}}
diagnose:
  - {{id: look, do: Look into the log., expect: A line about it.}}
  - {{id: look-again, do: Look into it again., expect: Another line about it.}}
sources:
  - {{url: "https://example.com/", supports: the whole test, checked: 2026-11-23}}
updated: 2026-11-23
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The shipped catalogue with one shipped article and two playbooks made for this test."""
    root = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(PACKAGE / "catalog", root / "catalog")
    (root / "articles" / "win32").mkdir(parents=True)
    shutil.copy(PACKAGE / "articles" / f"{ARTICLE}.yaml", root / "articles" / f"{ARTICLE}.yaml")
    (root / "playbooks").mkdir()
    for name, matches in {
        "networking": "{families: [winsock, dns]}",
        "zone-transfer": "{ranges: [{family: dns, first: 9500, last: 9600}]}",
    }.items():
        text = PLAYBOOK.format(id=name, matches=matches)
        (root / "playbooks" / f"{name}.yaml").write_text(text, encoding="utf-8")
    compile_knowledge(Sources((), root), root / "compiled.sqlite")
    opened = KnowledgeBase(root / "compiled.sqlite")
    yield opened
    opened.close()


def names(codes: tuple[Code, ...]) -> list[str | None]:
    return [code.name for code in codes]


def test_an_unknown_value_and_name_find_nothing(base: KnowledgeBase) -> None:
    assert base.codes_with_value(0xABCD1234) == ()
    assert base.codes_named("ERROR_NO_SUCH_THING_AT_ALL") == ()


@pytest.mark.parametrize("text", ["", "'; DROP TABLE code; --", "💥", "x" * 100_000, "%", "_"])
def test_odd_names_are_looked_up_without_harm(text: str, base: KnowledgeBase) -> None:
    assert base.codes_named(text) == ()
    assert base.names_like(text) == ()
    assert len(base.names_containing(text)) <= 5
    assert base.search_faq(text) == ()


def test_names_match_in_either_case(base: KnowledgeBase) -> None:
    assert base.codes_named("error_access_denied") == base.codes_named("ERROR_ACCESS_DENIED")
    assert "ERROR_ACCESS_DENIED" in base.names
    assert "JET_ERRREADVERIFYFAILURE" in base.names


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ERROR_ACCES_DENIED", "ERROR_ACCESS_DENIED"),
        ("E_ACCESS_DENIED", "E_ACCESSDENIED"),
        ("STATUS_ACESS_VIOLATION", "STATUS_ACCESS_VIOLATION"),
        ("wu_e_not_aplicable", "WU_E_NOT_APPLICABLE"),
        ("ACCES_DENIED", "ERROR_ACCESS_DENIED"),
        ("SHARING_VIOLATON", "ERROR_SHARING_VIOLATION"),
        ("RPC_SERVER_UNAVAILABLE", "RPC_S_SERVER_UNAVAILABLE"),
    ],
)
def test_a_misspelt_name_finds_the_one_that_was_meant(
    typed: str, meant: str, base: KnowledgeBase
) -> None:
    code, score = base.names_like(typed)[0]
    assert code.name == meant
    assert 0.78 <= score <= 1


def test_a_name_like_no_other_is_not_guessed(base: KnowledgeBase) -> None:
    assert base.names_like("FLUX_CAPACITOR_EMPTY") == ()


def test_often_met_names_come_first_among_those_with_a_part(base: KnowledgeBase) -> None:
    assert names(base.names_containing("access_den"))[0] == "ERROR_ACCESS_DENIED"
    assert len(base.names_containing("ERROR", limit=3)) == 3


def test_ranks_follow_the_priority_list(base: KnowledgeBase) -> None:
    assert base.rank(Code("hresult", 0x80070005, "E_ACCESSDENIED")) == 1
    assert base.rank(Code("hresult", 0x80070002, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)")) == 8
    assert base.rank(Code("hresult", 0x80070002, None)) == 8
    assert base.rank(Code("bluetooth", 5, "BTH_ERROR_AUTHENTICATION_FAILURE")) is None


@pytest.mark.parametrize(
    ("status", "win32"),
    [
        pytest.param(0xC0000022, 5, id="table"),
        pytest.param(0xD0000022, 5, id="table, N bit"),
        pytest.param(0xC0070005, 5, id="rule"),
        pytest.param(0xC00001AE, 759, id="not in a job"),
        pytest.param(0xE0434352, None, id="customer"),
        pytest.param(0xC0FFFFFF, None, id="unmapped"),
    ],
)
def test_a_status_leads_to_its_win32_error(
    status: int, win32: int | None, base: KnowledgeBase
) -> None:
    code = base.win32_of_ntstatus(status)
    assert (code and code.value) == win32


def test_win32_codes_are_named_as_windows_names_them(base: KnowledgeBase) -> None:
    assert base.win32_code(0).name == "ERROR_SUCCESS"
    assert base.win32_code(5).name == "ERROR_ACCESS_DENIED"
    assert base.win32_code(10061).name == "WSAECONNREFUSED"
    assert base.win32_code(0xFFFF) is None


def test_facilities_are_named_by_kind(base: KnowledgeBase) -> None:
    assert base.facility_name("hresult", 7) == "FACILITY_WIN32"
    assert base.facility_name("ntstatus", 7) == "FACILITY_NTWIN32"
    assert base.facility_name("hresult", 0x7FE) is None


def test_exceptions_of_net_carry_their_hresult(base: KnowledgeBase) -> None:
    assert base.exception_hresult("System.UnauthorizedAccessException") == 0x80070005
    assert base.exception_hresult("UnauthorizedAccessException") == 0x80070005
    assert base.exception_hresult("AccessException") is None
    assert "System.OutOfMemoryException" in base.exceptions_with_hresult(0x8007000E)


def test_runtimes_make_their_own_errno_of_a_win32_error(base: KnowledgeBase) -> None:
    errnos = {errno.runtime: (errno.name, errno.number) for errno in base.errnos_of_win32(2)}
    assert errnos["python"] == ("ENOENT", 2)
    assert errnos["libuv"] == ("UV_ENOENT", -4058)
    assert 2 in base.win32_of_errno("libuv", "UV_ENOENT")


def test_python_raises_a_class_per_winerror(base: KnowledgeBase) -> None:
    assert base.python_exception(5) == "PermissionError"
    assert base.python_exception(1603) == "OSError"


def test_iis_pairs_are_known(base: KnowledgeBase) -> None:
    assert base.is_iis_substatus(500, 19)
    assert not base.is_iis_substatus(500, 999)


def test_an_article_is_found_under_every_spelling(base: KnowledgeBase) -> None:
    for code in (
        Code("win32", 759, "ERROR_PROCESS_NOT_IN_JOB"),
        Code("win32", 759, None),
        Code("ntstatus", 0xC00001AE, None),
        Code("seh", 0xC00001AE, "SOMETHING_ELSE"),
    ):
        article = base.article_for(code)
        assert article is not None
        assert article.id == ARTICLE
    assert base.article_for(Code("bugcheck", 759, None)) is None
    assert base.article_for(Code("win32", 5, None)) is None


def test_articles_are_read_once_and_unknown_ones_refused(base: KnowledgeBase) -> None:
    assert base.article(ARTICLE) is base.article(ARTICLE)
    assert base.article_ids == (ARTICLE,)
    with pytest.raises(KeyError):
        base.article("win32/NONE")


def test_the_most_telling_playbook_is_chosen(base: KnowledgeBase) -> None:
    assert base.playbook_for(Code("winsock", 10061, None)).id == "networking"
    assert base.playbook_for(Code("dns", 9501, None)).id == "zone-transfer"
    assert base.playbook_for(Code("win32", 5, None)) is None


def test_a_question_finds_the_entry_that_shares_its_words(base: KnowledgeBase) -> None:
    question = base.article(ARTICLE).faq[0].ask
    best = base.search_faq(question)[0]
    assert (best.article, best.ask) == (ARTICLE, question)
    assert best.score > 0.9


def test_a_question_about_something_else_finds_nothing(base: KnowledgeBase) -> None:
    assert base.search_faq("which restaurant serves the best sourdough bread") == ()
    assert base.search_faq("what is it and why does this happen?") == ()


def test_counts_tell_what_there_is(base: KnowledgeBase) -> None:
    stats = base.stats()
    assert stats["codes"] > 27_000
    assert stats["names"] > 26_000
    assert stats["families"] == len(base.families)
    assert (stats["articles"], stats["playbooks"]) == (1, 2)


def test_threads_share_one_base(base: KnowledgeBase) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: base.codes_with_value(n % 50), range(2000)))
    assert found[:50] == found[50:100] == [base.codes_with_value(n) for n in range(50)]


def test_a_look_up_does_not_pay_for_pydantic(base: KnowledgeBase) -> None:
    script = (
        "import sys; from pathlib import Path; from knowledge.base import KnowledgeBase\n"
        "base = KnowledgeBase(Path(sys.argv[1]))\n"
        "assert base.codes_with_value(5) and base.families\n"
        "assert base.names_like('EROR_MOD_NOT_FOUND')\n"
        "sys.exit(any(name in sys.modules for name in ('pydantic', 'yaml')))\n"
    )
    command = [sys.executable, "-c", script, str(base.path)]
    assert subprocess.run(command, cwd=PACKAGE.parent, timeout=30).returncode == 0


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"nothing of the kind" * 100, id="foreign"),
        pytest.param(lambda data: data[: len(data) // 2], id="truncated"),
        pytest.param(lambda data: data[:60] + b"\0\0\0\0" + data[64:], id="other version"),
        pytest.param(lambda data: data[:100] + b"\xff" * 4000 + data[4100:], id="first page"),
    ],
)
def test_a_broken_file_is_refused_with_advice(damage, base: KnowledgeBase, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(damage(base.path.read_bytes()))
    with pytest.raises(CompiledFileError, match="winerr build"):
        KnowledgeBase(broken)


def test_a_missing_file_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(CompiledFileError, match="winerr build"):
        KnowledgeBase(tmp_path / "none.sqlite")
