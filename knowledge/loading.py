"""Opening the knowledge: use the compiled file, and build it where it is missing, old or broken."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from knowledge.base import KnowledgeBase
from knowledge.errors import CompiledFileError
from knowledge.sources import PACKAGE, Sources, digest, sizes

COMPILED_NAME = "compiled.sqlite"


def open_knowledge(overlays: Sequence[Path] = (), cache_dir: Path | None = None) -> KnowledgeBase:
    """Open the knowledge with these overlay folders; SourceError when they cannot be compiled.

    The file lies beside the package. Where that cannot be written, or with overlays, it lies in
    `cache_dir`, without one in a folder of this user below the system's temporary folder.
    """
    sources = Sources(tuple(overlays))
    target = _target(sources, cache_dir)
    base = _open_if_fresh(target, sources)
    if base is None:
        # Late: compiling needs pydantic and YAML, opening does not.
        from knowledge.compiling import compile_knowledge

        compile_knowledge(sources, target)
        base = KnowledgeBase(target)
    return base


def _target(sources: Sources, cache_dir: Path | None) -> Path:
    beside = PACKAGE / COMPILED_NAME
    if not sources.overlays and (os.access(PACKAGE, os.W_OK) or _is_fresh_file(beside, sources)):
        return beside
    return _own_folder(cache_dir) / f"knowledge-{_key(sources)}.sqlite"


def _own_folder(cache_dir: Path | None) -> Path:
    if cache_dir is not None:
        return cache_dir
    folder = Path(tempfile.gettempdir()) / f"winerr-{_user()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Everybody may write to the temporary folder: never open what somebody else put there.
    if folder.is_symlink() or _owner(folder) != _user():
        return Path(tempfile.mkdtemp(prefix="winerr-"))
    return folder


def _user() -> int:
    # Windows gives each user a temporary folder of their own, and has no numbers for users.
    return os.getuid() if sys.platform != "win32" else 0


def _owner(folder: Path) -> int:
    return folder.stat().st_uid if sys.platform != "win32" else 0


def _key(sources: Sources) -> str:
    """Different folders must not take turns in rebuilding one file."""
    places = "\0".join(str(folder.resolve()) for folder in (sources.root, *sources.overlays))
    return hashlib.sha256(places.encode()).hexdigest()[:16]


def _is_fresh_file(target: Path, sources: Sources) -> bool:
    base = _open_if_fresh(target, sources)
    if base is not None:
        base.close()
    return base is not None


def _open_if_fresh(target: Path, sources: Sources) -> KnowledgeBase | None:
    if not target.is_file():
        return None
    try:
        base = KnowledgeBase(target)
    except CompiledFileError:
        return None
    if _is_fresh(base, sources):
        return base
    base.close()
    return None


def _is_fresh(base: KnowledgeBase, sources: Sources) -> bool:
    """Compare what the folders say; only when that differs is every source read."""
    files = sources.all_files()
    same_sizes = base.meta["sizes"] == sizes(files)
    # Installed beside its sources by somebody else: they were unpacked together, whatever the
    # order of their times, and an edit in place is not ours to make.
    if same_sizes and base.path.parent == PACKAGE and not os.access(PACKAGE, os.W_OK):
        return True
    newest = max((file.changed for file in files), default=0)
    if same_sizes and newest <= base.path.stat().st_mtime_ns:
        return True
    if base.meta["digest"] != digest(files):
        return False
    # Copied or unpacked, not changed: remember that where we may.
    with suppress(OSError):
        os.utime(base.path)
    return True
