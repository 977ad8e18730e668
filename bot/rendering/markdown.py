"""The little Markdown that people use in notes -> rich text, where nothing can mention anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.rendering import kit
from bot.rendering.inert import visible
from bot.rendering.limits import Block

_BULLET = re.compile(r"[ \t]{0,8}[-*•][ \t]+")
# Every alternative ends at its own kind of closing sign on the same line, so this stays linear
# for texts of a note's length.
_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,500})`|\*\*(?P<bold>[^*\n]{1,500})\*\*"
    r"|\[(?P<label>[^\[\]\n]{1,200})\]\((?P<url>https?://[^\s()<>]{1,1000})\)"
)

_MOST_PIECES = 150


def markdown_elements(text: str) -> list[Block]:
    """Paragraphs, lists and blocks of code; whatever is no Markdown stays as it was typed.

    So does a text of very many pieces: Slack takes no view of more than 250 kB.
    """
    elements: list[Block] = []
    for number, part in enumerate(visible(text).split("```")):
        if number % 2:
            code = part.partition("\n")[2] if "\n" in part else part
            elements += [kit.command(code.strip("\n"))] if code.strip() else []
        else:
            elements += _paragraphs(part)
    if sum(map(_pieces, elements)) > _MOST_PIECES:
        return [kit.paragraph(kit.text(f"{text.strip()}\n"))]
    return elements


def _pieces(element: Block) -> int:
    return 1 + sum(map(_pieces, element.get("elements", ())))


def _host_of(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        # `http://[x` begins like an IPv6 address, and `http://℀.test` changes when normalised.
        return None


def _paragraphs(text: str) -> Iterator[Block]:
    items: list[list[Block]] = []
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        if bullet:
            items.append(list(_runs(line[bullet.end() :])))
            continue
        if items:
            yield kit.bullets(items)
            items = []
        if line.strip():
            yield kit.paragraph(*_runs(line.strip()), kit.text("\n"))
    if items:
        yield kit.bullets(items)


def _runs(line: str) -> Iterator[Block]:
    place = 0
    for match in _INLINE.finditer(line):
        if match.start() > place:
            yield kit.text(line[place : match.start()])
        place = match.end()
        if match["code"]:
            yield kit.text(match["code"], code=True)
        elif match["bold"]:
            yield kit.text(match["bold"], bold=True)
        elif host := _host_of(match["url"]):
            yield kit.link(match["url"], f"{match['label']} ({host})")
        else:
            yield kit.text(match[0])
    if place < len(line):
        yield kit.text(line[place:])
