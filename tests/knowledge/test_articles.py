"""Reading articles: what is sound becomes a model, what is not is told completely."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.articles.model import load_article
from knowledge.errors import ArticleError
from knowledge.playbooks.model import load_playbook
from knowledge.sources import Sources
from knowledge.stored import as_text, read_article, read_playbook

SOUND = """
codes:
  - {family: win32, name: ERROR_SHARING_VIOLATION, value: 0x20}
kind: failure
title: The file is open elsewhere in a way that excludes you
summary: >-
  Failure: another handle to the same file does not share the access that was asked for. Find the
  process that holds it.
meaning: The share modes of two opens of the same file do not go together, so the second is refused.
seen_in: [CreateFile]
causes:
  - {id: scanner, text: A scanner holds the file., tell: The owner is a service., check: owner}
  - {id: twice, text: The program opened it twice., tell: The owner is itself., check: owner}
impact: Harmless when it passes within a second and the caller tries again; urgent in a backup.
diagnose:
  - {id: owner, do: List who has it open., run: handle.exe FILE, expect: One line per owner.}
fix:
  - {for_cause: scanner, do: Leave the folder out of the scan., risk: weakens security,
     undo: Put the folder back under the scan.}
related:
  - {code: ERROR_LOCK_VIOLATION, family: win32, relation: sibling, why: A range of it is locked.}
faq:
  - {ask: Who has my file open?, answer: Whoever handle.exe lists for its name.}
  - {ask: Is 32 a permission problem?, answer: No; the file is in use by another handle.}
  - {ask: Does a restart help?, answer: It closes every handle and hides the cause.}
sources:
  - {url: "https://learn.microsoft.com/x", supports: share modes, checked: 2026-11-23}
examples: [CreateFile failed with error 32, WinError 32]
not_examples: [32 files copied, room 32]
updated: 2026-11-23
confidence: documented
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "win32" / "ERROR_SHARING_VIOLATION.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(ArticleError) as caught:
        load_article(write(folder, text))
    return [str(fault) for fault in caught.value.faults]


def test_a_sound_article_is_read_and_named_by_its_path(tmp_path: Path) -> None:
    article = load_article(write(tmp_path, SOUND))
    assert article.id == "win32/ERROR_SHARING_VIOLATION"
    assert article.canonical.hex == "0x00000020"
    assert [cause.id for cause in article.causes] == ["scanner", "twice"]


def test_an_article_survives_the_way_through_json(tmp_path: Path) -> None:
    article = load_article(write(tmp_path, SOUND))
    assert read_article(as_text(article)) == article


def test_articles_and_playbooks_are_read_back_as_they_were_written() -> None:
    sources = Sources(())
    articles = sources.files("articles/*/*.yaml")[::12]
    playbooks = sources.files("playbooks/*.yaml")
    assert len(articles) > 20
    for written in [load_article(file.path) for file in articles]:
        assert read_article(as_text(written)) == written
    for written in [load_playbook(file.path) for file in playbooks]:
        assert read_playbook(as_text(written)) == written


@pytest.mark.parametrize("text", ["", "[]", "5", "{}", '{"banana": 1}', '{"causes": 5}'])
def test_what_is_no_article_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"article|Expecting"):
        read_article(text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("kind: failure", "kind: misery", "kind, line 4: Input should be", id="kind"),
        pytest.param("kind: failure", "kindness: 1", "kindness, line 4: unknown key", id="unknown"),
        pytest.param("kind: failure\n", "", "kind: is missing", id="missing"),
        pytest.param(
            "kind: failure", "kind: state\nkind: failure", "kind, line 5: repeated", id="repeated"
        ),
        pytest.param("kind: failure", "kind: [", "not valid YAML", id="syntax"),
        pytest.param("kind: failure", "kind: &k failure\nid: *k", "aliases", id="alias"),
        pytest.param("kind: failure", "kind: !!python/name:os.x", "the tag", id="tag"),
        pytest.param("kind: failure", "id: a/b", "id, line 4: is taken from the path", id="id"),
        pytest.param("kind: failure", "kind: " + "[" * 30, "nested deeper", id="deep"),
        pytest.param("value: 0x20", 'value: "32"', "valid integer", id="number-as-text"),
        pytest.param("value: 0x20", "value: 032", "valid integer", id="octal-stays-text"),
        pytest.param("value: 0x20", "value: 12:30:45", "valid integer", id="sexagesimal-is-text"),
        pytest.param("value: 0x20", "value: 0x100000000", "less than or equal", id="too-large"),
        pytest.param("id: twice", "id: scanner", "causes[1].id, line 13: 'scanner'", id="twice"),
        pytest.param(
            "itself., check: owner",
            "itself., check: x",
            "no diagnose step has the id 'x'",
            id="step",
        ),
        pytest.param("itself., check: owner", "itself.", "causes[1].check, line 13", id="no-check"),
        pytest.param("for_cause: scanner", "for_cause: x", "no cause has the id 'x'", id="cause"),
        pytest.param(
            "undo: Put the folder back under the scan.", "restart: false", "undo", id="no-way-back"
        ),
        pytest.param("updated: 2026-11-23", "updated: 2026-13-01", "month", id="date"),
        pytest.param(
            "supports: share modes", "checked: 2026-11-22", "repeated key", id="repeated-in-flow"
        ),
        pytest.param("https://", "http://", "sources[0].url", id="not-https"),
    ],
)
def test_a_fault_names_its_place_and_what_to_do(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in SOUND
    assert any(expected in fault for fault in faults_of(tmp_path, SOUND.replace(old, new, 1)))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = SOUND.replace("kind: failure", "kind: misery").replace(
        "for_cause: scanner", "for_cause: x"
    )
    faults = faults_of(tmp_path, text.replace("updated: 2026-11-23\n", "oops: 1\n"))
    places = [fault.split(": ")[1] for fault in faults]
    assert places == [
        "fix[0].for_cause, line 18",
        "kind, line 4",
        "oops, line 30",
        "updated",
    ]


@pytest.mark.parametrize("kind", ["success_action", "progress", "envelope"])
def test_what_is_no_failure_needs_no_fix(tmp_path: Path, kind: str) -> None:
    start, end = SOUND.index("fix:"), SOUND.index("related:")
    without_fix = SOUND[:start] + SOUND[end:]
    assert any("fix" in fault for fault in faults_of(tmp_path, without_fix))
    assert load_article(write(tmp_path, without_fix.replace("kind: failure", f"kind: {kind}")))


def test_one_cause_is_enough_when_the_article_says_why(tmp_path: Path) -> None:
    start, end = SOUND.index("  - {id: twice"), SOUND.index("impact:")
    text = SOUND[:start] + SOUND[end:]
    assert any("fewer than 2" in fault for fault in faults_of(tmp_path, text))
    assert load_article(write(tmp_path, text + "single_cause: The header names only this one.\n"))


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "], ids=["flow", "map", "block", "key"])
def test_hostile_nesting_is_refused_quickly(tmp_path: Path, opening: str) -> None:
    assert "nested deeper" in faults_of(tmp_path, opening * 200_000)[0]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="cannot be read"):
        load_article(tmp_path / "win32" / "NOTHING.yaml")
