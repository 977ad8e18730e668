"""Opening the knowledge base for a command, with the overlays that the settings name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.knowledge_paths import cache_folder, overlay_folders

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase


def open_base() -> KnowledgeBase:
    """Open the compiled knowledge; the two settings it needs come from the environment or `.env`.

    Nothing but these two is read for this: a fault in another setting keeps nobody from looking up.
    """
    # Not every command asks the knowledge, and the bot asks it when it listens already.
    from knowledge.loading import open_knowledge

    values = {**_env_file(), **os.environ}
    return open_knowledge(
        overlay_folders(values.get("WINERR_KNOWLEDGE_DIRS", "")),
        cache_folder(values.get("WINERR_CACHE_DIR", "")),
    )


def _env_file() -> dict[str, str]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values

    return {name: value for name, value in dotenv_values(".env").items() if value is not None}
