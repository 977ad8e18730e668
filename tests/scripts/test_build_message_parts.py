"""The builder of the parts of messages, on sentences of our own."""

from __future__ import annotations

from build_message_parts import rows_of
from message_sources import Message

from knowledge.messages.parts import PART_WORDS, parts_of_question

SENTENCE = "The paint on the fence is still wet after two days of sunshine."


def test_only_the_wanted_values_are_kept() -> None:
    messages = [
        Message("win32", 5, "ERROR_WET", SENTENCE),
        Message("win32", 6, "ERROR_X", SENTENCE),
    ]
    rows = list(rows_of(messages, {5}))
    assert {row[1:] for row in rows} == {(5, "win32", "ERROR_WET")}
    assert {row[0] for row in rows} == {value for value, _ in parts_of_question(SENTENCE)}


def test_a_note_in_place_of_a_name_is_left_out() -> None:
    rows = list(rows_of([Message("msi", 1, "(msi message)", SENTENCE)], {1}))
    assert {row[3] for row in rows} == {""}


def test_a_sentence_of_few_words_has_no_part() -> None:
    assert len(["Paint", "wet"]) < PART_WORDS
    assert list(rows_of([Message("win32", 5, "ERROR_WET", "The paint is wet.")], {5})) == []
