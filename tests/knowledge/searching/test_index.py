"""What the compiled index says, on documents of our own."""

from __future__ import annotations

from knowledge.messages.parts import PART_WORDS, parts_of_message, parts_of_question
from knowledge.searching.index import _packed, unpacked
from knowledge.searching.weighing import Field, rareness, weighed


def weights(
    documents: list[dict[str, list[str]]], fields: dict[str, Field]
) -> dict[tuple[int, str], int]:
    return {(number, word): weight for number, word, weight in weighed(documents, fields)}


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
