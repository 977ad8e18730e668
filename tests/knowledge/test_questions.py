"""The labelled questions are sound, and are answered at least as well as they once were."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.base import KnowledgeBase
from scripts.score_search import QuestionScore, score_questions

QUESTIONS = Path(__file__).resolve().parents[1] / "data" / "questions"
HALVES = ("dev", "held_out")
KINDS = {"code", "symptom", "context", "foreign"}

# The level reached; raise a floor when the figures of `make score` rise for good.
LEAST_FIRST = {"dev": 0.9, "held_out": 0.91}
LEAST_IN_THREE = {"dev": 0.96, "held_out": 0.97}
MOST_FALSE_ANSWERS = {"dev": 5, "held_out": 4}


def read(half: str) -> list[dict[str, Any]]:
    lines = (QUESTIONS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module", params=HALVES)
def scored(request: pytest.FixtureRequest, base: KnowledgeBase) -> tuple[str, QuestionScore]:
    return request.param, score_questions(QUESTIONS / f"{request.param}.jsonl", base)


def test_there_are_enough_questions_of_every_kind() -> None:
    for half in HALVES:
        counts = Counter(question["kind"] for question in read(half))
        assert counts.keys() == KINDS
        assert min(counts.values()) >= 30


def test_ids_and_texts_are_unique() -> None:
    for key in ("id", "text"):
        counts = Counter(question[key] for half in HALVES for question in read(half))
        assert [value for value, count in counts.items() if count > 1] == []


def test_questions_name_articles_that_exist(base: KnowledgeBase) -> None:
    known = set(base.article_ids)
    for question in (question for half in HALVES for question in read(half)):
        assert set(question["articles"]) <= known
        assert (question["kind"] == "foreign") == (not question["articles"])


def test_the_right_article_comes_first(scored: tuple[str, QuestionScore]) -> None:
    half, score = scored
    assert score.all.first / score.all.asked >= LEAST_FIRST[half]


def test_the_right_article_is_among_the_first_three(scored: tuple[str, QuestionScore]) -> None:
    half, score = scored
    assert score.all.three / score.all.asked >= LEAST_IN_THREE[half]


def test_questions_about_something_else_get_no_answer(scored: tuple[str, QuestionScore]) -> None:
    half, score = scored
    assert score.answered <= MOST_FALSE_ANSWERS[half]
