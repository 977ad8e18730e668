"""Render what the bot says about every code, and let every judge look at it.

Usage: python scripts/render_all.py [--share I/N] [--no-types]

Each code of the catalogue: the answer, its shared form with thread, its modals, and its web page.
Judges are those of tests/bot/block_judges.py; the TypeScript compiler needs `make slack-types`.
`--share 1/4` takes every fourth code, to run several at once. Prints findings and one verdict line;
exit code 1 when there is a finding.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.permalinks import Permalinks  # noqa: E402
from bot.web.pages.site import Site  # noqa: E402
from knowledge import Code, KnowledgeBase, open_knowledge  # noqa: E402
from knowledge.entries import catalogue_reading, entry_of  # noqa: E402
from tests.bot.block_judges import (  # noqa: E402
    Shapes,
    against_types,
    judge_answer,
    judge_message,
    judge_view,
    messages_of,
    views_of,
    why_no_types,
)

_SHOWN = 50


def main() -> int:
    """Render, judge, print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", default="1/1", metavar="I/N", help="which part of the codes")
    parser.add_argument("--no-types", action="store_true", help="without the TypeScript compiler")
    arguments = parser.parse_args()
    number, _, of = arguments.share.partition("/")
    base = open_knowledge()
    codes = base.codes()[int(number) - 1 :: int(of)]
    shapes, found, started = Shapes(), [], time.monotonic()
    site, links = Site(base), Permalinks(base)
    for code in codes:
        found += [f"{code.family} {code.name or code.hex}: {fault}" for fault in
                  [*_judge(code, base, shapes), *_page_faults(code, site, links)]]  # fmt: skip
    types = "not asked (--no-types)" if arguments.no_types else why_no_types()
    if types is None:
        with tempfile.TemporaryDirectory() as folder:
            said = against_types(shapes.source(), Path(folder))
        found += [f"@slack/types: {line}" for line in said.splitlines()]
        types = "asked"
    print("\n".join(found[:_SHOWN]))
    verdict = "ok" if not found else f"{len(found)} findings"
    print(
        f"render_all: {verdict}: {len(codes)} codes, {len(shapes.blocks)} shapes of blocks,"
        f" {len(shapes.views)} of modals, @slack/types {types},"
        f" {time.monotonic() - started:.0f} s"
    )
    return 1 if found else 0


def _judge(code: Code, base: KnowledgeBase, shapes: Shapes) -> list[str]:
    answer = entry_of(catalogue_reading(code, base), base).answer
    found = []
    for kind, rendered in messages_of(answer):
        judged = judge_answer(rendered) if kind == "answer" else judge_message(rendered)
        found += [f"{kind}: {fault}" for fault in judged]
        shapes.add_blocks((*rendered.blocks, *rendered.fewer))
    for kind, view in views_of(answer):
        found += [f"{kind}: {fault}" for fault in judge_view(view)]
        shapes.add_view(view)
    return found


def _page_faults(code: Code, site: Site, links: Permalinks) -> list[str]:
    _, _, family, slug = links.path_of(code).split("/")
    page = site.code(family, unquote(slug))
    if page.status != 200:
        return [f"page: {page.status}"]
    return [] if f">{code.hex}<" in page.text else ["page: it does not show the number"]


if __name__ == "__main__":
    sys.exit(main())
