"""The labelled texts are sound, and winerr reads them at least as well as it once did."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from knowledge.base import KnowledgeBase
from knowledge.codes.code import MAX_CODE, format_hex
from scripts.score import Score, score_folder

TEXTS = Path(__file__).resolve().parents[1] / "data" / "texts"

# The level reached; raise a floor when the figures of `make score` rise for good.
LEAST_RECALL = 0.99
LEAST_PRECISION = 0.995
MOST_WRONG_NAMES = 2
MOST_FALSE_REPLIES = 0
MOST_TEXTS_WITH_FALSE_FINDINGS = 0

KINDS = {"number", "symbol", "message"}
WRAPPED = re.compile(r"(HRESULT_FROM_WIN32|NTSTATUS_FROM_WIN32|HRESULT_FROM_NT)\((\w+)\)")
FACILITIES_OF_WIN32 = {"HRESULT_FROM_WIN32": 0x8007_0000, "NTSTATUS_FROM_WIN32": 0xC007_0000}
NT_BIT = 0x1000_0000


def read(name: str) -> list[dict[str, Any]]:
    lines = (TEXTS / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


POSITIVE = read("positive.jsonl")
NEGATIVE = read("negative.jsonl")
LABELS = [
    pytest.param(text, label, id=f"{text['id']}-{label['code']}")
    for text in POSITIVE
    for label in text["expect"]
]


@pytest.fixture(scope="module")
def score(base: KnowledgeBase) -> Score:
    return score_folder(TEXTS, base)


def test_there_are_enough_texts_of_both_kinds() -> None:
    assert len(POSITIVE) >= 390
    assert len(NEGATIVE) >= 220


def test_ids_and_texts_are_unique() -> None:
    for key in ("id", "text"):
        counts = Counter(text[key] for text in POSITIVE + NEGATIVE)
        assert [value for value, count in counts.items() if count > 1] == []


def test_positives_have_labels_that_count() -> None:
    assert {frozenset(text) for text in POSITIVE} == {frozenset({"id", "text", "expect"})}
    undecided = [t["id"] for t in POSITIVE if all(label.get("doubt") for label in t["expect"])]
    assert undecided == []


def test_negatives_say_why() -> None:
    assert {frozenset(text) for text in NEGATIVE} == {frozenset({"id", "text", "why"})}
    assert all(text["why"].strip() for text in NEGATIVE)


@pytest.mark.parametrize(("text", "label"), LABELS)
def test_label_points_at_the_text(text: dict[str, Any], label: dict[str, Any]) -> None:
    assert label["evidence"]
    assert label["evidence"] in text["text"]
    assert label["evidence_kind"] in KINDS
    value = int(label["code"], 16)
    assert 0 < value <= MAX_CODE
    assert label["code"] == format_hex(value).lower()


@pytest.mark.parametrize(("text", "label"), LABELS)
def test_evidence_of_a_number_shows_that_number(
    text: dict[str, Any], label: dict[str, Any]
) -> None:
    if label["evidence_kind"] != "number":
        return
    # A console wraps inside a number; signed and sign-extended prints fold to the unsigned value.
    digits = re.findall(r"-?[0-9A-Fa-f]+", re.sub(r"\n|0[xXn]", "", label["evidence"]))
    shown = {int(token, 16) & MAX_CODE for token in digits}
    shown |= {int(token) & MAX_CODE for token in digits if token.lstrip("-").isdecimal()}
    assert int(label["code"], 16) in shown


@pytest.mark.parametrize(("text", "label"), LABELS)
def test_label_agrees_with_the_catalogue(
    text: dict[str, Any], label: dict[str, Any], base: KnowledgeBase
) -> None:
    value, name = int(label["code"], 16), label["name"]
    if name is None:
        assert label.get("doubt"), "a label that counts has a name"
        return
    wrapped = WRAPPED.fullmatch(name)
    if wrapped:
        form, inner_name = wrapped.groups()
        value, name = unwrap(value, form), inner_name
        assert label["inner"] == hex(value) or form == "HRESULT_FROM_NT"
    elif "inner" in label:
        assert label["inner"] == hex(value & 0xFFFF)
    values = {value, value & 0xFFFF} if "inner" in label else {value}
    assert values & {code.value for code in base.codes_named(name)}


def unwrap(value: int, form: str) -> int:
    if form == "HRESULT_FROM_NT":
        assert value & NT_BIT
        return value & ~NT_BIT
    assert value & 0xFFFF_0000 == FACILITIES_OF_WIN32[form]
    return value & 0xFFFF


def test_errors_are_found(score: Score) -> None:
    assert score.hits / (score.hits + score.missed) >= LEAST_RECALL, notes(score, "missed")


def test_nothing_else_is_found_beside_them(score: Score) -> None:
    precision = score.hits / (score.hits + score.too_many)
    assert precision >= LEAST_PRECISION, notes(score, "too many")


def test_errors_are_called_by_their_names(score: Score) -> None:
    assert score.wrong_names <= MOST_WRONG_NAMES, notes(score, " named ")


def test_no_unasked_reply_to_texts_without_an_error(score: Score) -> None:
    assert score.negatives == len(NEGATIVE)
    assert score.false_replies <= MOST_FALSE_REPLIES, notes(score, " taken for ")


def test_hardly_any_finding_in_texts_without_an_error(score: Score) -> None:
    assert score.false_findings <= MOST_TEXTS_WITH_FALSE_FINDINGS, notes(score, " taken for ")


def notes(score: Score, word: str) -> str:
    return "\n".join(note for note in score.notes if word in note)
