"""Opening the knowledge: fresh files are used, old and broken ones built again."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from knowledge import loading, sources
from knowledge.errors import SourceError
from knowledge.loading import open_knowledge
from knowledge.sources import PACKAGE

FAMILY = """\
acme:
  title: Acme codes
  space: own
  looks_like: small numbers
  met_in: the program that prints them
  docs: https://example.com/codes
  words: [acme]
  prior: 0.5
"""


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """A folder of an organisation's own codes."""
    folder = tmp_path / "overlay"
    (folder / "catalog").mkdir(parents=True)
    (folder / "catalog" / "families.yaml").write_text(FAMILY, encoding="utf-8")
    write_rows(folder, "0x00000001\tACME_ONE\tacme\tacme.h\n")
    return folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder with the families and one small table, instead of the real one."""
    folder = tmp_path / "package"
    shutil.copytree(
        PACKAGE / "catalog", folder / "catalog", ignore=shutil.ignore_patterns("[a-z]*.tsv")
    )
    shutil.copy(PACKAGE / "catalog" / "dhcp.tsv", folder / "catalog")
    monkeypatch.setattr(loading, "PACKAGE", folder)
    monkeypatch.setattr(sources.Sources.__init__, "__defaults__", ((), folder))
    return folder


def write_rows(folder: Path, rows: str) -> None:
    table = folder / "catalog" / "acme.tsv"
    table.write_text("value\tname\tfamily\tsource\n" + rows, encoding="utf-8")


def built(path: Path) -> tuple[int, int]:
    return path.stat().st_ino, path.stat().st_mtime_ns


def test_the_file_is_built_beside_the_package_and_used_again(package: Path) -> None:
    first = open_knowledge()
    assert first.path == package / "compiled.sqlite"
    before = built(first.path)
    assert open_knowledge().codes_named("ERROR_DHCP_REGISTRY_INIT_FAILED")
    assert built(first.path) == before


def test_a_changed_source_is_compiled_by_itself(package: Path) -> None:
    open_knowledge().close()
    row = "0x00000001\tNEW_ONE\tdhcp\tnew.h\n"
    write_rows(package, row)
    assert open_knowledge().codes_named("NEW_ONE")


def test_a_removed_source_is_noticed(package: Path) -> None:
    write_rows(package, "0x00000001\tNEW_ONE\tdhcp\tnew.h\n")
    assert open_knowledge().codes_named("NEW_ONE")
    (package / "catalog" / "acme.tsv").unlink()
    assert not open_knowledge().codes_named("NEW_ONE")


def test_copied_sources_are_compared_once_and_not_compiled(package: Path) -> None:
    path = open_knowledge().path
    inode, before = built(path)
    later = time.time() + 10
    os.utime(package / "catalog" / "dhcp.tsv", (later, later))
    open_knowledge().close()
    assert path.stat().st_ino == inode
    assert path.stat().st_mtime_ns > before


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 1000], ids=["empty", "foreign"])
def test_a_broken_file_is_built_again(damage: bytes, package: Path) -> None:
    path = open_knowledge().path
    path.write_bytes(damage)
    assert open_knowledge().codes_named("ERROR_DHCP_REGISTRY_INIT_FAILED")


def test_a_truncated_file_is_built_again(package: Path) -> None:
    path = open_knowledge().path
    path.write_bytes(path.read_bytes()[:9000])
    assert open_knowledge().codes_named("ERROR_DHCP_REGISTRY_INIT_FAILED")


def test_a_folder_that_cannot_be_written_needs_no_writing_once_built(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = open_knowledge().path
    monkeypatch.setattr(loading.os, "access", lambda *_: False)
    assert open_knowledge(cache_dir=tmp_path / "cache").path == path
    assert not (tmp_path / "cache").exists()


def test_an_installed_file_is_not_compared_byte_by_byte_at_every_start(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = open_knowledge().path
    later = time.time() + 10
    os.utime(package / "catalog" / "dhcp.tsv", (later, later))
    monkeypatch.setattr(loading.os, "access", lambda *_: False)
    monkeypatch.setattr(loading, "digest", lambda _: pytest.fail("read every source"))
    assert open_knowledge().path == path


def test_a_folder_that_cannot_be_written_is_left_alone(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.os, "access", lambda *_: False)
    base = open_knowledge(cache_dir=tmp_path / "cache")
    assert base.path.parent == tmp_path / "cache"
    assert base.codes_named("ERROR_DHCP_REGISTRY_INIT_FAILED")
    assert not (package / "compiled.sqlite").exists()


def test_overlays_are_compiled_into_the_cache(package: Path, overlay: Path, tmp_path: Path) -> None:
    base = open_knowledge([overlay], tmp_path / "cache")
    assert base.path.parent == tmp_path / "cache"
    assert base.codes_named("ACME_ONE")
    assert not open_knowledge().codes_named("ACME_ONE")


def test_a_changed_overlay_is_compiled_by_itself(
    package: Path, overlay: Path, tmp_path: Path
) -> None:
    first = open_knowledge([overlay], tmp_path / "cache")
    write_rows(overlay, "0x00000002\tACME_TWO\tacme\tacme.h\n")
    second = open_knowledge([overlay], tmp_path / "cache")
    assert second.path == first.path
    assert second.codes_named("ACME_TWO")
    assert not second.codes_named("ACME_ONE")


def test_without_a_cache_folder_the_users_own_temporary_one_is_used(
    package: Path, overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading.tempfile, "tempdir", str(tmp_path))
    base = open_knowledge([overlay])
    assert base.path.parent.name.startswith("winerr-")
    assert base.path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="POSIX folders only")
def test_a_temporary_folder_planted_by_somebody_else_is_not_used(
    package: Path, overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / f"winerr-{os.getuid()}").symlink_to(tmp_path / "theirs")
    monkeypatch.setattr(loading.tempfile, "tempdir", str(tmp_path))
    open_knowledge([overlay]).close()
    assert not list((tmp_path / "theirs").iterdir())


def test_a_broken_overlay_is_told_with_file_and_field(
    package: Path, overlay: Path, tmp_path: Path
) -> None:
    write_rows(overlay, "1\tACME_ONE\tacme\tacme.h\n")
    with pytest.raises(SourceError, match=r"overlay/catalog/acme\.tsv: line 2: value"):
        open_knowledge([overlay], tmp_path / "cache")


def test_an_overlay_that_is_no_folder_is_named(package: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: is no folder"):
        open_knowledge([tmp_path / "nowhere"], tmp_path / "cache")
