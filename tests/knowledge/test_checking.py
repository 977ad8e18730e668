"""The check: our own articles pass it, and it finds what an editor would miss."""

from __future__ import annotations

import re
import shutil
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from knowledge.articles.model import load_article
from knowledge.articles.schema import SCHEMA_FILE, article_schema
from knowledge.checking import check, old_sources
from knowledge.checking.lists import LISTS
from knowledge.errors import Fault
from knowledge.strict_yaml import read_document

TEMPLATE = Path(__file__).parents[2] / "docs" / "article-template.yaml"
SOUND = TEMPLATE.read_text(encoding="utf-8")


def faults_of(folder: Path, text: str) -> list[Fault]:
    path = folder / "articles" / "win32" / "ERROR_LOCK_VIOLATION.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return check([folder])


def test_our_own_articles_and_playbooks_pass() -> None:
    assert check() == []


def test_the_template_is_an_article_that_passes(tmp_path: Path) -> None:
    assert faults_of(tmp_path, SOUND) == []


# id: (what the template says, what is written instead, the field at fault, what is told)
RUN = 'run: handle.exe -u "FILE_NAME"'
PIPE = 'run: Get-SmbOpenFile | Where-Object Path -like "*FILE_NAME*"'
KEPT = "Locks are kept"
ANSWER = (
    "Windows does not say it directly; the programs that have the file open are the candidates."
)
CLOSE = "Close the handle.\n    run: Close-SmbOpenFile -FileId FILE_ID\n    shell: powershell"
NO_SUCH = "ERROR_JOB_NOT_FOUND"
BROKEN = {
    "invented-relation": ("ERROR_SHARING_VIOLATION", NO_SUCH, "related[0].code", "no code of"),
    "wrong-number": ("value: 33", "value: 34", "codes[0]", "not in the catalogue"),
    "invented-name": (KEPT, f"{NO_SUCH} comes", "background", NO_SUCH),
    "invented-number": (KEPT, "0x80079999 comes", "background", "0x80079999"),
    "empty-phrase": (KEPT, "Ensure that the handle is valid. Or", "background", "helps nobody"),
    "invented-function": (
        KEPT,
        "CreateLockRegion calls fail. They",
        "background",
        "no function of",
    ),
    "endless-sentence": (KEPT, f"{'word ' * 80}. They", "background", "sentence of 8"),
    "quotation": (
        KEPT,
        "The specified network name is no longer available. They",
        "background",
        "is a system message",
    ),
    "envelope-without-inside": ("kind: failure", "kind: envelope", "summary", "inner error"),
    "glued-words": (KEPT, "Call OpenProcesswith care. Or", "background", "glued"),
    "unknown-command": (RUN, "run: handler.exe -u", "diagnose[0].run", "'handler.exe' is no known"),
    "gone-command": (RUN, "run: wmic process list", "diagnose[0].run", "write Get-CimInstance"),
    "alias": (RUN, "run: sc query", "diagnose[0].run", "write sc.exe"),
    "angle-brackets": (RUN, "run: handle.exe <file>", "diagnose[0].run", "redirection"),
    "prompt": (RUN, r"run: C:\> handle.exe", "diagnose[0].run", "prompt"),
    "curly-quotes": (RUN, "run: handle.exe “FILE_NAME”", "diagnose[0].run", "no plain quote"),
    "wide-line": (RUN, f"run: handle.exe {'x' * 120}", "diagnose[0].run", "131 columns"),
    "destructive-check": (RUN, r"run: reg delete HKLM\X", "diagnose[0].run", "move it to a fix"),
    "unknown-cmdlet": (PIPE, "run: Get-Item | Do-It", "diagnose[1].run", "'Do-It' is no known"),
    "destructive-fix": (
        "Ask the user of that client to close the file.",
        CLOSE,
        "fix[1].run",
        "how to undo",
    ),
    "unlisted-domain": ("learn.microsoft", "errors.example", "sources[0].url", "no listed domain"),
    "not-official": ("learn.microsoft.com", "github.com", "sources", "none is official"),
    "repetition": (
        ANSWER,
        "Locks are kept per handle and end with it.",
        "faq[0].answer",
        "repeats",
    ),
}


@pytest.fixture(scope="module")
def faults_of_broken(tmp_path_factory: pytest.TempPathFactory) -> list[Fault]:
    folder = tmp_path_factory.mktemp("overlay")
    (folder / "articles" / "win32").mkdir(parents=True)
    for name, (old, new, _, _) in BROKEN.items():
        assert old in SOUND
        path = folder / "articles" / "win32" / f"{name}.yaml"
        path.write_text(SOUND.replace(old, new), encoding="utf-8")
    return check([folder])


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_told_with_its_field(faults_of_broken: list[Fault], name: str) -> None:
    _, _, field, told = BROKEN[name]
    faults = [fault for fault in faults_of_broken if Path(fault.file).stem == name]
    assert any(fault.field == field and told in fault.message for fault in faults), faults


def test_examples_are_tried_on_the_real_thing(tmp_path: Path) -> None:
    text = SOUND.replace('"WinError 33"', '"WinError 32"').replace('"port 33"', '"WinError 33"')
    told = [f"{fault.field}: {fault.message}" for fault in faults_of(tmp_path, text)]
    assert [message.split(":")[0] for message in told] == ["examples[1]", "not_examples[1]"]
    assert "does not lead here" in told[0]
    assert "leads here" in told[1]


def test_a_code_that_another_article_has_is_told_in_both(tmp_path: Path) -> None:
    faults_of(tmp_path, SOUND)
    folder = tmp_path / "articles" / "win32"
    shutil.copy(folder / "ERROR_LOCK_VIOLATION.yaml", folder / "AGAIN.yaml")
    claims = [fault for fault in check([tmp_path]) if "also claimed" in fault.message]
    assert {Path(fault.file).stem for fault in claims} == {"AGAIN", "ERROR_LOCK_VIOLATION"}


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks" / "empty.yaml").write_text("title: x\n", encoding="utf-8")
    files = {fault.file for fault in faults_of(tmp_path, re.sub("kind: failure", "kind: x", SOUND))}
    assert len(files) == 2


def test_the_schema_for_editors_is_current() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == article_schema()


def test_the_template_shows_every_field_but_the_optional_last_ones(tmp_path: Path) -> None:
    path = tmp_path / "win32" / "ERROR_LOCK_VIOLATION.yaml"
    path.parent.mkdir()
    path.write_text(SOUND, encoding="utf-8")
    article = load_article(path)
    unset = {each.name for each in fields(article) if getattr(article, each.name) == each.default}
    assert unset == {
        "ambiguity", "applies_to", "developer_notes", "single_cause",
    }  # fmt: skip


def test_the_lists_are_sorted_and_name_nothing_twice() -> None:
    lists = read_document(LISTS, LISTS.name).data
    assert isinstance(lists, dict)
    for name in ("commands", "debugger_commands", "names", "placeholders", "not_functions"):
        entries = [str(entry).casefold() for entry in lists[name]]
        assert len(entries) == len(set(entries)), name
        assert entries == sorted(entries), name


def test_old_sources_are_named_and_are_no_fault(tmp_path: Path) -> None:
    faults_of(tmp_path, SOUND)
    assert old_sources([tmp_path], date(2026, 12, 1)) == []
    (old,) = old_sources([tmp_path], date(2028, 12, 1))
    assert old.endswith("ERROR_LOCK_VIOLATION.yaml")
