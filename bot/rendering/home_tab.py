"""The Home tab: what was met, what nobody could explain, and where to search and to choose."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot import ids
from bot.rendering import kit
from bot.rendering.counting import date, moment, times
from bot.rendering.inert import clip, quoted
from bot.rendering.limits import Block, fit_home
from bot.rendering.notices import render_help
from bot.rendering.refs import CodeRef
from bot.rendering.team_words import Named, error_name
from bot.store.channel_table import ChannelSettings
from bot.store.occurrence_table import Frequent
from bot.store.unknown_table import Unknown

SEARCH_CHARS = 3_000
_ANSWERS = {
    "off": "answers commands only",
    "mentions": "answers mentions",
    "alerts": "answers alerts",
    "all": "answers everything",
    None: "answers as everywhere",
}


@dataclass(frozen=True, slots=True)
class Unhelpful:
    """An error, and how many people said that its answer did not help."""

    code: str
    count: int


@dataclass(frozen=True, slots=True)
class HomeContent:
    """What a person's Home tab shows; `days` is how far it looks back."""

    days: int
    frequent: Sequence[Frequent] = ()
    recent: Sequence[Frequent] = ()
    unknown: Sequence[Unknown] = ()
    unhelpful: Sequence[Unhelpful] = ()
    channels: Sequence[tuple[str, ChannelSettings]] = ()


def render_home(content: HomeContent, named: Named) -> Block:
    """The view; its private_metadata tells one content from another, by `mark_of`."""
    blocks = [
        kit.header("Explain a Windows error"),
        _search(),
        *_met(content, named),
        *_channels(content.channels),
        *_for_keepers(content, named),
        {"type": "divider"},
        kit.header("What you can type"),
        *render_help().blocks,
        kit.context("Counts of errors are of public channels; nobody is named."),
    ]
    view = fit_home(blocks)
    digest = hashlib.sha256(json.dumps(view, sort_keys=True).encode()).hexdigest()
    return {**view, "private_metadata": json.dumps({"h": digest[:32]})}


def mark_of(view: Block) -> str:
    """What tells one content of the Home tab from another."""
    mark = view.get("private_metadata")
    return mark if isinstance(mark, str) else ""


def _search() -> Block:
    element = {
        "type": "plain_text_input",
        "action_id": ids.SEARCH,
        "max_length": SEARCH_CHARS,
        "placeholder": kit.plain_text("0x80070005, ERROR_ACCESS_DENIED, a log line, a question"),
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return {
        "type": "input",
        "block_id": ids.SEARCH,
        "dispatch_action": True,
        "label": kit.plain_text("Code, name, log line or question"),
        "hint": kit.plain_text("Press Enter. Only you see the answer."),
        "element": element,
    }


def _met(content: HomeContent, named: Named) -> list[Block]:
    """The errors of the public channels."""
    if not content.frequent:
        words = (
            f"I have met no Windows error in the public channels in the last {content.days} days."
        )
        return [{"type": "divider"}, kit.header("Errors met"), kit.context(words)]
    often = [
        _row(each.code, f"{times(each.count)}, last {moment(each.last_at)}", named)
        for each in content.frequent
    ]
    lately = [_row(each.code, moment(each.last_at), named) for each in content.recent]
    return [
        {"type": "divider"}, kit.header(f"Most frequent in {content.days} days"), *often,
        {"type": "divider"}, kit.header("Latest"), *lately,
    ]  # fmt: skip


def _channels(channels: Sequence[tuple[str, ChannelSettings]]) -> list[Block]:
    """Those whose settings the person changed."""
    rows = [
        kit.row(
            f"{kit.channel_name(channel)} · {_settings_words(settings)}",
            kit.button(ids.CHANNEL_SETTINGS, "Settings", channel),
        )
        for channel, settings in channels
        if kit.channel_name(channel)
    ]
    words = "Those whose settings you change with /winerr settings stand here."
    shown = rows or [kit.context(words)]
    return [{"type": "divider"}, kit.header("My channels"), *shown]


def _settings_words(settings: ChannelSettings) -> str:
    parts = [_ANSWERS.get(settings.policy, _ANSWERS[None])]
    parts += ["dry run"] if settings.dry_run else []
    parts += ["weekly post"] if settings.digest else []
    return ", ".join(parts)


def _for_keepers(content: HomeContent, named: Named) -> list[Block]:
    """What whoever looks after the knowledge may want to write about."""
    blocks: list[Block] = []
    if content.unknown:
        items = [
            [
                kit.text(clip(quoted(each.written), 64), code=True),
                kit.text(f" · asked {times(each.count)}, last "),
                date(each.last_at),
            ]
            for each in content.unknown
        ]
        blocks += [
            {"type": "divider"}, kit.header("Asked for, and not explained"),
            kit.rich_text(kit.bullets(items)),
        ]  # fmt: skip
    if content.unhelpful:
        rows = [_row(each.code, _unhelpful_words(each.count), named) for each in content.unhelpful]
        blocks += [{"type": "divider"}, kit.header("Answers that did not help"), *rows]
    return blocks


def _unhelpful_words(count: int) -> str:
    people = "one person" if count == 1 else f"{count} people"
    return f"{people} said that it did not help"


def _row(code: str, words: str, named: Named) -> Block:
    """An error with a button that explains it; each block may use the same action id."""
    family, _, number = code.partition(":")
    ref = CodeRef(family, int(number, 16))
    name = kit.code_span(error_name(code, named))
    return kit.row(f"{name} · {words}", kit.button(ids.pick_id(0), "Explain", ref.encode()))
