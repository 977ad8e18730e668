"""Where an organisation's own knowledge lies and where compiled files may be kept."""

from __future__ import annotations

import os
from pathlib import Path


def overlay_folders(setting: str) -> tuple[Path, ...]:
    """Split WINERR_KNOWLEDGE_DIRS at the platform's path separator (`:`, on Windows `;`)."""
    return tuple(Path(part).expanduser() for part in setting.split(os.pathsep) if part.strip())


def cache_folder(setting: str) -> Path:
    """Return the folder for compiled knowledge: the setting, else the user's cache folder."""
    if setting.strip():
        return Path(setting).expanduser()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "winerr"
