"""What winerr says when it has no answer to show: help, near misses, choices, apologies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered, pick_buttons, reading_choices
from bot.rendering.inert import clip, escape, quoted
from bot.rendering.limits import Block, fit
from bot.rendering.names import code_words, confidence_words, family_words, identity_words
from bot.rendering.refs import ref_of_code

if TYPE_CHECKING:
    from knowledge import Reading, SearchResult, Suggestion

# What is typed, and what it does. A test asks each of them and looks at what it is answered with.
HELP = (
    ("/winerr 0x2F7", "explains a code; 759, -2147024891 and 0x80070005 work the same way"),
    ("/winerr ERROR_ACCESS_DENIED", "explains a name"),
    ("/winerr", "followed by a log line or a stack trace finds the codes in it"),
    ("/winerr settings", "chooses what I do in this channel"),
    ("/winerr recent", "lists the errors met in this channel"),
    ("@winerr 0x2F7", "answers in the thread, for everybody"),
    ("@winerr", "in a thread reads the thread and explains the errors in it"),
    ("@winerr which program has my file open?", "answers a question from the articles"),
)
_SHOWN = 5
_NEXT = 3
_NEARLY_AS_GOOD = 0.7
_NEAREST = "If it was a question, these come nearest:"

# Where a person pressed a button or typed a command, and the answer is a sentence.
GONE = (
    "This button is of an older answer, and what it was about is no longer known here."
    " Type /winerr with the code to get a new one."
)
WELCOME = (
    "You are welcome. If you know what fixed it: the menu under my answer keeps that for next time."
)
NOTHING_IN_TEXT = (
    "I found no Windows error code, name or message in this. Give me a code such as 0x80070005,"
    " a name such as ERROR_ACCESS_DENIED, or the log line it stands in."
)
NOTHING_IN_THREAD = (
    "I read this thread and found no Windows error in it. Give me a code such as 0x80070005,"
    " a name such as ERROR_ACCESS_DENIED, or the log line it stands in."
)
CANNOT_READ_THREAD = (
    "I am not allowed to read this thread, so mention me together with the code or the log line."
)


def failure_words(reference: str) -> str:
    """The sentence for people when something broke here; the reference stands in the log."""
    return (
        "Sorry, I could not answer this: something broke on my side."
        f" Whoever runs me finds it in the log under {reference}."
    )


def render_words(words: str) -> Rendered:
    """A message of one or two sentences of our own."""
    return Rendered(escape(words), tuple(fit([_line(words)])))


def with_note(rendered: Rendered, words: str) -> Rendered:
    """The message with a small line under it."""
    blocks = [*rendered.blocks, kit.context(words)]
    return replace(rendered, text=f"{rendered.text}\n{escape(words)}", blocks=tuple(fit(blocks)))


def render_help() -> Rendered:
    """What can be typed, with an example of each."""
    items = [[kit.text(example, code=True), kit.text(f" {words}")] for example, words in HELP]
    title = kit.paragraph(kit.text("I explain Windows errors. Try one of these:", bold=True))
    text = "I explain Windows errors. Try /winerr 0x2F7, or mention me with a code."
    return Rendered(text, tuple(fit([kit.rich_text(title, kit.bullets(items))])))


def render_suggestions(asked: str, suggestions: Sequence[Suggestion]) -> Rendered:
    """`did you mean`: the near misses, each with a button."""
    near = suggestions[:_SHOWN]
    words = f"I do not know “{clip(quoted(asked), 80)}”. Did you mean one of these?"
    items = [
        [
            kit.text(code_words(item.code), bold=True),
            kit.text(f" · {item.code.hex} · {family_words(item.code.family)} · {item.why}"),
        ]
        for item in near
    ]
    body = kit.rich_text(kit.paragraph(kit.text(words)), kit.bullets(items))
    choices = [(code_words(item.code), ref_of_code(item.code)) for item in near]
    return Rendered(escape(words), tuple(fit([body, *kit.actions(pick_buttons(choices))])))


def render_question(results: Sequence[SearchResult]) -> Rendered:
    """What answers a question: the best entry in full, the next ones as buttons."""
    best = results[0]
    near = [result for result in results[:_NEXT] if result.score >= _NEARLY_AS_GOOD * best.score]
    asked = best.ask or best.title
    body = kit.rich_text(
        kit.paragraph(kit.text(asked, bold=True)),
        kit.paragraph(kit.text(best.answer)),
    )
    choices = [(code_words(result.code), ref_of_code(result.code)) for result in near]
    source = f"from the article {best.article}" if best.article else "no article is about this code"
    blocks = [body, *kit.actions(pick_buttons(choices)), kit.context(source)]
    return Rendered(escape(f"{asked} {best.answer}"), tuple(fit(blocks)))


def render_nearest(results: Sequence[SearchResult]) -> Rendered:
    """No answer to a question, and what comes nearest to it."""
    words = f"{NOTHING_IN_TEXT} {_NEAREST}"
    items = [[kit.text(result.title)] for result in results]
    body = kit.rich_text(kit.paragraph(kit.text(words)), kit.bullets(items))
    choices = [(code_words(result.code), ref_of_code(result.code)) for result in results]
    return Rendered(escape(words), tuple(fit([body, *kit.actions(pick_buttons(choices))])))


def render_choice(asked: str, readings: Sequence[Reading]) -> Rendered:
    """An ambiguous number: what it can be, with a button for each reading."""
    shown = readings[: 2 * _SHOWN]
    words = f"“{clip(quoted(asked), 80)}” can be several things. Which one do you mean?"
    items = [_choice(reading) for reading in shown]
    body = kit.rich_text(kit.paragraph(kit.text(words)), kit.bullets(items))
    buttons = pick_buttons(reading_choices(shown))
    return Rendered(escape(words), tuple(fit([body, *kit.actions(buttons)])))


def _choice(reading: Reading) -> list[Block]:
    words = f" · {identity_words(reading)} · {confidence_words(reading.confidence)}: {reading.why}"
    return [kit.text(code_words(reading), bold=True), kit.text(clip(words, 200))]


def _line(words: str) -> Block:
    return kit.rich_text(kit.paragraph(kit.text(words)))
