"""The templates: everything is escaped, and what would hide or reorder other text is taken out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.rendering.inert import visible

_FOLDER = Path(__file__).with_name("templates")
_CODE = re.compile(r"`([^`\n]{1,120})`")
_BREAKS = re.compile(r"(?<=[_,(.])(?=[^\s])")


def environment() -> Environment:
    """The environment of all pages; an unknown name in a template is an error."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_inert,
    )
    made.filters |= {"prose": prose, "breakable": breakable, "host": _host}
    return made


def prose(words: str) -> Markup:
    """Plain text in which `this` is a command or a name."""
    parts = _CODE.split(visible(words))
    marked = (
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )
    return Markup("").join(marked)


def breakable(name: str) -> Markup:
    """A long name that may be broken behind its underscores."""
    return Markup("<wbr>").join(_BREAKS.split(visible(name)))


def _host(url: str) -> str:
    """An address in few words: its host and the last part of its path."""
    parts = urlsplit(url)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    return f"{parts.netloc}: {last}" if last else parts.netloc


def _inert(value: Any) -> Any:
    # Markup was made of escaped, visible text already.
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
