"""Opening the knowledge base for a command, with the overlays that the settings name."""

from __future__ import annotations

import os
from pathlib import Path

from bot.knowledge_paths import cache_folder, overlay_folders
from knowledge.base import KnowledgeBase
from knowledge.loading import open_knowledge


def open_base() -> KnowledgeBase:
    """Open the compiled knowledge; the two settings it needs come from the environment or `.env`.

    The whole settings model is not loaded for this: a look-up shall not pay half a second for it.
    """
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
