"""How often a reply's error came again, in the reply itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered
from bot.rendering.limits import Block, fit

# Not strftime's: they would be those of the machine's language.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def with_count(rendered: Rendered, count: int, first_at: float, last_at: float) -> Rendered:
    """The reply with its count under the verdict; times are seconds since 1970."""
    if count < 2:
        return rendered
    line = kit.rich_text(kit.paragraph(
        kit.text(f"{count} times", bold=True), kit.text(" in this channel since "),
        date(first_at), kit.text(", last "), date(last_at),
    ))  # fmt: skip
    head, *rest = rendered.blocks or (None,)
    blocks = tuple(fit([head, line, *rest])) if head is not None else ()
    since, last = _clock(first_at), _clock(last_at)
    text = f"{rendered.text}\n{count} times in this channel since {since}, last {last}."
    return replace(rendered, text=text, blocks=blocks)


def date(at: float) -> Block:
    """A moment, in each reader's own time zone."""
    return {
        "type": "date", "timestamp": int(at), "format": "{date_short_pretty} {time}",
        "fallback": _clock(at),
    }  # fmt: skip


def moment(at: float) -> str:
    """The same in mrkdwn."""
    return f"<!date^{int(at)}^{{date_short_pretty}} {{time}}|{_clock(at)}>"


def times(count: int) -> str:
    """How often."""
    return "once" if count == 1 else f"{count} times"


def _clock(at: float) -> str:
    then = datetime.fromtimestamp(at, UTC)
    return f"{then.day:02d} {_MONTHS[then.month - 1]} {then.hour:02d}:{then.minute:02d} UTC"
