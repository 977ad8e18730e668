"""The refresh compares tables with packages; both are small and made up here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from public_constants import Constant, read_headers, read_projection
from refresh_catalogue import Differences, compare, read_tables, write

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "refresh_catalogue.py"

WIN32 = """\
# A comment that must stay.
value\tname\tfamily\tsource
0x00000003\tERROR_TIN\twin32\twinerror.h
0x00000007\tERROR_LEAD\twin32\twinerror.h
0x00000007\tERROR_PLUMBUM\twin32\twinerror.h
0x00000009\tERROR_GONE\twin32\twinerror.h
0x0000000B\tRPC_X_ZINC\trpc\trpcnterr.h
"""
HRESULT = "value\tname\tfamily\tsource\n0x80040001\tMETAL_E_COLD\thresult\twinerror.h\n"
OTHER = "kind\tnumber\tname\tsource\nhresult\t4\tFACILITY_ITF\twinerror.h\n"

MODULE = """\
import something.that.does.not.exist
ERROR_TIN: win32more.Windows.Win32.Foundation.WIN32_ERROR = 3
ERROR_LEAD: win32more.Windows.Win32.Foundation.WIN32_ERROR = 7
ERROR_PLUMBUM: win32more.Windows.Win32.Foundation.WIN32_ERROR = 7
ERROR_IRON: win32more.Windows.Win32.Foundation.WIN32_ERROR = 5
ERROR_IRON_FIRST: win32more.Windows.Win32.Foundation.WIN32_ERROR = 5
STATUS_RUST: win32more.Windows.Win32.Foundation.NTSTATUS = -1073741819
METAL_E_COLD: win32more.Windows.Win32.Foundation.HRESULT = -2147221502
METAL_E_HOT: win32more.Windows.Win32.Foundation.HRESULT = -2147221501
RPC_X_ZINC: win32more.Windows.Win32.Foundation.NTSTATUS = -1073610740
METAL_COUNT: UInt32 = 118
METAL_NAME: String = 'lead'
"""
HEADER = """\
#define ERROR_TIN __MSABI_LONG(4)
#define STATUS_OLD ((NTSTATUS)0xC00000FF)
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "win32.tsv").write_text(WIN32, encoding="utf-8")
    (folder / "hresult.tsv").write_text(HRESULT, encoding="utf-8")
    (folder / "facilities.tsv").write_text(OTHER, encoding="utf-8")
    (folder / "ntstatus.tsv").write_text("value\tname\tfamily\tsource\n", encoding="utf-8")
    return folder


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    wheel = tmp_path / "projection.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("win32more/Foundation/__init__.py", MODULE.replace("\n", "\r\n"))
    headers = tmp_path / "headers"
    headers.mkdir()
    (headers / "winerror.h").write_text(HEADER.splitlines()[0], encoding="utf-8")
    (headers / "ntstatus.h").write_text(HEADER.splitlines()[1], encoding="utf-8")
    return wheel, headers


def differences(catalogue: Path, packages: tuple[Path, Path]) -> Differences:
    wheel, headers = packages
    return compare(read_tables(catalogue), read_projection(wheel), read_headers(headers))


def test_projection_is_read_from_a_wheel_without_running_it(packages: tuple[Path, Path]) -> None:
    found = read_projection(packages[0])
    assert found["STATUS_RUST"] == Constant("STATUS_RUST", 0xC0000005, "ntstatus")
    assert found["METAL_COUNT"].kind == ""
    assert "METAL_NAME" not in found


def test_headers_are_read_with_their_macros(packages: tuple[Path, Path]) -> None:
    found = read_headers(packages[1])
    assert found["STATUS_OLD"] == Constant("STATUS_OLD", 0xC00000FF, "ntstatus")
    assert found["ERROR_TIN"].value == 4


def test_differences_are_told_by_what_they_are(
    catalogue: Path, packages: tuple[Path, Path]
) -> None:
    found = differences(catalogue, packages)
    assert [(row.file, row.name) for row in found.added] == [
        ("win32.tsv", "ERROR_IRON"), ("hresult.tsv", "METAL_E_HOT"), ("ntstatus.tsv", "STATUS_OLD"),
        ("ntstatus.tsv", "STATUS_RUST"),
    ]  # fmt: skip
    assert [(row.name, value) for row, value in found.changed] == [("METAL_E_COLD", 0x80040002)]
    assert [row.name for row in found.removed] == ["ERROR_GONE"]
    assert [(row.name, value) for row, value in found.differs] == [("RPC_X_ZINC", 0xC002000C)]


def test_what_is_written_stays_sorted_and_keeps_the_rest(
    catalogue: Path, packages: tuple[Path, Path]
) -> None:
    assert write(catalogue, differences(catalogue, packages)) == [
        "hresult.tsv", "ntstatus.tsv", "win32.tsv",
    ]  # fmt: skip
    lines = (catalogue / "win32.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# A comment that must stay."
    assert [line.split("\t")[1] for line in lines[2:]] == [
        "ERROR_TIN", "ERROR_IRON", "ERROR_LEAD", "ERROR_PLUMBUM", "ERROR_GONE", "RPC_X_ZINC",
    ]  # fmt: skip
    changed = (catalogue / "hresult.tsv").read_text(encoding="utf-8")
    assert "0x80040002\tMETAL_E_COLD\thresult\twinerror.h\n" in changed


def test_second_run_finds_nothing_left_to_write(
    catalogue: Path, packages: tuple[Path, Path]
) -> None:
    write(catalogue, differences(catalogue, packages))
    again = differences(catalogue, packages)
    assert (again.added, again.changed) == ([], [])


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_command_reports_and_writes_only_when_asked(
    catalogue: Path, packages: tuple[Path, Path]
) -> None:
    wheel, headers = packages
    options = ("--projection", wheel, "--headers", headers, "--catalogue", catalogue)
    before = (catalogue / "win32.tsv").read_text(encoding="utf-8")
    assert "4 added, 1 changed, 1 removed (kept), 1 differ (kept)" in run(*options).stdout
    assert (catalogue / "win32.tsv").read_text(encoding="utf-8") == before
    assert "written: hresult.tsv, ntstatus.tsv, win32.tsv" in run(*options, "--write").stdout


def test_package_of_another_form_is_refused(catalogue: Path, tmp_path: Path) -> None:
    result = run("--projection", catalogue, "--catalogue", catalogue)
    assert result.returncode == 1
    assert "holds no constants" in result.stderr
