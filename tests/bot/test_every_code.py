"""What the bot says about every code is taken by Slack, in the eyes of several judges.

All articles, all playbooks and every 150th code; `scripts/render_all.py` takes every single one.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from knowledge import Answer, Code, KnowledgeBase
from knowledge.entries import catalogue_reading, entry_of
from tests.bot.block_judges import (
    Shapes,
    against_types,
    judge_answer,
    judge_message,
    judge_view,
    messages_of,
    views_of,
    why_no_types,
)

EVERY = 150


def sample(base: KnowledgeBase) -> Iterable[Code]:
    """Every article's code, a code of every playbook, and some of the rest."""
    codes = base.codes()
    articles = [base.article(name).canonical for name in base.article_ids]
    by_playbook = {
        playbook.id: code
        for code in reversed(codes)
        if base.article_for(code) is None and (playbook := base.playbook_for(code))
    }
    return dict.fromkeys((*articles, *by_playbook.values(), *codes[::EVERY]))


@pytest.fixture(scope="module")
def answers(base: KnowledgeBase) -> list[Answer]:
    return [entry_of(catalogue_reading(code, base), base).answer for code in sample(base)]


def test_the_sample_has_every_kind_of_answer(answers: list[Answer], base: KnowledgeBase) -> None:
    assert {answer.article for answer in answers} >= set(base.article_ids)
    # All codes of some playbook may have an article by now.
    playbooks = {answer.playbook for answer in answers} - {None}
    assert len(playbooks) >= 0.95 * len(base.playbooks)
    assert {answer.basis for answer in answers} == {"article", "playbook", "structure"}


def test_nobody_has_anything_against_what_is_posted(answers: list[Answer]) -> None:
    found = {}
    for answer in answers:
        for kind, rendered in messages_of(answer):
            judged = judge_answer(rendered) if kind == "answer" else judge_message(rendered)
            if judged:
                found[answer.reading.name or answer.reading.hex, kind] = judged
    assert found == {}


def test_nobody_has_anything_against_what_a_button_opens(answers: list[Answer]) -> None:
    judged = {
        (answer.reading.name or answer.reading.hex, kind): judge_view(view)
        for answer in answers
        for kind, view in views_of(answer)
    }
    assert {place: found for place, found in judged.items() if found} == {}


def test_slacks_own_types_take_every_shape(answers: list[Answer], tmp_path: Path) -> None:
    if (reason := why_no_types()) is not None:
        pytest.skip(reason)
    shapes = Shapes()
    for answer in answers:
        for _, rendered in messages_of(answer):
            shapes.add_blocks((*rendered.blocks, *rendered.fewer))
        for _, view in views_of(answer):
            shapes.add_view(view)
    assert against_types(shapes.source(), tmp_path) == ""
    wrong = shapes.source().replace('"type": "button"', '"type": "buton"')
    (tmp_path / "wrong").mkdir()
    assert "buton" in against_types(wrong, tmp_path / "wrong")
