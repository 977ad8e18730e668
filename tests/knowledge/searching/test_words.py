"""The words of a question."""

from __future__ import annotations

import pytest

from knowledge.searching.keys import name_keys
from knowledge.searching.words import NOT, equals, stem, synonyms, words_of_text, words_with_parts


def test_everyday_words_are_no_search_words() -> None:
    assert list(words_of_text("Why does the Job object kill my child?")) == [
        *("job", "object", "kill", "child"),
    ]


@pytest.mark.parametrize(
    "forms",
    [
        "install installs installed installing installation",
        "deny denies denied",
        "crash crashes crashed crashing",
        "stop stops stopped stopping",
        "replicate replicated replication",
        "service services",
        "access accesses",
        "policy policies",
        "corrupt corrupted corruption",
    ],
)
def test_forms_of_a_word_are_one(forms: str) -> None:
    assert len(set(map(stem, forms.split()))) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("drive", "driver"), ("bits", "bit"), ("process", "processor"), ("serve", "server"),
     ("print", "printer"), ("kms", "km"), ("status", "state"), ("update", "up")],
)  # fmt: skip
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_numbers_and_short_words_stay_as_they_are() -> None:
    assert [stem(word) for word in ("0x80070005s", "5985", "gpo", "dns")] == [
        *("0x80070005s", "5985", "gpo", "dns"),
    ]


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("TdrDelay", ("tdr", "delay")),
        ("LiveKernelReports", ("live", "kernel", "report")),
        ("MachineKeys", ("machin", "key")),
        ("LSASS", ()),
        ("spooler", ()),
    ],
)
def test_a_name_written_together_has_parts(written: str, parts: tuple[str, ...]) -> None:
    assert list(words_with_parts(written)) == [(stem(written.lower()), parts)]


@pytest.mark.parametrize(
    "ways",
    [
        ("blue screen", "bluescreen", "blue-screened"),
        ("timed out", "time-out", "timeout"),
        ("logging on", "sign in", "logon", "log into"),
        ("shut down", "shutting down", "shutdown"),
        ("back up", "backup"),
    ],
)
def test_one_word_or_two_is_the_same(ways: tuple[str, ...]) -> None:
    assert len({tuple(words_of_text(way)) for way in ways}) == 1


def test_already_is_telling() -> None:
    assert "already" not in set(words_of_text("in use"))
    assert stem("already") in set(words_of_text("already in use"))


def test_every_denial_is_the_same() -> None:
    for text in ("cannot open", "can't open", "won\u2019t open", "not open", "doesn't open"):
        assert list(words_of_text(text)) == [NOT, "open"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ERROR_SHARING_VIOLATION", {"=sharing viol", "=shar viol"}),
        ("DPC_WATCHDOG_VIOLATION", {"=dpc watchdog viol"}),
        ("E_FAIL", set()),
        ("ERROR_NOT_FOUND", {"=not found"}),
    ],
)
def test_names_can_be_said(name: str, said: set[str]) -> None:
    assert name_keys(name) & said or name_keys(name) == said


def test_synonyms_are_found_without_their_endings() -> None:
    assert stem("refused") in synonyms()[stem("denied")]
    assert stem("timeout") in equals()[stem("timed")]
    assert all(word not in others for word, others in (*synonyms().items(), *equals().items()))
