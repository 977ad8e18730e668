"""Rules about wording: functions that exist, sentences people can read, words of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from knowledge.articles.model import Article
from knowledge.base import KnowledgeBase
from knowledge.checking.lists import Allowed
from knowledge.messages.finding import find_messages

Problem = tuple[str, str]
Texts = list[tuple[str, str]]

MAX_AVERAGE_WORDS = 25
"""A sentence of an article has on average no more words than this."""
MAX_SENTENCE_WORDS = 75
"""More is a list that wants to be one."""
QUOTED_WORDS = 8
"""So many words of a system message in a row are a quotation."""

_API_NAMES = Path(__file__).with_name("api_names.txt")
# What functions of Windows begin with: only such words are looked up, since products and settings
# are written in the same way.
_VERBS = (
    "Adjust|Assign|BCrypt|Cert|Change|Close|Co|Control|Copy|Create|Crypt|Delete|Device|Ds|Enum|Evt|"
    "Find|Free|Get|Heap|Internet|Ke|Ldr|Load|Lock|Lookup|Lsa|Map|MiniDump|Move|Msi|NCrypt|Net|Nt|"
    "Open|Query|Read|Reg|Remove|Rpc|Rtl|Set|SetupDi|Start|Stop|Terminate|Unlock|Unmap|Virtual|WSA|"
    "Wait|WinHttp|Write|Zw"
)
_API = re.compile(
    rf"(?<![\w.\\/$:-])(?:{_VERBS})(?:[A-Z][a-z0-9]+){{1,8}}(?:Ex|A|W)?(?![\w\\/:-]|\.[A-Za-z])"
)
_SENTENCE = re.compile(r"(?<=[.!?:])\s+")
_INNER = re.compile(
    r"\b(?:inner|inside|wrap|wraps|wrapper|carries|carried|carry|envelope|behind|hides|real|"
    r"stands for|another (?:error|code)|other (?:error|code)|before it|second code|says where)\b",
    re.IGNORECASE,
)
# Exceptions with which Windows ends a process: the dump has what the code does not say.
_CRASHES = frozenset(
    {0xC0000005, 0xC000001D, 0xC0000094, 0xC00000FD, 0xC0000374, 0xC0000409, 0xC000041D,
     0xC000027B, 0xE06D7363}
)  # fmt: skip


def check_wording(article: Article, texts: Texts, allowed: Allowed) -> Iterator[Problem]:
    """Say which functions do not exist, which sentences are too long, and what the kind demands."""
    for place, text in texts:
        for name in dict.fromkeys(_API.findall(text)):
            if name.casefold() not in api_names() and name not in allowed.not_functions:
                yield place, f"{name} is no function of Windows that we know: correct or list it"
        yield from ((place, message) for message in _long_sentences(text))
    yield from _too_long_on_average(texts)
    everything = " ".join(text for _, text in texts)
    if article.kind == "envelope" and not _INNER.search(f"{article.title} {article.summary}"):
        yield "summary", "the kind is envelope: say where the inner error stands"
    is_crash = any(code.value in _CRASHES for code in article.codes)
    if is_crash and "dump" not in everything.casefold():
        yield "diagnose", "the process crashed: say how to get a dump and what to read in it"


def check_originality(article: Article, texts: Texts, base: KnowledgeBase) -> Iterator[Problem]:
    """Say where a system message of Microsoft's stands word for word, in examples too."""
    examples = [(f"examples[{index}]", text) for index, text in enumerate(article.examples)]
    examples += [(f"not_examples[{i}]", text) for i, text in enumerate(article.not_examples)]
    for place, text in (*texts, *examples):
        for hit in find_messages(text, base.message_index):
            if hit.exact and hit.words >= QUOTED_WORDS:
                quoted = text[hit.start : hit.end]
                message = "is a system message: say it in words of our own, or cut it short with …"
                yield place, f"{quoted[:60]!r} {message}"


def _long_sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text):
        count = len(sentence.split())
        if count > MAX_SENTENCE_WORDS:
            yield f"has a sentence of {count} words: split it ({sentence[:40]!r}…)"


def _too_long_on_average(texts: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    counts = [
        len(sentence.split()) for _, text in texts for sentence in _SENTENCE.split(text) if sentence
    ]
    average = sum(counts) / max(1, len(counts))
    if average > MAX_AVERAGE_WORDS:
        yield "", f"its sentences have {average:.0f} words on average: make them shorter"


@cache
def api_names() -> frozenset[str]:
    """Every known name in small letters, with and without the A or W of its two forms."""
    lines = _API_NAMES.read_text(encoding="utf-8").splitlines()
    names = {line.casefold() for line in lines if not line.startswith("#")}
    return frozenset(names | {name[:-1] for name in names if name[-1:] in ("a", "w")})
