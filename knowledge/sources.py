"""Where the knowledge lies as people write it: our folder, and an organisation's overlays."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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
    "messages/fingerprints.py",
    "messages/index.py",
    "messages/parts.py",
    "packing.py",
    "playbooks/model.py",
    "searching/index.py",
    "searching/keys.py",
    "searching/weighing.py",
    "searching/words.py",
    "strict_yaml.py",
)


class SourceFile(NamedTuple):
    """One file with its size in bytes and the time of its last change in ns.

    `shown_as` is its path as faults and digests name it, free of machine paths.
    """

    place: str
    shown_as: str
    size: int
    changed: int

    @property
    def path(self) -> Path:
        """Where it lies."""
        return Path(self.place)


@dataclass(frozen=True, slots=True)
class Sources:
    """Folders with `catalog/`, `articles/` and `playbooks/`; later ones win over earlier ones."""

    overlays: tuple[Path, ...] = ()
    root: Path = PACKAGE

    def files(self, *patterns: str) -> list[SourceFile]:
        """List the files that match, folder by folder, sorted by name within each.

        A pattern is `folder/name`, `folder/*ending` or, with what lies deeper, `folder/**/*ending`.
        """
        return [
            file
            for folder in (self.root, *self.overlays)
            for pattern in patterns
            for file in _matching(folder, *pattern.split("/"))
        ]

    def all_files(self) -> list[SourceFile]:
        """List everything the compiled file is made from, and the models that shape it."""
        shapes = []
        for name in _SHAPES:
            if (path := PACKAGE / name).is_file():
                seen = path.stat()
                shape = SourceFile(str(path), f"shape/{name}", seen.st_size, seen.st_mtime_ns)
                shapes.append(shape)
        return [*self.files(*_PATTERNS), *shapes]


def _matching(folder: Path, below: str, *pattern: str) -> Iterator[SourceFile]:
    deep = len(pattern) > 1
    return _walk(str(folder / below), f"{folder.name}/{below}", pattern[-1], deep=deep)


def _walk(place: str, shown_as: str, pattern: str, *, deep: bool) -> Iterator[SourceFile]:
    """Not with Path.glob: an overlay may have 50,000 files, all of them looked at at each start."""
    try:
        with os.scandir(place) as found:
            entries = sorted(found, key=lambda entry: os.path.normcase(entry.name))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    ending = os.path.normcase(pattern.removeprefix("*"))
    for entry in entries:
        name = os.path.normcase(entry.name)
        if name.endswith(ending) if pattern.startswith("*") else name == ending:
            yield _file(entry, f"{shown_as}/{entry.name}")
        # Links to folders are not followed: they may lead in circles.
        if deep and entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{shown_as}/{entry.name}", pattern, deep=True)


def _file(entry: os.DirEntry[str], shown_as: str) -> SourceFile:
    try:
        seen = entry.stat()
    except FileNotFoundError:
        # A link to nowhere: who reads it says so.
        return SourceFile(entry.path, shown_as, -1, 0)
    return SourceFile(entry.path, shown_as, seen.st_size, seen.st_mtime_ns)


def digest(files: Iterable[SourceFile]) -> str:
    """Return a fingerprint of names and contents (SHA-256, hexadecimal)."""
    sha = hashlib.sha256()
    for file in files:
        content = file.path.read_bytes() if file.size >= 0 else b""
        name = f"{file.shown_as}\0{len(content)}\0"
        sha.update(name.encode(errors="surrogateescape"))
        sha.update(content)
    return sha.hexdigest()


def sizes(files: Iterable[SourceFile]) -> str:
    """Return a cheap fingerprint, of names and sizes only: what a look at the folders tells."""
    told = "".join([f"{file.shown_as}\0{file.size}\0" for file in files])
    return hashlib.sha256(told.encode(errors="surrogateescape")).hexdigest()


def missing_folders(overlays: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the overlays that are no folders."""
    return (folder for folder in overlays if not folder.is_dir())
