"""Every example that people are shown leads to the article that is meant by it."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs

import pytest

from bot.prompts import PROMPTS
from bot.rendering import notices
from bot.rendering.home_tab import HomeContent, render_home
from bot.web.pages.site import Site
from bot.workspace.presets import trace_sample
from knowledge import KnowledgeBase, answers_to, explain_asked

JOB, DENIED = "win32/ERROR_PROCESS_NOT_IN_JOB", "win32/ERROR_ACCESS_DENIED"
VIOLATION, SHARING = "ntstatus/STATUS_ACCESS_VIOLATION", "win32/ERROR_SHARING_VIOLATION"
MEANT = {
    "0x2F7": JOB,
    "759": JOB,
    "-2147024891": DENIED,
    "0x80070005": DENIED,
    "What is 0x80070005?": DENIED,
    "ERROR_ACCESS_DENIED": DENIED,
    "System.ComponentModel.Win32Exception (5): Access is denied.": DENIED,
    "-1073741819": VIOLATION,
    "which program has my file open?": SHARING,
    "Which program has my file open?": SHARING,
}
# What is a word to the bot and not an error.
COMMANDS = {"", "help", "settings", "recent"}
_CODE = re.compile(r"-?\b(?:0x[0-9A-Fa-f]+|[0-9]{3,})\b|\b[A-Z]+(?:_[A-Z]+)+\b")


def _shown_in_help() -> set[str]:
    typed = {re.sub(r"[/@]winerr ?", "", example) for example, _words in notices.HELP}
    beside = " ".join(words for _example, words in notices.HELP)
    return typed | set(_CODE.findall(beside))


def _shown_elsewhere(base: KnowledgeBase) -> set[str]:
    links = re.findall(r'href="[^"?]*\?(q=[^"]*)"', Site(base).index().text)
    searched = {parse_qs(html.unescape(query))["q"][0] for query in links}
    words = (notices.NOTHING_IN_TEXT, notices.NOTHING_IN_THREAD, notices.GONE)
    (field,) = (
        block["element"]
        for block in render_home(HomeContent(days=30), lambda _code: None)["blocks"]
        if block["type"] == "input"
    )
    home = field["placeholder"]["text"]
    codes = {code for text in (*words, home) for code in _CODE.findall(text)}
    return codes | searched | {prompt["message"] for prompt in PROMPTS}


def test_every_example_is_known_here(base: KnowledgeBase) -> None:
    shown = _shown_in_help() | _shown_elsewhere(base)
    assert len(shown) > 8
    assert shown - COMMANDS <= set(MEANT)


@pytest.mark.parametrize("text", MEANT)
def test_an_example_leads_to_the_article_meant(base: KnowledgeBase, text: str) -> None:
    answers = explain_asked(text, base, "command").answers
    found = answers[0].article if answers else answers_to(text, base)[0].article
    assert found == MEANT[text]


def test_the_trace_to_paste_leads_to_the_article_meant(base: KnowledgeBase) -> None:
    assert explain_asked(trace_sample(), base, "mention").answers[0].article == JOB
