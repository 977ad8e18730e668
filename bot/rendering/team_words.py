"""What winerr says about a channel's settings, its recent errors, and what people tell it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot import ids
from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered, pick_buttons
from bot.rendering.counting import date
from bot.rendering.inert import escape
from bot.rendering.limits import Block, fit
from bot.rendering.names import code_words
from bot.rendering.refs import CodeRef
from bot.store.occurrence_table import Frequent

if TYPE_CHECKING:
    from knowledge import Answer

Named = Callable[[str], "Answer | None"]

SETTINGS_ARE_OF_CHANNELS = (
    "Settings belong to a channel: type /winerr settings in it. Here I answer whatever you write."
)
ONLY_OURS = (
    "Only members of the workspace that runs winerr can do this. What the buttons show is for"
    " everybody."
)
THANKS = "Thanks, noted. Only those who run winerr see it, counted and without your name."
SORRY = (
    "Noted; whoever looks after the answers sees which ones did not help. If you know better, the"
    " menu beside the buttons takes a team note, which is shown first next time."
)
UNMUTED = "This thread is muted no longer."
NOT_MUTED = "This thread was not muted any more, so there was nothing to take back."
NO_THREAD = "There is no thread here to mute. Use the menu under my answer in the thread."
NOTE_GONE = "That note was removed before, and is kept no longer."
NOTE_SAVED = "Saved. The note is shown first in every answer about this error, to all of your team."
RESOLUTION_SAVED = "Saved. Next time this error comes, the answer says so."
_MUTED = (
    "This thread is muted: I say nothing more in it and change nothing in it, unless somebody"
    " mentions me."
)
_NONE_YET = "I have met no Windows error here in the last 30 days."
_POLICY_WORDS = {
    "off": "I answer nothing here but commands.",
    "mentions": "I answer here when somebody mentions me.",
    "alerts": "I answer posts of apps that name a Windows error. I must be in the channel:"
    " /invite @winerr.",
    "all": "I answer every message that names a Windows error. I must be in the channel:"
    " /invite @winerr.",
}
_SHOWN_WOULD = 4


def lost_words(text: str) -> str:
    """That the code of a submitted window is known no longer, with what was typed."""
    return (
        "What this window was about is no longer known here, so I kept nothing. This is what you"
        f" typed: {text}"
    )


def saved_words(changed: str, policy: str) -> str:
    """What was saved, and what holds now."""
    return f"Saved ({changed or 'nothing changed'}). {_POLICY_WORDS.get(policy, '')}"


def dry_run_words(would: Sequence[Frequent], named: Named) -> str:
    """What a dry run came to in the last 24 hours."""
    if not would:
        return "Dry run: in the last 24 hours I would have answered nothing."
    posts, count = sum(each.posts for each in would), sum(each.count for each in would)
    names = ", ".join(
        f"{error_name(each.code, named)} {each.count}" for each in would[:_SHOWN_WOULD]
    )
    times = "once" if posts == 1 else f"{posts} times"
    return (
        f"Dry run: in the last 24 hours I would have answered {times}, for {count}"
        f" {'message' if count == 1 else 'messages'} ({names})."
    )


def render_recent(found: Sequence[Frequent], named: Named, *, everywhere: bool) -> Rendered:
    """The errors met lately in a channel, or in all public ones, each with a button."""
    if not found:
        return Rendered(escape(_NONE_YET), tuple(fit([_line(kit.text(_NONE_YET))])))
    where = "in the public channels" if everywhere else "in this channel"
    title = f"Errors {where}, newest first"
    items = [
        [
            kit.text(error_name(each.code, named), bold=True),
            kit.text(f" · {each.count} times, last " if each.count > 1 else " · "),
            date(each.last_at),
        ]
        for each in found
    ]
    picks = [
        (error_name(each.code, named), CodeRef(family, int(number, 16)))
        for each in found
        for family, _, number in [each.code.partition(":")]
    ]
    body = kit.rich_text(kit.paragraph(kit.text(title, bold=True)), kit.bullets(items))
    names = ", ".join(error_name(each.code, named) for each in found)
    blocks = fit([body, *kit.actions(pick_buttons(picks))])
    return Rendered(escape(f"{title}: {names}"), tuple(blocks))


def render_muted(root_ts: str) -> Rendered:
    """That a thread is muted, and the way back."""
    blocks = [_line(kit.text(_MUTED)), *kit.actions([kit.button(ids.UNMUTE, "Unmute", root_ts)])]
    return Rendered(escape(_MUTED), tuple(fit(blocks)))


def error_name(code: str, named: Named) -> str:
    """What people call `family:0x00000005`."""
    answer = named(code)
    if answer is None:
        return code
    inner = answer.reading.inner
    return inner.name if inner and inner.name else code_words(answer.reading)


def _line(*runs: Block) -> Block:
    return kit.rich_text(kit.paragraph(*runs))
