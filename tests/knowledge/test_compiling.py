"""Compiling: all faults at once, nothing half-written, overlays that add and replace."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.overlays import article
from knowledge.base import KnowledgeBase
from knowledge.compiling import compile_knowledge
from knowledge.errors import CompiledFileError, SourceError
from knowledge.sources import PACKAGE, Sources

FAMILY = """\
{id}:
  title: {title}
  space: own
  looks_like: small numbers
  met_in: the program that prints them
  docs: https://example.com/codes
  words: [acme]
  prior: 0.5
"""
HEADER = "value\tname\tfamily\tsource\n"


def write_folder(root: Path, families: str = "", rows: str = "", table: str = "acme") -> Path:
    (root / "catalog").mkdir(parents=True)
    (root / "catalog" / "families.yaml").write_text(families, encoding="utf-8")
    (root / "catalog" / f"{table}.tsv").write_text(HEADER + rows, encoding="utf-8")
    return root


def acme(root: Path, rows: str = "0x00000001\tACME_ONE\tacme\tacme.h\n") -> Path:
    return write_folder(root, FAMILY.format(id="acme", title="Acme codes"), rows)


def compile_folder(root: Path, target: Path, *overlays: Path) -> KnowledgeBase:
    compile_knowledge(Sources(overlays, root), target)
    return KnowledgeBase(target)


def faults_of(root: Path, tmp_path: Path) -> list[str]:
    with pytest.raises(SourceError) as caught:
        compile_knowledge(Sources((), root), tmp_path / "x.sqlite")
    assert not (tmp_path / "x.sqlite").exists()
    return [str(fault) for fault in caught.value.faults]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    families = FAMILY.format(id="acme", title="Acme codes") + "bad: {title: x, colour: red}\n"
    root = write_folder(
        tmp_path / "k", families, "5\tA\tacme\ta.h\n0x00000002\tB C\tacme\n0x00000003\tD\tnone\th\n"
    )
    (root / "articles" / "acme").mkdir(parents=True)
    (root / "articles" / "acme" / "ONE.yaml").write_text("title: short\n", encoding="utf-8")
    (root / "playbooks").mkdir()
    (root / "playbooks" / "acme.yaml").write_text("- a list\n", encoding="utf-8")
    text = "\n".join(faults_of(root, tmp_path))
    for expected in (
        "catalog/acme.tsv: line 2: value: write '5' as 0x",
        "catalog/acme.tsv: line 3: has 3 columns, not 4",
        "catalog/acme.tsv: family: the family 'none' has no entry",
        "catalog/families.yaml: bad.colour, line 9: colour is no field of a family",
        "articles/acme/ONE.yaml",
        "playbooks/acme.yaml",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        pytest.param(
            "0x00000002\tB\tacme\th\n0x00000001\tA\tacme\th\n", "sorted by value", id="order"
        ),
        pytest.param(
            "0x00000001\tA\tacme\th\n0x00000001\tA\tacme\ti\n", "twice; keep one", id="repeated"
        ),
        pytest.param("0x0000000g\tA\tacme\th\n", "eight upper-case", id="no number"),
        pytest.param("0x100000000\tA\tacme\th\n", "eight upper-case", id="nine digits"),
        pytest.param("0x00000001\t1A\tacme\th\n", "no symbolic name", id="name"),
        pytest.param("0x00000001\tA\tAcme\th\n", "no family id", id="family"),
        pytest.param("0x00000001\tA\tacme\t\n", "source: must not be empty", id="source"),
    ],
)
def test_a_faulty_row_is_refused_with_advice(rows: str, fault: str, tmp_path: Path) -> None:
    (message,) = faults_of(acme(tmp_path / "k", rows), tmp_path)
    assert fault in message


def test_a_table_without_its_header_is_refused(tmp_path: Path) -> None:
    root = acme(tmp_path / "k")
    (root / "catalog" / "acme.tsv").write_text("0x00000001\tA\tacme\th\n", encoding="utf-8")
    assert "must name the columns: value, name, family, source" in faults_of(root, tmp_path)[0]


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    root = acme(tmp_path / "k")
    (root / "catalog" / "acme.tsv").write_bytes(b"\xff\xfe\x00")
    assert "cannot be read as UTF-8" in faults_of(root, tmp_path)[0]


@pytest.mark.parametrize("prior", ["2", "-1", "much", "true"])
def test_a_prior_that_is_no_share_is_refused(prior: str, tmp_path: Path) -> None:
    families = FAMILY.format(id="acme", title="Acme codes").replace("0.5", prior)
    (fault,) = faults_of(write_folder(tmp_path / "k", families), tmp_path)
    assert "acme.prior" in fault


def test_a_missing_overlay_is_named(tmp_path: Path) -> None:
    sources = Sources((tmp_path / "nowhere",), acme(tmp_path / "k"))
    with pytest.raises(SourceError, match="nowhere: is no folder"):
        compile_knowledge(sources, tmp_path / "x.sqlite")


def test_an_overlay_adds_families_and_codes(tmp_path: Path) -> None:
    overlay = write_folder(
        tmp_path / "o", FAMILY.format(id="zeta", title="Zeta"), "0x00000001\tZ_ONE\tzeta\tz.h\n"
    )
    base = compile_folder(acme(tmp_path / "k"), tmp_path / "x.sqlite", overlay)
    assert {code.name for code in base.codes_with_value(1)} == {"ACME_ONE", "Z_ONE"}
    assert base.family("zeta").title == "Zeta"


def test_an_overlay_may_describe_a_family_anew_and_use_ours(tmp_path: Path) -> None:
    overlay = write_folder(
        tmp_path / "o",
        FAMILY.format(id="acme", title="Our Acme"),
        "0x00000001\tACME_ONE\tacme\tours.h\n0x00000002\tACME_TWO\tacme\tours.h\n",
        table="ours",
    )
    base = compile_folder(acme(tmp_path / "k"), tmp_path / "x.sqlite", overlay)
    assert base.family("acme").title == "Our Acme"
    assert [code.source for code in base.codes_with_value(1)] == ["ours.h"]
    assert base.codes_named("acme_two")


def test_the_same_sources_make_the_same_file(tmp_path: Path) -> None:
    root = acme(tmp_path / "k")
    first = compile_knowledge(Sources((), root), tmp_path / "a.sqlite")
    second = compile_knowledge(Sources((), root), tmp_path / "b.sqlite")
    assert first.digest == second.digest
    assert first.target.read_bytes() == second.target.read_bytes()


def test_a_failed_compile_leaves_the_old_file_alone(tmp_path: Path) -> None:
    root, target = acme(tmp_path / "k"), tmp_path / "x.sqlite"
    compile_knowledge(Sources((), root), target)
    before = target.read_bytes()
    (root / "catalog" / "acme.tsv").write_text("broken", encoding="utf-8")
    with pytest.raises(SourceError):
        compile_knowledge(Sources((), root), target)
    assert target.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["k", "x.sqlite"]


def test_a_file_that_cannot_be_replaced_is_told_and_nothing_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = acme(tmp_path / "k")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CompiledFileError, match="stop the program that has it open"):
        compile_knowledge(Sources((), root), tmp_path / "x.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_compilers_at_the_same_moment_do_not_disturb_each_other(tmp_path: Path) -> None:
    root, target = acme(tmp_path / "k"), tmp_path / "x.sqlite"
    script = (
        "import sys; from pathlib import Path; from knowledge.base import KnowledgeBase\n"
        "from knowledge.compiling import compile_knowledge; from knowledge.sources import Sources\n"
        "root, target = map(Path, sys.argv[1:])\n"
        "for _ in range(10):\n"
        "    compile_knowledge(Sources((), root), target)\n"
        "    assert KnowledgeBase(target).codes_named('ACME_ONE')\n"
    )
    command = [sys.executable, "-c", script, str(root), str(target)]
    running = [
        subprocess.Popen(command, cwd=PACKAGE.parent, stderr=subprocess.PIPE) for _ in range(3)
    ]
    errors = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["k", "x.sqlite"]


def write_article(folder: Path, name: str, **changes: str) -> Path:
    path = folder / "articles" / "acme" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = article(random.Random(1), 0xA100_0001, name)  # noqa: S311 (no secret)
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_last_article_of_an_id_counts_in_the_place_of_the_first(tmp_path: Path) -> None:
    root, overlay = acme(tmp_path / "k"), tmp_path / "o"
    for name in ("ZULU", "ALPHA"):
        write_article(root, name)
    write_article(overlay, "ALPHA", failure="state")
    write_article(overlay, "NEWER")
    base = compile_folder(root, tmp_path / "x.sqlite", overlay)
    assert base.article_ids == ("acme/ALPHA", "acme/NEWER", "acme/ZULU")
    assert [base.article(name).kind for name in base.article_ids] == ["state", "failure", "failure"]
    found = base.article_for(base.article("acme/NEWER").canonical)
    assert found is not None
    assert found.id == "acme/ALPHA"
    base.close()


def test_a_fault_in_a_replaced_article_is_told_too(tmp_path: Path) -> None:
    root, overlay = acme(tmp_path / "k"), tmp_path / "o"
    write_article(root, "ALPHA", kind="sort")
    write_article(overlay, "ALPHA")
    with pytest.raises(SourceError, match=r"k/articles/acme/ALPHA\.yaml: sort, line"):
        compile_knowledge(Sources((overlay,), root), tmp_path / "x.sqlite")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["k", "o"]


def test_more_articles_than_the_index_can_number_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.compiling_articles.MAX_ARTICLES", 1)
    root = acme(tmp_path / "k")
    for name in ("ZULU", "ALPHA"):
        write_article(root, name)
    assert faults_of(root, tmp_path) == ["articles: 2 articles: more than 1, leave some out"]
