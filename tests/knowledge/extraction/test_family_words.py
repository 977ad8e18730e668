"""Words that announce a family: found once in a text, asked for by place."""

from __future__ import annotations

from knowledge.base import KnowledgeBase
from knowledge.extraction.family_words import NEAR_CHARS, FamilyWords


def test_a_word_announces_its_family_near_it_and_not_far_away(base: KnowledgeBase) -> None:
    text = "kerberos" + " " * NEAR_CHARS + "0x18"
    words = FamilyWords(base.family_words, text)
    assert words.near("kerberos_rfc4120", 10) == ("kerberos",)
    assert words.near("kerberos_rfc4120", len(text)) == ()


def test_a_word_inside_another_announces_nothing(base: KnowledgeBase) -> None:
    assert FamilyWords(base.family_words, "grpc status 14").near("rpc", 5) == ()


def test_a_longer_word_may_go_on(base: KnowledgeBase) -> None:
    words = FamilyWords(base.family_words, "MapiExceptionLogonFailed: (hr=0x80040111)")
    assert "mapi" in words.near("mapi", 30)


def test_a_text_without_an_index_has_no_words() -> None:
    assert FamilyWords(None, "kerberos").near("kerberos_rfc4120", 0) == ()
