"""What to say to a text: an answer, a choice, near misses, a hint. Nothing here talks to Slack."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from bot.lookups import ambiguous_readings
from bot.permalinks import Permalinks
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered, render_answers
from bot.rendering.sharing import render_summary
from bot.tracing import span
from knowledge import (
    Answer,
    Explanation,
    KnowledgeBase,
    Surface,
    Thresholds,
    answers_to,
    explain_asked,
    explain_unasked,
    nearest_to,
)
from knowledge.asking import QUESTION_CHARS

_HELP = re.compile(r"\s*(?:help|hilfe|\?|usage|--help|-h)?\s*[?.!]*\s*", re.IGNORECASE)
_WORD = re.compile(r":[\w+-]+:|\w+")
_THANKS = frozenset({
    "thank", "thanks", "thx", "ty", "cheers", "danke", "dank", "merci", "gracias", "grazie",
    "obrigado", "obrigada", "tack",
})  # fmt: skip
_BESIDE_THANKS = frozenset({
    "you", "so", "very", "much", "many", "a", "lot", "big", "for", "the", "your", "help", "answer",
    "winerr", "great", "nice", "perfect", "ok", "dir", "vielen", "schön", "je", "beaucoup",
    "muchas", "mille", "muito",
})  # fmt: skip
_QUESTION = re.compile(r"\b(?:how|why|what|which|where|who|when|can|does|is) \w.*\?", re.I | re.S)


class Wording:
    """Renders what the knowledge says; `thresholds` are how sure it must be on each surface.

    `pages_url` is what stands before the path of a code's page, None where nobody can open one.
    """

    def __init__(
        self, base: KnowledgeBase, thresholds: Thresholds, pages_url: str | None = None
    ) -> None:
        self.base = base
        self._thresholds = thresholds
        self._links = Permalinks(base, pages_url)

    def unasked(self, text: str) -> Rendered | None:
        """An answer that nobody asked for, and so only to an error."""
        with span("explain", chars=len(text)) as explaining:
            explanation = explain_unasked(
                text, self.base, thresholds=self._thresholds, mark=explaining.mark
            )
            explaining.note(answers=len(explanation.answers))
        if not explanation.auto_reply or not explanation.answers:
            return None
        with span("render"):
            return self._answers(explanation.answers)

    def asked(self, text: str, surface: Surface, *, share: bool = False) -> Rendered | None:
        """The answer to a text, a choice, or near misses; None when there is nothing in it."""
        explanation = self._explain_asked(text, surface)
        choice = ambiguous_readings(explanation)
        with span("render"):
            if choice:
                return notices.render_choice(text, choice)
            if explanation.answers:
                lookup = explanation.is_lookup
                return self._answers(explanation.answers, share=share, lookup=lookup)
            return _near_miss(text, explanation)

    def thread(self, texts: Sequence[str], question: str) -> Rendered:
        """The errors in a thread, those of the first text first; else the answer to a question."""
        answers: dict[str, Answer] = {}
        for text in texts:
            for answer in self._explain_asked(text, "mention").answers if text else ():
                # One error is often named in several forms: its article stands for all of them.
                answers.setdefault(answer.article or answer.reading.hex, answer)
        if answers:
            with span("render"):
                return self._answers(tuple(answers.values()))
        if results := answers_to(question, self.base):
            return notices.render_question(results)
        return _nothing(notices.render_words(notices.NOTHING_IN_THREAD))

    def picked(self, answer: Answer) -> Rendered:
        """The answer that a person chose."""
        return self._answers([answer], share=True)

    def summary(self, answer: Answer, shared_by: str) -> Rendered:
        """The answer as a person shares it with a channel."""
        return render_summary(answer, shared_by, self.page_of(answer))

    def page_of(self, answer: Answer) -> str | None:
        """The address of an answer's page; None where nobody can open one."""
        return self._links.url_of(answer)

    def answers_in(self, text: str) -> tuple[Answer, ...]:
        """What there is to say to a text that somebody asks about, for who renders it himself."""
        return self._explain_asked(text, "command").answers

    def question(self, text: str) -> Rendered:
        """A text without any code: a question to the articles, or nothing of ours."""
        asked = text[:QUESTION_CHARS]
        with span("search"):
            results = answers_to(asked, self.base)
            is_question = not results and _QUESTION.search(asked)
            near = nearest_to(asked, self.base) if is_question else ()
        if results:
            return notices.render_question(results)
        if near:
            return _nothing(notices.render_nearest(near))
        return _nothing(notices.render_words(notices.NOTHING_IN_TEXT))

    def _explain_asked(self, text: str, surface: Surface) -> Explanation:
        with span("explain", chars=len(text)) as explaining:
            found = explain_asked(text, self.base, surface, self._thresholds, explaining.mark)
            explaining.note(answers=len(found.answers))
            return found

    def _answers(
        self, answers: Sequence[Answer], *, share: bool = False, lookup: bool = False
    ) -> Rendered:
        page = self.page_of(answers[0])
        return render_answers(answers, share=share, lookup=lookup, page=page)


def says_thanks(text: str) -> bool:
    """Whether a person thanks, and says nothing else."""
    words = [word for word in _WORD.findall(text[:100].lower()) if not word.startswith(":")]
    return any(word in _THANKS for word in words) and all(
        word in _THANKS or word in _BESIDE_THANKS for word in words
    )


def asks_for_help(text: str) -> bool:
    """Whether a person wants to know how to use the bot: "help", or nothing at all."""
    words = "".join(char for char in text[:1000] if unicodedata.category(char) != "Cf").strip()
    # Only white space and what nobody can see (such as U+200B) is as good as nothing.
    return _HELP.fullmatch(words[:100]) is not None and (bool(words) or len(text) <= 1000)


def _near_miss(text: str, explanation: Explanation) -> Rendered | None:
    if explanation.suggestions:
        asked = explanation.unknown or text
        return _unknown(notices.render_suggestions(asked, explanation.suggestions))
    return notices.render_words(explanation.fault) if explanation.fault else None


def _nothing(rendered: Rendered) -> Rendered:
    return replace(rendered, is_unknown=True, found_nothing=True)


def _unknown(rendered: Rendered) -> Rendered:
    return replace(rendered, is_unknown=True)
