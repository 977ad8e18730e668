"""How a question's words add up, on an index of our own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge.searching.certainty import is_answer
from knowledge.searching.keys import name_key, pair_key
from knowledge.searching.scoring import Posting, Scores, score

TOTAL = 100


def ask(
    question: str,
    index: dict[str, dict[int, int]],
    *,
    ranks: Mapping[int, int] | None = None,
    respelt: Mapping[str, str] | None = None,
    entries: Mapping[str, dict[tuple[int, int], int]] | None = None,
) -> Scores:
    def look(words: Iterable[str]) -> dict[str, Posting]:
        return {
            word: Posting(len(index[word]), index[word], (entries or {}).get(word, {}))
            for word in words
            if word in index
        }

    return score(question, look, (respelt or {}).get, ranks or {}, TOTAL)


def test_the_article_with_more_of_the_words_comes_first() -> None:
    found = ask("fence paint", {"fenc": {1: 900, 2: 900}, "paint": {2: 900}})
    assert found.best(2) == [2, 1]
    assert found.known[2] == 1.0 > found.known[1]


def test_words_side_by_side_say_more() -> None:
    index = {"fenc": {1: 900, 2: 900}, "paint": {1: 900, 2: 900}}
    assert ask("fence paint", {**index, pair_key("fenc", "paint"): {2: 900}}).best(1) == [2]


def test_a_name_in_words_says_more() -> None:
    index = {"fenc": {1: 900, 2: 900}, "violat": {1: 900, 2: 900}, "viol": {1: 900, 2: 900}}
    said = ask("the fence paint violation", {**index, name_key(["paint", "viol"]): {2: 900}})
    assert said.best(1) == [2]


def test_of_equals_the_one_met_more_often_comes_first() -> None:
    index = {"fenc": {1: 900, 2: 900}, "paint": {1: 900, 2: 900}}
    assert ask("fence paint", index, ranks={2: 3}).best(1) == [2]


def test_an_entry_that_has_the_words_together_says_more() -> None:
    index = {"fenc": {1: 900, 2: 900}, "paint": {1: 900, 2: 900}}
    entries = {"fenc": {(1, 0): 800, (2, 3): 800}, "paint": {(1, 1): 800, (2, 3): 800}}
    found = ask("fence paint", index, entries=entries)
    assert (found.best(1), found.entry[2]) == ([2], 3)


def test_a_synonym_says_less_than_the_word_itself() -> None:
    index = {"crash": {1: 900}, "terminat": {2: 900}, "fenc": {1: 900, 2: 900}}
    assert ask("fence crash", index).best(2) == [1, 2]


def test_a_misspelt_word_is_taken_for_its_neighbour() -> None:
    index = {"fenc": {1: 900, 2: 900}, "spooler": {2: 900}}
    assert ask("fence spoler", index, respelt={"spoler": "spooler"}).best(1) == [2]


def test_of_an_unknown_name_the_parts_count() -> None:
    index = {"fenc": {1: 900, 2: 900}, "paint": {2: 900}}
    assert ask("FencePaint", index).best(1) == [2]
    assert ask("FencePaint", {**index, "fencepaint": {1: 900}}).best(1) == [1]


def test_a_word_that_no_article_has_counts_against_all() -> None:
    index = {"fenc": {1: 900}, "paint": {1: 900}}
    assert ask("fence paint zebra", index).known[1] < 1.0


def test_nothing_comes_of_nothing() -> None:
    for question in ("", "why does it happen", "zebra giraffe"):
        assert ask(question, {"fenc": {1: 900}}).best(3) == []


def test_a_named_trouble_needs_less_evidence() -> None:
    assert is_answer("the spooler fails", 2, 0.8, 5.0)
    assert not is_answer("my favourite spooler", 2, 0.8, 5.0)
    assert is_answer("my favourite spooler", 2, 1.0, 8.0)
    assert not is_answer("how do I rename a spooler", 2, 1.0, 8.0)
    assert not is_answer("the spooler fails on ubuntu", 2, 1.0, 8.0)
    assert not is_answer("spooler fails", 1, 1.0, 50.0)
