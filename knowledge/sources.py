"""Where the knowledge lies as people write it: our folder, and an organisation's overlays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_PATTERNS = ("catalog/*.tsv", "catalog/families.yaml", "articles/**/*.yaml", "playbooks/**/*.yaml")
# What is compiled also depends on these: a changed model makes the old file useless.
_SHAPES = (
    "articles/model.py",
    "articles/rules.py",
    "catalog/family.py",
    "catalog/schema.py",
    "compiling.py",
    "compiling_articles.py",
    "guidance.py",
    "messages/parts.py",
    "playbooks/model.py",
    "searching/index.py",
    "searching/keys.py",
    "searching/weighing.py",
    "searching/words.py",
    "strict_yaml.py",
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file, and `shown_as`: its path as faults and digests name it, free of machine paths."""

    path: Path
    shown_as: str


@dataclass(frozen=True, slots=True)
class Sources:
    """Folders with `catalog/`, `articles/` and `playbooks/`; later ones win over earlier ones."""

    overlays: tuple[Path, ...] = ()
    root: Path = PACKAGE

    def files(self, *patterns: str) -> list[SourceFile]:
        """List the files that match, folder by folder, sorted by name within each."""
        return [
            SourceFile(path, self._shown_as(folder, path))
            for folder in (self.root, *self.overlays)
            for pattern in patterns
            for path in sorted(folder.glob(pattern))
        ]

    def _shown_as(self, folder: Path, path: Path) -> str:
        return f"{folder.name}/{path.relative_to(folder).as_posix()}"

    def all_files(self) -> list[SourceFile]:
        """List everything the compiled file is made from, and the models that shape it."""
        shapes = [
            SourceFile(PACKAGE / name, f"shape/{name}")
            for name in _SHAPES
            if (PACKAGE / name).is_file()
        ]
        return [*self.files(*_PATTERNS), *shapes]


def digest(files: list[SourceFile]) -> str:
    """Return a fingerprint of names and contents (SHA-256, hexadecimal)."""
    sha = hashlib.sha256()
    for file in files:
        content = file.path.read_bytes()
        sha.update(f"{file.shown_as}\0{len(content)}\0".encode())
        sha.update(content)
    return sha.hexdigest()


def sizes(files: list[SourceFile]) -> str:
    """Return a cheap fingerprint, of names and sizes only: what a look at the folders tells."""
    sha = hashlib.sha256()
    for file in files:
        sha.update(f"{file.shown_as}\0{file.path.stat().st_size}\0".encode())
    return sha.hexdigest()


def missing_folders(overlays: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the overlays that are no folders."""
    return (folder for folder in overlays if not folder.is_dir())
