"""Where the pages stand, and what a search takes: what is known before one is asked for."""

from __future__ import annotations

ROOT = "/codes"
ASSETS = f"{ROOT}/_"
MAX_QUERY_CHARS = 2_000
