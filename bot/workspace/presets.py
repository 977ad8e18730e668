"""Posts as monitoring systems make them, and a trace to paste.

The payloads follow the field names of each system's public documentation; their words are ours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.workspace.schema import Payload
from bot.workspace.state import TEAM

_FOLDER = Path(__file__).parent / "presets"
_TRACE = Path(__file__).parent / "samples" / "dotnet_trace.json"


@dataclass(frozen=True, slots=True)
class Preset:
    """A post of another app. Its sender comes in one of the shapes that Slack has for such posts:
    `app` (a bot user), `webhook` (bot_message with a name), `legacy` (nothing but a bot_id)."""

    id: str
    title: str
    sender: str
    icon: str
    form: Literal["app", "webhook", "legacy"]
    message: Payload
    has_windows_error: bool

    def fields(self) -> Payload:
        """The message as Slack passes it on, without channel and time."""
        return {**self._sender_fields(), **self.message}

    def _sender_fields(self) -> Payload:
        letters = "".join(letter for letter in self.id.upper() if letter.isalnum())[:9]
        bot_id = f"B{letters:0<9}"
        if self.form == "legacy":
            return {"subtype": "bot_message", "bot_id": bot_id}
        if self.form == "webhook":
            icons = {"emoji": self.icon}
            named = {"bot_id": bot_id, "username": self.sender, "icons": icons, "team": TEAM}
            return {"subtype": "bot_message", **named}
        app_id = f"A{letters:0<9}"
        profile = {"id": bot_id, "app_id": app_id, "name": self.sender, "team_id": TEAM}
        return {
            "user": f"U{letters:0<9}",
            "bot_id": bot_id,
            "app_id": app_id,
            "team": TEAM,
            "bot_profile": {**profile, "deleted": False},
        }


@cache
def load_presets() -> tuple[Preset, ...]:
    """Every preset, in the order of the menu."""
    read = [(path, json.loads(path.read_text("utf-8"))) for path in _FOLDER.glob("*.json")]
    read.sort(key=lambda pair: pair[1]["order"])
    return tuple(_preset(path.stem, data) for path, data in read)


def preset_named(name: str) -> Preset:
    """A preset by its id; KeyError names all of them."""
    for preset in load_presets():
        if preset.id == name:
            return preset
    known = ", ".join(preset.id for preset in load_presets())
    raise KeyError(f"no preset {name!r}; there are {known}")


def trace_sample() -> str:
    """A .NET trace to paste."""
    return "\n".join(json.loads(_TRACE.read_text("utf-8"))["lines"])


def _preset(name: str, data: Payload) -> Preset:
    sender = data["sender"]
    return Preset(
        id=name,
        title=data["title"],
        sender=sender["name"],
        icon=sender["icon"],
        form=sender["form"],
        message=data["message"],
        has_windows_error=data["has_windows_error"],
    )
