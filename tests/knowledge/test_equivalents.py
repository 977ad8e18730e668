"""The same condition in its other forms."""

from __future__ import annotations

from knowledge.base import KnowledgeBase
from knowledge.candidates import candidates_of_value
from knowledge.equivalents import Equivalents, equivalents_of
from knowledge.findings import Mention
from knowledge.resolution import readings_of


def equivalents(value: int, base: KnowledgeBase) -> Equivalents:
    return equivalents_of(readings_of(Mention(0, 0, "", "number", value, "hex"), base)[0], base)


def test_a_status_becomes_a_win32_error_and_an_hresult(base: KnowledgeBase) -> None:
    same = equivalents(0xC0000022, base)
    assert same.win32 is not None
    assert same.win32.name == "ERROR_ACCESS_DENIED"
    assert same.hresult == 0x80070005
    assert same.python == "PermissionError"
    assert ("libuv", "UV_EPERM") in same.errnos
    assert "System.UnauthorizedAccessException" in same.dotnet


def test_both_statuses_behind_759_lead_to_it(base: KnowledgeBase) -> None:
    for status in (0x00000123, 0xC00001AE):
        same = equivalents(status, base)
        assert same.win32 is not None
        assert same.win32.value == 759


def test_a_wrapped_error_is_unwrapped(base: KnowledgeBase) -> None:
    same = equivalents(0x80070002, base)
    assert same.win32 is not None
    assert (same.win32.value, same.hresult) == (2, 0x80070002)
    assert same.python == "FileNotFoundError"


def test_a_status_that_no_table_maps_has_no_equivalents(base: KnowledgeBase) -> None:
    assert equivalents(0xC0350005, base).win32 is None


def test_an_unknown_wrapper_still_is_one_candidate(base: KnowledgeBase) -> None:
    (candidate,) = candidates_of_value(0x8007FFF0, base)
    assert (candidate.family, candidate.names) == ("hresult", [])
