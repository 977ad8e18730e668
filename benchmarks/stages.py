"""winerr's stages as the benchmarks call them: the one place that knows its inner functions."""

from __future__ import annotations

import gc

from bot.rendering.answer_blocks import render_answers
from knowledge.base import KnowledgeBase
from knowledge.explanation import explain_unasked
from knowledge.extraction import extract_mentions
from knowledge.extraction.known import CatalogueView
from knowledge.messages import message_mentions


def settle() -> None:
    """Let the collector leave alone what is loaded, as the bot does once it is ready."""
    gc.collect()
    gc.freeze()


def extract(text: str, base: KnowledgeBase) -> int:
    """Return how many codes, names and system messages stand in a text."""
    numbered = extract_mentions(text, CatalogueView(base))
    return len(numbered) + sum(1 for _ in message_mentions(text, base.message_index))


def explain_to_blocks(text: str, base: KnowledgeBase) -> int:
    """Do all that an alert goes through, from its text to blocks; how many blocks came out."""
    explanation = explain_unasked(text, base)
    return len(render_answers(explanation.answers).blocks) if explanation.answers else 0
