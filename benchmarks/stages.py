"""winerr's stages as the benchmarks call them: the one place that knows its inner functions."""

from __future__ import annotations

import gc

from bot.rendering.answer_blocks import forget_messages, render_answers
from knowledge.base import KnowledgeBase
from knowledge.explanation import Explanation, explain, explain_unasked
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
    """Do all that a text goes through, traces included, to blocks; how many blocks came out."""
    return _blocks_of(explain(text, base, surface="alert"))


def answer_unasked_to_blocks(text: str, base: KnowledgeBase) -> int:
    """Do what an alert goes through that nobody asks about; how many blocks came out."""
    return _blocks_of(explain_unasked(text, base))


def _blocks_of(explanation: Explanation) -> int:
    # Made anew, as if no text had been answered like this before.
    forget_messages()
    return len(render_answers(explanation.answers).blocks) if explanation.answers else 0
