"""A shared answer: the summary as a message, checks and questions for the thread under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import ids
from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered, context_words, fallback_text, render_answers
from bot.rendering.details import faq_blocks, fix_blocks
from bot.rendering.inert import escape
from bot.rendering.limits import fit
from bot.rendering.names import code_words

if TYPE_CHECKING:
    from knowledge import Answer


def render_summary(answer: Answer, shared_by: str, page: str | None = None) -> Rendered:
    """The message for the channel, with who shared it; `page` as in `render_answers`."""
    whole = render_answers([answer], page=page)
    by = kit.rich_text(kit.paragraph(kit.text("Shared by "), kit.user(shared_by)))
    blocks = [whole.blocks[0], *_buttons(whole), kit.context(context_words(answer)), by]
    return Rendered(whole.text, tuple(fit(blocks)), whole.fewer, (answer,))


def render_thread(answer: Answer) -> tuple[Rendered, ...]:
    """The messages under a shared summary: steps, then questions, as far as there are any."""
    messages = []
    name = escape(code_words(answer.reading))
    if answer.diagnose or answer.fix or answer.never:
        blocks = tuple(fit(fix_blocks(answer)))
        text = f"How to find and fix {name}\n{fallback_text(answer)}"
        messages.append(Rendered(text, blocks, blocks[:1], (answer,)))
    if answer.faq:
        blocks = tuple(fit(faq_blocks(answer)))
        messages.append(Rendered(f"Questions about {name}", blocks, blocks[:1], (answer,)))
    return tuple(messages)


def _buttons(whole: Rendered) -> list[dict[str, object]]:
    """The buttons of the whole answer; none here repeats what the thread says."""
    said = {ids.SHOW_FIX, ids.SHOW_FAQ}
    rows = [block for block in whole.blocks if block["type"] == "actions"]
    kept = [item for row in rows for item in row["elements"] if item["action_id"] not in said]
    return kit.actions(kept)
