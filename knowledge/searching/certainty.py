"""Is the best article an answer, or is the question about something else?

What is said for an article, times the share of the question that it knows, is the evidence. Who
names a trouble needs less of it; who asks how to do something, or speaks of another system, more.
The limits were chosen on tests/data/questions/dev.jsonl.
"""

from __future__ import annotations

import re

from knowledge.extraction.context import windows_leaning
from knowledge.searching.words import NOT, stem, words_of_text

MIN_WORDS = 2
"""One word is a topic, not a question."""
ENOUGH = 6.5
ENOUGH_OF_TROUBLE = 2.8
ENOUGH_OF_HOW_TO = 9.5
ENOUGH_OF_OTHER_SYSTEMS = 9.0
_HOW_TO = re.compile(
    r"\b(?:how (?:do|can|to|does|should|would|many|much|long)|where (?:do|is|can|are)|when is|"
    r"what(?:['\u2019]s| is| are)? the (?:difference|latest|best)|who is|shortcut|recipe)\b",
    re.IGNORECASE,
)
_ERROR = re.compile(r"\berr(?:or)?s?\b|\bcode\b|blue ?screen", re.IGNORECASE)
_SAID_OF_TROUBLE = """
fail failure denied refused rejected crash die dead hang stuck freeze frozen bluescreen bsod
timeout timed missing lost corrupt damaged broken break invalid bad wrong unable unavailable
unreachable locked expired blocked abort aborted terminated killed stop exception violation
conflict exceeded disconnected dropped loop incorrect unexpected unknown mismatch overflow
forbidden refuse reset interrupted rollback undoing unsupported illegal catastrophic fault
leak exhausted insufficient warning already ran skew full busy unrecognized unspecified gone
"""
_TROUBLE = frozenset((NOT, *map(stem, _SAID_OF_TROUBLE.split())))
# Beside the signs by which pasted texts are told apart: what people name when they ask.
_OTHER_SYSTEMS = """
linux ubuntu debian fedora centos rhel alpine suse bash zsh systemd systemctl homebrew brew macos
mac macbook iphone ipad ios xcode android gradle emulator kubectl kubernetes helm terraform aws
lambda javascript typescript react vue angular css html rust golang regex kafka postgres
mongodb grafana prometheus jira
"""
_ELSEWHERE = frozenset(map(stem, _OTHER_SYSTEMS.split()))


def is_answer(question: str, words: int, known: float, said: float) -> bool:
    """Tell whether an article answers; `known` (0 to 1) is what it knows of the words."""
    return words >= MIN_WORDS and known * said >= _enough(question)


def _enough(question: str) -> float:
    words = frozenset(words_of_text(question))
    leaning = windows_leaning(question) - (not _ELSEWHERE.isdisjoint(words))
    if leaning < 0:
        return ENOUGH_OF_OTHER_SYSTEMS
    if _ERROR.search(question) or not _TROUBLE.isdisjoint(words):
        return ENOUGH_OF_TROUBLE
    return ENOUGH_OF_HOW_TO if _HOW_TO.search(question) else ENOUGH
