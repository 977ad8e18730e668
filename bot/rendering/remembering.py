"""What was known of an error before: how often it came, what the team says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered
from bot.rendering.counting import date
from bot.rendering.inert import clip, visible
from bot.rendering.limits import Block, fit, fits
from bot.rendering.markdown import markdown_elements
from bot.store.note_table import Note, Resolution
from bot.store.occurrence_table import Seen

_NOTE_CHARS = 400
_RESOLUTION_CHARS = 250


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a reply adds from memory; `days` is how far it looks back."""

    seen: Seen | None = None
    days: int = 30
    notes: Sequence[Note] = ()
    resolution: Resolution | None = None


def with_memory(rendered: Rendered, remembered: Remembered) -> Rendered:
    """The reply with what is remembered, before its buttons; unchanged when that is nothing."""
    lines = fit([*_seen_line(remembered), *_resolution_line(remembered.resolution)])
    notes = fit(_note_lines(remembered.notes))
    if not (lines or notes) or not rendered.blocks:
        return rendered
    # What the team says comes first, right after the verdict.
    blocks = [rendered.blocks[0], *notes, *rendered.blocks[1:]]
    places = [index for index, block in enumerate(blocks) if block["type"] == "actions"]
    place = places[0] if places else len(blocks)
    blocks[place:place] = lines
    return replace(rendered, blocks=tuple(blocks if fits(blocks) else fit(blocks)))


def _seen_line(remembered: Remembered) -> list[Block]:
    seen = remembered.seen
    if seen is None or not seen.count or seen.last_at is None:
        return []
    times = "once" if seen.count == 1 else f"{seen.count} times"
    runs = [kit.text(f"Seen {times} in {remembered.days} days, last "), date(seen.last_at)]
    if seen.last_channel:
        runs += [kit.text(" in "), {"type": "channel", "channel_id": seen.last_channel}]
    return [kit.rich_text(kit.paragraph(*runs))]


def _note_lines(notes: Sequence[Note]) -> list[Block]:
    if not notes:
        return []
    newest = notes[0]
    more = f" ({len(notes) - 1} more in the menu)" if len(notes) > 1 else ""
    title = kit.paragraph(
        kit.text("Team note", bold=True), kit.text(" by "), kit.user(newest.written_by),
        kit.text(", "), date(newest.written_at), kit.text(more),
    )  # fmt: skip
    return [kit.rich_text(title, *markdown_elements(clip(newest.text, _NOTE_CHARS)))]


def _resolution_line(resolution: Resolution | None) -> list[Block]:
    if resolution is None:
        return []
    words = clip(visible(resolution.text), _RESOLUTION_CHARS)
    return [kit.rich_text(kit.paragraph(
        kit.text("Fixed last time", bold=True), kit.text(" ("), kit.user(resolution.written_by),
        kit.text(", "), date(resolution.written_at), kit.text(f"): {words}"),
    ))]  # fmt: skip
