"""What people are told of files that could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering.inert import clip, quoted

_NAME_CHARS = 60
_INSTEAD = "Paste the lines with the error as text."
_CUT = "I read only the beginning of a long file; paste the lines around the error as text."
_SENTENCES = {
    "forbidden": "I may not read {name}: my app needs the scope files:read, and I must be where the"
    f" file is shared. {_INSTEAD}",
    "gone": "{name} was deleted or is kept no longer, so I cannot read it.",
    "not text": f"{{name}} is no text, so I cannot read it. {_INSTEAD}",
    "elsewhere": f"{{name}} lies outside of Slack, where I do not go. {_INSTEAD}",
    "passing": "Slack did not hand me {name} just now. Ask me again in a minute.",
}


def unreadable_words(faults: Sequence[tuple[str, str]], *, is_cut: bool = False) -> str:
    """A sentence or two for each file that is not read, given as (fault, name); "" for none."""
    told = [_SENTENCES[fault].format(name=_shown(name)) for fault, name in faults]
    words = " ".join([*dict.fromkeys(told), *([_CUT] if is_cut else [])])
    return words[:1].upper() + words[1:]


def _shown(name: str) -> str:
    return f"“{clip(quoted(name), _NAME_CHARS)}”" if name.strip() else "the file"
