"""A message shown as a window, where there is no channel to show it in: from the Home tab."""

from __future__ import annotations

from bot import ids
from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered
from bot.rendering.limits import Block, fit_view
from bot.rendering.refs import WindowRef

# Verbs of the menu that need a thread or a channel.
_PLACED = ("mute|", "fixed|")


def render_window(rendered: Rendered) -> Block:
    """The message without what can be done in a channel only."""
    blocks = [kept for block in rendered.blocks if (kept := _without_place(block))]
    view = kit.modal("winerr", blocks)
    return fit_view({**view, "private_metadata": WindowRef("").encode()})


def _without_place(block: Block) -> Block | None:
    if block["type"] != "actions":
        return block
    elements = [kept for each in block["elements"] if (kept := _kept(each))]
    return {**block, "elements": elements} if elements else None


def _kept(element: Block) -> Block | None:
    if element.get("action_id") == ids.SHARE:
        return None
    if element["type"] != "overflow":
        return element
    options = [each for each in element["options"] if not each["value"].startswith(_PLACED)]
    if len(options) != 1:
        return {**element, "options": options} if options else None
    # One option makes no menu.
    (only,) = options
    return kit.button(element["action_id"], only["text"]["text"], only["value"])
