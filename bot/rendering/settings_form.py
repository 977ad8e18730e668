"""The window in which members choose what winerr does in their channel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot import ids
from bot.rendering import kit
from bot.rendering.counting import date
from bot.rendering.limits import Block, fit_view
from bot.rendering.refs import WindowRef
from bot.store.channel_table import Change, ChannelSettings

DEFAULT = "default"
_POLICIES = (
    ("off", "Off", "no answers but to commands"),
    ("mentions", "Mentions", "only when somebody mentions me"),
    ("alerts", "Alerts", "also to posts of apps that name a Windows error"),
    ("all", "All", "also to people's messages that name a Windows error"),
)
_COOLDOWNS = (
    (0, "Never: answer each one"),
    (300, "5 minutes"),
    (900, "15 minutes"),
    (1_800, "30 minutes"),
    (3_600, "1 hour"),
    (21_600, "6 hours"),
)
_DRY_RUN = ("dry_run", "Dry run: answer nobody, only count what I would have answered")
_DIGEST = ("digest", "Post the errors of the week here, on Mondays")
_SENDER = re.compile(r"[AB][A-Z0-9]{1,30}")
_SENDERS = 50
_SHOWN_CHANGES = 3
_NAMES = {
    "policy": "answers", "senders": "senders", "dry_run": "dry run",
    "cooldown_seconds": "counting", "digest": "weekly post",
}  # fmt: skip


def render_settings(
    chosen: ChannelSettings,
    default_policy: str,
    default_cooldown: int,
    window: WindowRef,
    *,
    changes: Sequence[Change] = (),
    would: str = "",
) -> Block:
    """The form with what is chosen now; `would` is what a dry run came to, "" without one."""
    names = {value: label for value, label, _ in _POLICIES}
    usual = f"As everywhere ({names.get(default_policy, default_policy).lower()})"
    policies = [kit.option(DEFAULT, usual)]
    policies += [kit.option(value, label, words) for value, label, words in _POLICIES]
    cooldowns = [kit.option(DEFAULT, f"As everywhere ({default_cooldown // 60} minutes)")]
    cooldowns += [kit.option(str(seconds), label) for seconds, label in _COOLDOWNS]
    switches = [kit.option(value, label) for value, label in (_DRY_RUN, _DIGEST)]
    on = [each for each in switches if getattr(chosen, each["value"])]
    where = kit.paragraph(
        kit.text("What I do in "), {"type": "channel", "channel_id": window.channel}
    )
    blocks = [
        kit.rich_text(where),
        kit.input_block(
            "policy", "Answer", kit.choice("radio_buttons", policies, chosen.policy or DEFAULT)
        ),
        kit.input_block(
            "senders",
            "Alerts only from",
            kit.text_input(" ".join(chosen.senders), longest=1_500),
            hint="Ids of apps or bots (A… or B…); from all when it is empty. An app's id stands"
            " in its profile at Slack.",
            optional=True,
        ),
        kit.input_block(
            "cooldown_seconds",
            "Count the same error instead of answering again, for",
            kit.choice("static_select", cooldowns, _cooldown_value(chosen)),
        ),
        kit.input_block("switches", "Also", kit.choices(switches, on), optional=True),
        *([kit.context(would)] if would else []),
        *_history(changes),
    ]
    view = kit.form("winerr here", "Save", ids.SETTINGS_FORM, blocks, window.encode())
    return fit_view(view)


def read_settings(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings as keyword arguments of ChannelSettings, and what is wrong, by block."""
    faults: dict[str, str] = {}
    policy = kit.chosen(values, "policy")
    if policy not in (DEFAULT, *(value for value, _, _ in _POLICIES)):
        faults["policy"] = "Choose one of these."
    cooldown = kit.chosen(values, "cooldown_seconds")
    if cooldown not in (DEFAULT, *(str(seconds) for seconds, _ in _COOLDOWNS)):
        faults["cooldown_seconds"] = "Choose one of these."
    senders = list(dict.fromkeys(re.split(r"[\s,;]+", kit.typed(values, "senders").strip())))
    senders = [sender.upper() for sender in senders if sender]
    wrong = [sender for sender in senders if not _SENDER.fullmatch(sender)]
    if wrong:
        names = ", ".join(sender[:20] for sender in wrong[:5])
        faults["senders"] = (
            f"No id of an app or bot: {names}. They look like A0123ABCD or B0123ABCD."
        )
    elif len(senders) > _SENDERS:
        faults["senders"] = f"These are {len(senders)}, and I take {_SENDERS} at most."
    switched = kit.chosen_of_many(values, "switches")
    return {
        "policy": None if policy == DEFAULT else policy,
        "senders": senders,
        "dry_run": "dry_run" in switched,
        "cooldown_seconds": None if cooldown == DEFAULT or faults else int(cooldown),
        "digest": "digest" in switched,
    }, faults


def change_words(change: Change) -> str:
    """What somebody changed, in a line."""
    parts = [
        f"{_NAMES.get(name, name)}: {_words(before)} → {_words(after)}"
        for name, (before, after) in change.changed.items()
    ]
    return "; ".join(parts)


def _history(changes: Sequence[Change]) -> list[Block]:
    lines = [
        kit.paragraph(
            kit.user(change.user), kit.text(", "), date(change.at),
            kit.text(f": {change_words(change)}"),
        )
        for change in changes[:_SHOWN_CHANGES]
    ]  # fmt: skip
    title = kit.paragraph(kit.text("Changed lately", bold=True))
    return [kit.rich_text(title, *lines)] if lines else []


def _cooldown_value(chosen: ChannelSettings) -> str:
    known = [seconds for seconds, _ in _COOLDOWNS]
    if chosen.cooldown_seconds is None:
        return DEFAULT
    return str(min(known, key=lambda seconds: abs(seconds - (chosen.cooldown_seconds or 0))))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (list, tuple)):
        return " ".join(str(each) for each in value) or "all"
    if isinstance(value, int):
        return f"{value // 60} minutes" if value else "never"
    return "as everywhere" if value is None else str(value)
