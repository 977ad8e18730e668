"""What was known of an error before: how often it came, what the team says about it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered
from bot.rendering.counting import date
from bot.rendering.limits import Block, fit
from bot.store.occurrence_table import Seen


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a reply adds from memory; `days` is how far it looks back."""

    seen: Seen | None = None
    days: int = 30


def with_memory(rendered: Rendered, remembered: Remembered) -> Rendered:
    """The reply with what is remembered, before its buttons; unchanged when that is nothing."""
    lines = _seen_line(remembered)
    if not lines or not rendered.blocks:
        return rendered
    blocks = list(rendered.blocks)
    places = [index for index, block in enumerate(blocks) if block["type"] == "actions"]
    place = places[0] if places else len(blocks)
    blocks[place:place] = lines
    return replace(rendered, blocks=tuple(fit(blocks)))


def _seen_line(remembered: Remembered) -> list[Block]:
    seen = remembered.seen
    if seen is None or not seen.count or seen.last_at is None:
        return []
    times = "once" if seen.count == 1 else f"{seen.count} times"
    runs = [kit.text(f"Seen {times} in {remembered.days} days, last "), date(seen.last_at)]
    if seen.last_channel:
        runs += [kit.text(" in "), {"type": "channel", "channel_id": seen.last_channel}]
    return [kit.rich_text(kit.paragraph(*runs))]
