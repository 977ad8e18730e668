"""The weekly post: the errors of a channel, most frequent first, compared with the week before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.rendering import kit
from bot.rendering.answer_blocks import Rendered, pick_buttons
from bot.rendering.counting import times
from bot.rendering.inert import clip, escape, quoted
from bot.rendering.limits import Block, fit
from bot.rendering.refs import CodeRef
from bot.rendering.team_words import Named, error_name
from bot.store.digest_table import Met
from bot.store.unknown_table import Unknown

_DAY = 86_400
_PICKS = 5


def render_week(
    end: int, met: Sequence[Met], unknown: Sequence[Unknown], named: Named, *, compares: bool
) -> Rendered | None:
    """The post about the seven days before day `end` (days since 1970); None when they were empty.

    `compares`: what is kept reaches back far enough for the week before.
    """
    if not (met or unknown):
        return None
    title = f"Windows errors in this channel, {_dates(end)}"
    elements = [kit.paragraph(kit.text(title, bold=True))]
    if met:
        elements.append(kit.bullets([_line(each, named, compares=compares) for each in met]))
    else:
        elements.append(kit.paragraph(kit.text("None was met.")))
    blocks = [kit.rich_text(*elements)]
    open_ones = [error_name(each.code, named) for each in met if not each.is_resolved]
    if open_ones:
        words = f"Nobody has said yet what fixed {_listed(open_ones)}."
        hint = " The menu under an answer takes it, and shows it next time."
        blocks.append(kit.rich_text(kit.paragraph(
            kit.text("Unresolved", bold=True), kit.text(f": {words}{hint}")
        )))  # fmt: skip
    if unknown:
        asked = [kit.text("Asked for, and not explained", bold=True), kit.text(": ")]
        for index, each in enumerate(unknown):
            asked += [kit.text(", ")] if index else []
            asked += [kit.text(clip(quoted(each.written), 64), code=True)]
            asked += [kit.text(f" ({each.count})")] if each.count > 1 else []
        blocks.append(kit.rich_text(kit.paragraph(*asked)))
    picks = [(error_name(each.code, named), _ref(each.code)) for each in met[:_PICKS]]
    blocks += kit.actions(pick_buttons(picks))
    blocks.append(kit.context("Once a week, because /winerr settings says so."))
    names = ", ".join(f"{error_name(each.code, named)} {each.count}" for each in met)
    text = escape(f"{title}: {names}" if names else title)
    return Rendered(text, tuple(fit(blocks)), tuple(fit(blocks[:1])))


def _line(each: Met, named: Named, *, compares: bool) -> list[Block]:
    words = f" · {times(each.count)}"
    runs = [kit.text(error_name(each.code, named), bold=True), kit.text(words)]
    if not compares:
        return runs
    if each.is_new:
        return [*runs, kit.text(" · "), kit.text("new", bold=True)]
    before = times(each.before) if each.before else "not once"
    return [*runs, kit.text(f" ({before} the week before)")]


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _dates(end: int) -> str:
    first, last = (datetime.fromtimestamp(day * _DAY, UTC) for day in (end - 7, end - 1))
    return f"{first.day} {first:%b} to {last.day} {last:%b %Y}"


def _ref(code: str) -> CodeRef:
    family, _, number = code.partition(":")
    return CodeRef(family, int(number, 16))
