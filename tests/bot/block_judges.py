"""Who judges whether Slack would take what we send: four that were written apart from each other.

Our list of Slack's limits, the validator of the local workspace, slack_sdk's models, and Slack's
own @slack/types through the TypeScript compiler.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import ids
from bot.rendering.answer_blocks import VISIBLE_CHARS, Rendered, render_answers
from bot.rendering.details import answer_modal, render_modal
from bot.rendering.limits import visible_chars
from bot.rendering.refs import WindowRef, ref_of_answer
from bot.rendering.sharing import render_summary, render_thread
from bot.workspace.validation import check_message, check_view
from knowledge import Answer
from tests.bot.slack_rules import faults

Json = dict[str, Any]
PAGE = "https://winerr.example.com/codes/"
TYPES = Path(__file__).parents[2] / "build/slack-types/node_modules"


def messages_of(answer: Answer) -> Iterator[tuple[str, Rendered]]:
    """Every message that the bot posts about an answer, with what it is."""
    page = PAGE + answer.reading.family
    yield "answer", render_answers([answer], share=True, lookup=True, page=page)
    yield "summary", render_summary(answer, "U0123456789", page)
    for rendered in render_thread(answer):
        yield "thread", rendered


def views_of(answer: Answer) -> Iterator[tuple[str, Json]]:
    """Every modal that its buttons open, with what it is."""
    about = ref_of_answer(answer).encode()
    window = WindowRef("C0123456789", "1700000000.000100", about, "https://hooks.example.com/x")
    page = PAGE + answer.reading.family
    for action_id in ids.MODALS:
        yield action_id, render_modal(action_id, answer, window, page)
    yield "answer", answer_modal(answer, window, page)


def judge_message(rendered: Rendered) -> list[str]:
    """What anybody has against a message."""
    found = []
    for blocks in (rendered.blocks, rendered.fewer):
        found += [f"limits: {fault}" for fault in faults(blocks)]
        refusal = check_message(rendered.text, list(blocks), update=True)
        found += [f"workspace: {refusal}"] if refusal is not None else []
        found += [f"slack_sdk: {fault}" for fault in _against_sdk(blocks)]
    if not rendered.text.strip() or len(rendered.text) > 4_000:
        found.append(f"text of {len(rendered.text)} characters")
    return found


def judge_answer(rendered: Rendered) -> list[str]:
    """What anybody has against the answer itself, which has to fit a phone."""
    chars = visible_chars(rendered.blocks)
    too_long = [f"{chars} visible characters"] if chars > VISIBLE_CHARS else []
    return [*judge_message(rendered), *too_long]


def judge_view(view: Json) -> list[str]:
    """What anybody has against a modal."""
    refusal = check_view(view, "modal")
    found = [f"workspace: {refusal}"] if refusal is not None else []
    found += [f"limits: {fault}" for fault in faults(view["blocks"], 100)]
    found += [f"slack_sdk: {fault}" for fault in _against_sdk(view["blocks"])]
    try:
        kept = View(**view).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        return [*found, f"slack_sdk: {error}"]
    return found if kept == view else [*found, "slack_sdk: the view has fields it does not know"]


def _against_sdk(blocks: Sequence[Json]) -> Iterator[str]:
    for block in blocks:
        try:
            model = Block.parse(block)
            if model is None:
                yield f"no model of {block['type']}"
                continue
            model.validate_json()
            kept = model.to_dict()
        except (SlackObjectFormationError, TypeError) as error:
            yield f"{block['type']}: {error}"
            continue
        # What a model does not know it drops.
        if kept != block:
            yield f"{block['type']} has fields it does not know"


class Shapes:
    """The distinct shapes of many messages and views: what a type checker sees of them."""

    def __init__(self) -> None:
        self.blocks: set[str] = set()
        self.views: set[str] = set()

    def add_blocks(self, blocks: Iterable[Json]) -> None:
        """Note the shape of each block of a message."""
        self.blocks.update(json.dumps(_shape(block), sort_keys=True) for block in blocks)

    def add_view(self, view: Json) -> None:
        """Note the shape of a modal."""
        self.views.add(json.dumps(_shape(view), sort_keys=True))

    def source(self) -> str:
        """A program that is well typed if every shape is one of Slack's."""
        blocks = "\n".join(f"  {shape}," for shape in sorted(self.blocks))
        views = "\n".join(f"  {shape}," for shape in sorted(self.views))
        return (
            'import type { KnownBlock, ModalView } from "@slack/types";\n'
            f"export const blocks: KnownBlock[] = [\n{blocks}\n];\n"
            f"export const views: ModalView[] = [\n{views}\n];\n"
        )


def _shape(node: Any, key: str = "") -> Any:
    """The node with plain words for its texts, and each list with its different items only."""
    if isinstance(node, dict):
        return {name: _shape(value, name) for name, value in node.items()}
    if isinstance(node, list):
        items = {json.dumps(_shape(item), sort_keys=True): None for item in node}
        return [json.loads(item) for item in sorted(items)]
    if isinstance(node, str):
        return node if key in ("type", "style", "emoji") else "words"
    return 1 if isinstance(node, int) and not isinstance(node, bool) else node


def why_no_types() -> str | None:
    """Why the TypeScript compiler cannot judge here; None when it can."""
    if shutil.which("node") is None:
        return "no node here"
    return None if (TYPES / "typescript").is_dir() else "@slack/types is not here: make slack-types"


def against_types(source: str, folder: Path) -> str:
    """What the TypeScript compiler says to a program; empty when nothing is wrong."""
    (folder / "node_modules").symlink_to(TYPES)
    (folder / "shapes.ts").write_text(source, encoding="utf-8")
    command = [
        "node", str(TYPES / "typescript/bin/tsc"), "--noEmit", "--strict", "--skipLibCheck",
        "--moduleResolution", "node", "shapes.ts",
    ]  # fmt: skip
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr if result.returncode else ""
