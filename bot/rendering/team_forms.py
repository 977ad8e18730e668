"""The windows for what a team knows of an error: its notes, and what fixed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.rendering import kit
from bot.rendering.counting import date
from bot.rendering.inert import clip, visible
from bot.rendering.limits import Block, fit_view
from bot.rendering.markdown import markdown_elements
from bot.rendering.names import code_words
from bot.rendering.refs import WindowRef
from bot.store.note_table import Note

if TYPE_CHECKING:
    from knowledge import Answer

NOTE_CHARS = 2_000
RESOLUTION_CHARS = 1_000
_SHOWN_NOTES = 8
_NOTES_CHARS = 10_000


def render_notes(answer: Answer, notes: Sequence[Note], window: WindowRef, said: str = "") -> Block:
    """The notes on an error, each with its history, and a field for a new one.

    `said` is a sentence about what was pressed in the window before.
    """
    standing = [note for note in notes if note.removed_by is None]
    removed = [note for note in notes if note.removed_by is not None]
    blocks = [kit.rich_text(kit.paragraph(kit.text(code_words(answer.reading), bold=True)))]
    if said:
        blocks.append(kit.context(said))
    shown = standing[:_SHOWN_NOTES]
    for note in shown:
        # Each gets its share of what the window takes, so that none goes without its button.
        text = clip(note.text, _NOTES_CHARS // len(shown))
        blocks.append(kit.rich_text(*markdown_elements(text), _signature(note)))
        blocks += kit.actions([kit.button(ids.NOTE_REMOVE, "Remove", str(note.id))])
    if removed:
        lines = [_removal(note) for note in removed[:_SHOWN_NOTES]]
        blocks.append(kit.rich_text(kit.paragraph(kit.text("Removed", bold=True)), *lines))
    blocks.append(kit.input_block(
        "note", "New note", kit.text_input(longest=NOTE_CHARS, multiline=True),
        hint="Shown first in every answer about this error. **bold**, `code` and lists work.",
    ))  # fmt: skip
    return fit_view(kit.form("Team notes", "Save", ids.NOTE_FORM, blocks, window.encode()))


def render_resolution(answer: Answer, window: WindowRef) -> Block:
    """The question what fixed an error."""
    blocks = [
        kit.rich_text(kit.paragraph(kit.text(code_words(answer.reading), bold=True))),
        kit.input_block(
            "resolution", "What fixed it?",
            kit.text_input(longest=RESOLUTION_CHARS, multiline=True),
            hint="Shown next time this error comes, here and, from a public channel, elsewhere.",
        ),
    ]  # fmt: skip
    return fit_view(
        kit.form("What fixed it?", "Save", ids.RESOLUTION_FORM, blocks, window.encode())
    )


def read_note(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The text of a new note, and what is wrong, by block."""
    return _read_text(values, "note", NOTE_CHARS)


def read_resolution(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """What fixed it, and what is wrong, by block."""
    return _read_text(values, "resolution", RESOLUTION_CHARS)


def _read_text(
    values: Mapping[str, Any], block_id: str, longest: int
) -> tuple[dict[str, Any], dict[str, str]]:
    text = kit.typed(values, block_id).strip()
    if not visible(text).strip():
        return {}, {block_id: "Write a sentence or two."}
    if len(text) > longest:
        return {}, {block_id: f"That is {len(text)} characters, and I keep {longest} at most."}
    return {"text": text}, {}


def _signature(note: Note) -> Block:
    return kit.paragraph(
        kit.text("— ", italic=True),
        kit.user(note.written_by),
        kit.text(", "),
        date(note.written_at),
    )


def _removal(note: Note) -> Block:
    return kit.paragraph(
        kit.text("A note by "), kit.user(note.written_by), kit.text(" of "), date(note.written_at),
        kit.text(", removed by "), kit.user(note.removed_by or ""), kit.text(", "),
        date(note.removed_at or 0),
    )  # fmt: skip
