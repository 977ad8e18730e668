"""What the compiled index says, on documents of our own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.articles.model import Article
from knowledge.base import KnowledgeBase
from knowledge.messages.parts import PART_WORDS, parts_of_message, parts_of_question
from knowledge.searching import weighing
from knowledge.searching.index import SearchIndex, _packed, unpacked
from knowledge.searching.weighing import Field, Vocabulary, Weighing, rareness


def weights(
    documents: list[dict[str, list[str]]], fields: dict[str, Field]
) -> dict[tuple[int, str], int]:
    vocabulary = Vocabulary()
    with closing(Weighing(fields, vocabulary)) as weighing:
        for document in documents:
            weighing.add(document)
        words = vocabulary.words()
        return {(number, words[word]): weight for number, word, weight in weighing.weights()}


def test_a_rare_word_says_more_than_a_common_one() -> None:
    found = weights([{"a": ["x", "y"]}, {"a": ["x"]}, {"a": ["x"]}], {"a": Field(1.0, 0.0)})
    assert found[0, "y"] > found[0, "x"]
    assert rareness(1, 100) > rareness(50, 100) > 0


def test_a_title_says_more_than_prose_and_a_repeat_less_than_the_first_time() -> None:
    fields = {"title": Field(2.0, 0.3), "body": Field(0.5, 0.3)}
    found = weights(
        [
            {"title": ["x"], "body": []},
            {"title": [], "body": ["x"]},
            {"title": [], "body": ["x", "x"]},
            {"title": [], "body": []},
        ],
        fields,
    )
    assert found[0, "x"] > found[2, "x"] > found[1, "x"]
    assert found[2, "x"] < 2 * found[1, "x"]


def test_a_word_of_a_long_field_says_less() -> None:
    documents = [{"a": ["x"]}, {"a": ["x", *"bcdefgh"]}, {"a": ["z"]}]
    found = weights(documents, {"a": Field(1.0, 0.75)})
    assert found[0, "x"] > found[1, "x"]


def test_columns_come_back_as_they_were_packed() -> None:
    assert unpacked(_packed([(1, 2, 65_535), (3, 4, 0)]), 3) == [[1, 3], [2, 4], [65_535, 0]]
    assert unpacked(_packed([]), 2) == [[], []]


def test_a_part_is_found_in_the_middle_and_without_small_words() -> None:
    said = set(parts_of_message("The old fence by the river is painted green every second spring."))
    asked = {value for value, _ in parts_of_question("our fence by river painted green, why?")}
    assert said & asked
    assert not said & {value for value, _ in parts_of_question("painted fence, green river")}


def test_no_part_reaches_across_an_insert() -> None:
    words = "one two three %1 four five six"
    joined = {value for value, _ in parts_of_question(words.replace("%1 ", ""))}
    assert len(["one", "two", "three"]) < PART_WORDS
    assert not joined & set(parts_of_message(words))


def test_what_waits_on_disk_comes_back_as_from_memory(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    articles = [base.article(name) for name in base.article_ids[:12]]
    in_memory = rows(articles)
    monkeypatch.setattr(weighing, "_MOST_BYTES", 100)
    assert rows(articles, tmp_path) == in_memory
    assert not list(tmp_path.iterdir())


def test_words_of_names_that_every_article_has_do_not_count_as_rare(base: KnowledgeBase) -> None:
    one = base.article("win32/ERROR_ACCESS_DENIED")
    name = replace(one.codes[0], name="NARWHAL_BAGUETTE")
    # Of 400 articles 399 have the first word: it is dropped from the index, and not for its rarity.
    others = [replace(name, name="NARWHAL_OTHER")] * 398
    plain = replace(one, codes=(replace(name, name="E_FAIL"),))
    articles = [replace(one, codes=(each,)) for each in (name, *others)]
    found = {word: having for word, having, *_ in rows([*articles, plain])}
    weight = {word: unpacked(packed, 2)[1] for word, _, packed, _ in rows([*articles, plain])}
    assert found["narwhal"] == 0
    assert weight["=narwhal baguett"][0] < 1.1 * rareness(1, 400) * weighing.SCALE


def rows(
    articles: list[Article], folder: Path | None = None
) -> list[tuple[str, int, bytes, bytes]]:
    with closing(SearchIndex((), folder)) as index:
        for article in articles:
            index.add(article)
        return list(index.rows())
