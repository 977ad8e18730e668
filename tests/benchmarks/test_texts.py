from __future__ import annotations

from itertools import count

import pytest

from benchmarks.hostile import CHARS, SEARCH_CHARS, Recipe, first_recipes, search
from benchmarks.stages import explain_to_blocks, extract
from benchmarks.texts import alerts, chatter, log_lines, messages, traces
from knowledge.base import KnowledgeBase


def test_texts_are_the_same_in_every_run() -> None:
    names = ["ERROR_ACCESS_DENIED"]
    assert alerts() == alerts()
    assert chatter() == chatter()
    assert traces() == traces()
    assert list(log_lines(names, 5_000)) == list(log_lines(names, 5_000))


def test_alerts_are_as_long_as_said_and_each_is_answered(base: KnowledgeBase) -> None:
    texts = alerts()
    assert all(250 <= len(text) <= 450 for text in texts)
    assert all(explain_to_blocks(text, base) for text in texts[:40])


def test_chatter_is_never_answered(base: KnowledgeBase) -> None:
    assert not any(explain_to_blocks(text, base) for text in chatter())


def test_traces_are_as_long_as_said_and_hold_a_code(base: KnowledgeBase) -> None:
    texts = traces(count=3)
    assert all(4_000 <= len(text) <= 4_400 for text in texts)
    assert all(extract(text, base) for text in texts)


def test_logs_have_the_size_asked_for_and_join_to_messages() -> None:
    lines = list(log_lines(["E_FAIL"], 50_000))
    total = sum(len(line) + 1 for line in lines)
    joined = list(messages(iter(lines)))
    assert 50_000 <= total < 50_500
    assert "\n".join(joined) == "\n".join(lines)
    assert all(4_000 <= len(message) < 4_500 for message in joined[:-1])


@pytest.mark.parametrize("chars", [1, 7, CHARS])
def test_a_recipe_makes_a_text_of_exactly_the_length_asked_for(chars: int) -> None:
    assert len(Recipe(("error ", "0x")).text(chars)) == chars


def test_search_finds_the_piece_that_costs_most() -> None:
    ticks = count()
    ranked = search(lambda text: text.count("LdapErr"), lambda: next(ticks) > 400)
    assert "LdapErr" in str(ranked[0][1])
    assert ranked[0][0] >= SEARCH_CHARS // len("LdapErr") - 1


def test_search_ends_when_its_time_is_over_and_at_its_limit() -> None:
    ticks = count()
    assert len(search(len, lambda: next(ticks) >= 3)) <= 3
    everything = {*first_recipes()}
    assert len(search(len, lambda: False, limit=20)) <= len(everything) + 20
