"""What a person submits in a window: which form, for which channel, with which values.

Each form has one reader, which says everything that is wrong at once; Slack shows each fault at its
field while the window stays open. What passes goes into the inbox like everything else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import ids
from bot.incoming import Payload, as_dict, as_id, as_text
from bot.rendering.refs import WindowRef, decode_ref, decode_window
from bot.rendering.settings_form import read_settings
from bot.rendering.team_forms import read_note, read_resolution
from bot.tenant import Tenant

Values = Mapping[str, Any]
Faults = dict[str, str]
"""What is wrong, by the id of the block it stands in."""

_UNKNOWN_WINDOW = (
    "I no longer know what this window is about, so I kept nothing. Copy your text, and open it"
    " again."
)

READERS: dict[str, Callable[[Values], tuple[dict[str, Any], Faults]]] = {
    ids.SETTINGS_FORM: read_settings,
    ids.NOTE_FORM: read_note,
    ids.RESOLUTION_FORM: read_resolution,
}


@dataclass(frozen=True, slots=True)
class IncomingForm:
    """A submitted window. `values` is what its reader made of it, as JSON; `about` the button's
    value of the code that it is about, empty where it is about none."""

    team: str
    channel: str
    user: str
    form: str
    values: str
    about: str
    response_url: str
    trigger_id: str
    thread_ts: str | None = None
    enterprise: str | None = None
    is_org: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose it is."""
        return Tenant(self.team, self.enterprise, self.is_org)


def read_form(body: Payload, tenant: Tenant) -> tuple[IncomingForm | None, Faults]:
    """A `view_submission` payload -> the form, or what is wrong with it.

    Neither when it is no form of this version, or nothing in it can show what is wrong.
    """
    view = as_dict(body.get("view"))
    name = as_text(view.get("callback_id"))
    reader, window = READERS.get(name), decode_window(as_text(view.get("private_metadata")))
    if reader is None:
        return None, {}
    if window is None or not _is_about_something(name, window):
        return None, at_first_field(body, _UNKNOWN_WINDOW)
    values, faults = reader(_values_of(as_dict(as_dict(view.get("state")).get("values"))))
    if faults:
        return None, faults
    form = IncomingForm(
        team=tenant.team,
        channel=window.channel,
        user=as_id(as_dict(body.get("user")).get("id")),
        form=name,
        values=json.dumps(values),
        about=window.about,
        response_url=window.response_url,
        trigger_id=as_id(body.get("trigger_id")) or f"{view.get('id')}/{view.get('hash')}",
        thread_ts=window.thread_ts,
        enterprise=tenant.enterprise,
        is_org=tenant.is_org,
    )
    return form, {}


def _is_about_something(name: str, window: WindowRef) -> bool:
    """Settings are of a channel, everything else is about a code."""
    if name == ids.SETTINGS_FORM:
        return bool(window.channel)
    return decode_ref(window.about) is not None


def at_first_field(body: Payload, words: str) -> Faults:
    """Say something in a submitted window, which stays open: Slack has no other place for it."""
    blocks = as_dict(body.get("view")).get("blocks")
    found = [as_dict(block) for block in blocks] if isinstance(blocks, list) else []
    fields = [as_text(block.get("block_id")) for block in found if block.get("type") == "input"]
    return dict.fromkeys(fields[:1], words)


def _values_of(state: Payload) -> dict[str, Any]:
    """Block id -> the block's one element with its value; what is of the wrong kind is left out."""
    found: dict[str, Any] = {}
    for block_id, elements in state.items():
        for element in as_dict(elements).values():
            found[str(block_id)] = as_dict(element)
    return found
