"""Which files the compiled knowledge is made from, in what order, and when they have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge.compiling import compile_knowledge
from knowledge.errors import SourceError
from knowledge.sources import PACKAGE, Sources, digest, sizes


def plant(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return plant(
        tmp_path / "o", "catalog/b.tsv", "catalog/a.tsv", "catalog/a.txt", "catalog/deep/c.tsv",
        "catalog/families.yaml", "articles/b/z.yaml", "articles/b/a.yaml", "articles/b-c/x.yaml",
        "articles/b/b/y.yaml", "articles/.hidden/h.yaml", "articles/top.yaml",
        "playbooks/p.yaml", "other/articles/no.yaml",
    )  # fmt: skip


@pytest.mark.parametrize(
    "pattern",
    ["catalog/*.tsv", "catalog/families.yaml", "articles/**/*.yaml", "playbooks/**/*.yaml"],
)
@pytest.mark.parametrize("root", ["overlay", "package"])
def test_files_are_those_of_a_glob_in_the_order_of_their_parts(
    pattern: str, root: str, folder: Path
) -> None:
    place = folder if root == "overlay" else PACKAGE
    found = Sources((), place).files(pattern)
    assert [file.path for file in found] == sorted(place.glob(pattern))
    assert found
    for file in found:
        assert file.shown_as == f"{place.name}/{file.path.relative_to(place).as_posix()}"
        assert (file.size, file.changed) == (
            file.path.stat().st_size,
            file.path.stat().st_mtime_ns,
        )


def test_links_to_files_and_to_the_folder_itself_are_read_and_circles_are_not(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "articles" / "circle").symlink_to(folder / "articles")
    (folder / "articles" / "b" / "link.yaml").symlink_to(folder / "articles" / "b" / "z.yaml")
    overlay = tmp_path / "mounted"
    overlay.symlink_to(folder)
    names = [file.shown_as for file in Sources((), overlay).files("articles/**/*.yaml")]
    assert "mounted/articles/b/link.yaml" in names
    assert not [name for name in names if "circle" in name]


def test_a_link_to_nowhere_is_a_fault_of_that_file(tmp_path: Path) -> None:
    folder = plant(tmp_path / "o", "catalog/families.yaml")
    (folder / "articles" / "b").mkdir(parents=True)
    (folder / "articles" / "b" / "gone.yaml").symlink_to(folder / "nothing.yaml")
    with pytest.raises(SourceError, match=r"o/articles/b/gone\.yaml: cannot be read: No such file"):
        compile_knowledge(Sources((), folder), tmp_path / "x.sqlite")


def test_a_change_shows_in_the_sizes_or_only_in_the_digest(folder: Path) -> None:
    sources = Sources((), folder)
    before = sizes(sources.all_files()), digest(sources.all_files())
    os.utime(folder / "catalog" / "a.tsv")
    assert (sizes(sources.all_files()), digest(sources.all_files())) == before
    (folder / "catalog" / "a.tsv").write_text("catalog/X.tsv", encoding="utf-8")
    assert sizes(sources.all_files()) == before[0]
    assert digest(sources.all_files()) != before[1]
    (folder / "catalog" / "a.tsv").write_text("longer than it was", encoding="utf-8")
    assert sizes(sources.all_files()) != before[0]
