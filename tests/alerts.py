"""Posts of monitoring systems that name no Windows error: tests/data/alerts/README.md."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from bot.workspace.presets import Preset, preset_named

_FILE = Path(__file__).parent / "data" / "alerts" / "negative.jsonl"


def _read() -> tuple[Preset, ...]:
    rows = [json.loads(line) for line in _FILE.read_text("utf-8").splitlines()]
    return tuple(
        replace(
            preset_named(row["sender"]),
            title=row["id"],
            message=row["message"],
            has_windows_error=False,
        )
        for row in rows
    )


OTHER_ALERTS = _read()
