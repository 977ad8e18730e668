"""The long parts of an answer, each as a modal that a button opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import ids
from bot.rendering import kit
from bot.rendering.answer_blocks import context_words, pick_buttons, reading_choices
from bot.rendering.inert import visible
from bot.rendering.limits import Block, fit_view
from bot.rendering.names import code_words, confidence_words, family_words, identity_words
from bot.rendering.refs import WindowRef
from bot.rendering.steps import fix_elements, step_elements

if TYPE_CHECKING:
    from knowledge import Answer

_TITLES = {
    ids.SHOW_FIX: "How to fix",
    ids.SHOW_FAQ: "FAQ",
    ids.SHOW_BACKGROUND: "Background",
    ids.SHOW_READINGS: "Other readings",
}


def render_modal(
    action_id: str, answer: Answer, window: WindowRef | None = None, page: str | None = None
) -> Block:
    """The modal for one of the buttons in `ids.MODALS`; `window` is where it was pressed.

    `page` is the address of the answer's page, where everything stands and can be linked to.
    """
    parts = {
        ids.SHOW_FIX: fix_blocks,
        ids.SHOW_FAQ: faq_blocks,
        ids.SHOW_BACKGROUND: background_blocks,
        ids.SHOW_READINGS: reading_blocks,
    }
    blocks = [_heading(answer), *parts[action_id](answer), *_foot(answer, page)]
    return _with_window(kit.modal(_TITLES[action_id], blocks), window)


def answer_modal(answer: Answer, window: WindowRef | None = None, page: str | None = None) -> Block:
    """The whole answer as a modal, for a code that was picked in another one."""
    parts = [*fix_blocks(answer), *_foot(answer, page)]
    return _with_window(kit.modal("winerr", [_heading(answer), _summary(answer), *parts]), window)


def notice_modal(words: str) -> Block:
    """A modal that says one sentence."""
    return fit_view(kit.modal("winerr", [kit.rich_text(kit.paragraph(kit.text(words)))]))


def fix_blocks(answer: Answer) -> list[Block]:
    """Every check, then every fix under its cause, then what not to do."""
    causes = {cause.id: cause.text for cause in answer.causes}
    blocks = []
    if answer.diagnose:
        steps = step_elements(answer.diagnose, "Find the cause first")
        blocks.append(kit.rich_text(*steps))
    blocks += [kit.rich_text(*fix_elements(fix, causes.get(fix.for_cause))) for fix in answer.fix]
    if answer.never:
        items = [
            [kit.text(f"{never.do}: ", bold=True), kit.text(never.why)] for never in answer.never
        ]
        title = kit.paragraph(kit.text("Better not", bold=True))
        blocks.append(kit.rich_text(title, kit.bullets(items)))
    return blocks or [_line("Nobody has written down a fix for this code yet.")]


def faq_blocks(answer: Answer) -> list[Block]:
    """Questions people ask, with their answers."""
    blocks = [
        kit.rich_text(kit.paragraph(kit.text(f"{item.ask}\n", bold=True), kit.text(item.answer)))
        for item in answer.faq
    ]
    return blocks or [_line("Nobody has asked about this code yet.")]


def background_blocks(answer: Answer) -> list[Block]:
    """What it means and where it comes from, its neighbours and its sources."""
    parts = (
        ("Meaning", answer.meaning),
        ("Background", answer.background),
        ("Seen in", ", ".join(answer.seen_in)),
        ("Impact", answer.impact),
        ("For developers", answer.developer_notes),
    )
    blocks = [_titled(title, words) for title, words in parts if words]
    if answer.related:
        blocks.append(_related(answer))
    if answer.sources:
        blocks.append(_sources(answer))
    return blocks or [_line("There is no more about this code.")]


def reading_blocks(answer: Answer) -> list[Block]:
    """Every other way to read the number, with its reason and a button that explains it."""
    if not answer.others:
        return [_line("There is no other way to read this.")]
    blocks: list[Block] = []
    for reading in answer.others[: ids.PICK_LIMIT]:
        name = kit.text(code_words(reading), bold=True)
        words = (
            f" · {identity_words(reading)}\n{confidence_words(reading.confidence)}: {reading.why}"
        )
        blocks.append(kit.rich_text(kit.paragraph(name, kit.text(words))))
    return [*blocks, *kit.actions(pick_buttons(reading_choices(answer.others)))]


def _heading(answer: Answer) -> Block:
    name = kit.text(code_words(answer.reading), bold=True)
    words = kit.text(f" · {identity_words(answer.reading)}\n{visible(answer.title)}")
    return kit.rich_text(kit.paragraph(name, words))


def _summary(answer: Answer) -> Block:
    return _line(visible(answer.summary))


def _foot(answer: Answer, page: str | None) -> list[Block]:
    """The way to everything about the code, and what the answer rests on."""
    buttons = [kit.link_button(ids.OPEN_PAGE, "Full page", page)] if page is not None else []
    return [*kit.actions(buttons), kit.context(context_words(answer))]


def _with_window(view: Block, window: WindowRef | None) -> Block:
    return fit_view({**view, "private_metadata": window.encode()} if window else view)


def _line(words: str) -> Block:
    return kit.rich_text(kit.paragraph(kit.text(words)))


def _titled(title: str, words: str) -> Block:
    return kit.rich_text(kit.paragraph(kit.text(f"{title}\n", bold=True), kit.text(words)))


def _related(answer: Answer) -> Block:
    items = [
        [
            kit.text(item.code, bold=True),
            kit.text(
                f" ({family_words(item.family)}, {item.relation.replace('_', ' ')}): {item.why}"
            ),
        ]
        for item in answer.related
    ]
    return kit.rich_text(kit.paragraph(kit.text("Related", bold=True)), kit.bullets(items))


def _sources(answer: Answer) -> Block:
    items = [
        [
            kit.link(source.url, source.supports),
            kit.text(f" (checked {source.checked.isoformat()})"),
        ]
        for source in answer.sources
    ]
    return kit.rich_text(kit.paragraph(kit.text("Sources", bold=True)), kit.bullets(items))
