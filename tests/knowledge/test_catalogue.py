"""The shipped catalogue: every row is found again, every family is described."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.catalog.families import read_families
from knowledge.catalog.tables import CODE_SHAPE, SHAPES, read_table, shape_of
from knowledge.codes import hresult
from knowledge.codes.code import Code
from knowledge.codes.family import Family
from knowledge.compiling import compile_knowledge
from knowledge.sources import PACKAGE, Sources

CATALOGUE = PACKAGE / "catalog"
FILES = sorted(CATALOGUE.glob("*.tsv"))
CODE_FILES = [path for path in FILES if shape_of(path) is CODE_SHAPE]
REFERENCE = Path(
    os.environ.get("TEST_FACTS_DIR", PACKAGE.parent.parent / "shared" / "facts")
).resolve()
# Derived from the other reference tables, or of a shape of their own.
NOT_CODE_TABLES = frozenset(
    {
        *("all", "ambiguous_numbers", "official_messages", "priority_codes", "facilities"),
        *("nt_to_win32", "errno_map", "dotnet_exceptions", "python_winerror_exceptions"),
        "iis_substatus",
    }
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    """The shipped catalogue alone: what is wrong with an article is another test's business."""
    root = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(CATALOGUE, root / "catalog")
    report = compile_knowledge(Sources((), root), root / "compiled.sqlite")
    catalogue = KnowledgeBase(report.target)
    yield catalogue
    catalogue.close()


def found(base: KnowledgeBase, value: int) -> set[tuple[str, str | None]]:
    return {(code.family, code.name) for code in base.codes_with_value(value)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_table_has_no_faults(path: Path) -> None:
    _, faults = read_table(path, path.name)
    assert not faults


@pytest.mark.parametrize("path", CODE_FILES, ids=lambda path: path.stem)
def test_every_row_is_found_by_value_and_by_name(path: Path, base: KnowledgeBase) -> None:
    rows, _ = read_table(path, path.name)
    assert rows
    for value, name, family, _ in rows:
        assert (family, name) in found(base, value)
        if name is not None:
            named = base.codes_named(name.lower())
            assert any(code.family == family and code.value == value for code in named)


def reference_rows(path: Path) -> Iterator[tuple[int, str | None, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            name = None if row["name"] == "(none)" else row["name"]
            yield int(row["code_hex"], 16), name, row["family"]


REFERENCE_FILES = [
    path for path in sorted(REFERENCE.glob("*.tsv")) if path.stem not in NOT_CODE_TABLES
]


@pytest.mark.skipif(not REFERENCE_FILES, reason="no reference tables beside this checkout")
@pytest.mark.parametrize("path", REFERENCE_FILES, ids=lambda path: path.stem)
def test_every_reference_row_is_found_by_value_and_by_name(path: Path, base: KnowledgeBase) -> None:
    for value, name, family in reference_rows(path):
        assert (family, name) in found(base, value)
        if name is not None:
            named = base.codes_named(name)
            assert any(code.family == family and code.value == value for code in named)


def test_the_families_file_has_no_faults() -> None:
    assert not read_families(CATALOGUE / "families.yaml", "families.yaml").faults


def test_every_family_has_rows_and_every_row_a_family(base: KnowledgeBase) -> None:
    used = {row[2] for path in CODE_FILES for row in read_table(path, path.name)[0]}
    assert used == set(base.families)


def test_the_slim_family_has_the_fields_of_the_written_one() -> None:
    entry = read_families(CATALOGUE / "families.yaml", "families.yaml").entries["win32"]
    assert set(entry.model_dump()) == set(Family.__dataclass_fields__)


def test_win32_is_the_likeliest_family_of_a_bare_number(base: KnowledgeBase) -> None:
    assert max(base.families.values(), key=lambda family: family.prior).id == "win32"


def test_every_often_met_code_has_a_row_or_is_a_wrapped_win32_error(base: KnowledgeBase) -> None:
    rows, _ = read_table(CATALOGUE / "priority.tsv", "priority.tsv")
    without = [
        row
        for row in rows
        if (row[3], row[2]) not in {(c.family, c.name) for c in base.codes_with_value(row[1])}
        and not (hresult.is_hresult_from_win32(row[1]) and base.win32_code(row[1] & 0xFFFF))
    ]
    assert len(rows) >= 690
    assert not without


@pytest.mark.skipif(not REFERENCE_FILES, reason="no reference tables beside this checkout")
def test_every_often_met_reference_code_has_its_rank(base: KnowledgeBase) -> None:
    ranks = {row[1]: row[0] for row in read_table(CATALOGUE / "priority.tsv", "")[0][::-1]}
    with (REFERENCE / "priority_codes.tsv").open(encoding="utf-8", newline="") as file:
        values = [
            int(row["code_hex"], 16)
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    assert len(values) == 700
    assert not [hex(value) for value in values if value not in ranks]


@pytest.mark.parametrize(
    ("value", "family", "name"),
    [
        pytest.param(0, "win32", "ERROR_SUCCESS", id="success"),
        pytest.param(5, "win32", "ERROR_ACCESS_DENIED", id="win32"),
        pytest.param(0x7E, "win32", "ERROR_MOD_NOT_FOUND", id="win32 before bug check"),
        pytest.param(1603, "msi", "ERROR_INSTALL_FAILURE", id="msi"),
        pytest.param(1722, "rpc", "RPC_S_SERVER_UNAVAILABLE", id="rpc"),
        pytest.param(10061, "winsock", "WSAECONNREFUSED", id="winsock"),
        pytest.param(0x80070005, "hresult", "E_ACCESSDENIED", id="hresult"),
        pytest.param(0xC0000005, "ntstatus", "STATUS_ACCESS_VIOLATION", id="ntstatus"),
        pytest.param(0xC000021A, "ntstatus", "STATUS_SYSTEM_PROCESS_TERMINATED", id="both"),
        pytest.param(0x80240017, "windows_update", "WU_E_NOT_APPLICABLE", id="update"),
        pytest.param(0xFFFFF030, "libuv", "UV_EPERM", id="libuv"),
        pytest.param(0xFFFFFC06, "esent", "JET_errReadVerifyFailure", id="esent"),
    ],
)
def test_the_usual_meaning_comes_first(
    value: int, family: str, name: str, base: KnowledgeBase
) -> None:
    first = base.codes_with_value(value)[0]
    assert (first.family, first.name) == (family, name)


def test_tables_of_other_shapes_are_all_there() -> None:
    assert {path.stem for path in FILES} >= set(SHAPES)


def test_codes_without_a_published_name_have_none(base: KnowledgeBase) -> None:
    codes = base.codes_with_value(0x87D1041C)
    assert Code("configmgr_intune", 0x87D1041C, None, codes[0].source) in codes
