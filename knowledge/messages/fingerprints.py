"""Fingerprints: what is kept of a system message, namely hashes of runs of its words.

A message such as `cannot open %1: the disk %2 is full` has two runs of fixed words with an insert
after each. The message becomes one step per run; the hash of a step covers all runs up to it, so
a chain of steps can be followed through a text although no word is stored. Runs too short to be
told from chance are taken for part of the insert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from zlib import crc32

from knowledge.messages.words import Word, words_of

MAX_RUN_WORDS = 60
MIN_RUN_WORDS = 2
# A message with inserts needs this many fixed words, or half of all English would match it.
MIN_OPEN_WORDS = 4

KEY_BITS = 24
KEY_MASK = (1 << KEY_BITS) - 1

LANGUAGES = (
    "en", "de", "es", "fr", "it", "pt", "ru", "zh", "ja", "ko", "nl", "pl", "tr", "cs", "sv", "da",
    "nb", "fi", "hu", "uk", "ro", "el", "bg", "hr", "lt", "sk", "sl", "he", "ar", "ca", "zh-tw",
)  # fmt: skip

# FormatMessage's inserts (%1, %1!s!), printf's (%hs, %08lx), .NET's ({0}) and MSI's ([2]).
_INSERT = re.compile(
    r"(?:0x)?%(?:[1-9]\d?(?:![^!\s]{1,12}!)?|-?0?\d{0,2}(?:h|l|ll|w|I64|I32)?[sSdiuxXpcZ])(?![A-Za-z])"
    r"|(?:0x)?\{\d{1,2}(?::[^{}\s]{1,8})?\}|\[\d{1,2}\]"
)
# FormatMessage's line breaks, blanks and end marks, and MSI's property inserts.
_ESCAPE = re.compile(r"%[nrtb0.!](?=[^a-z]|$)|%[nr](?=[A-Z])|\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One run of fixed words of a message, as it is found in a text.

    `key` (24 bits) hashes the run's first two words; `words` counts the run's content words and
    `span` its words from the first to the last of those with function words. `lead` counts the
    function words before the run (0 to 3). `language` is an index into LANGUAGES.
    """

    key: int
    words: int
    span: int
    lead: int = 0
    follows: bool = False
    last: bool = True
    preferred: bool = False
    open: bool = False
    shortened: bool = False
    language: int = 0

    def pack(self) -> int:
        """Return the step as the integer that the table's column `flags` holds."""
        bits = (self.follows, self.last, self.preferred, self.open, self.shortened)
        packed = sum(1 << (39 + place) for place, bit in enumerate(bits) if bit)
        packed |= self.language << 44 | self.lead << 37 | self.span << 30
        return packed | self.words << KEY_BITS | self.key

    @staticmethod
    def unpack(flags: int) -> Step:
        """Return the step that `pack` made the integer from."""
        return Step(
            key=flags & KEY_MASK,
            words=flags >> 24 & 63,
            span=flags >> 30 & 127,
            lead=flags >> 37 & 3,
            follows=bool(flags >> 39 & 1),
            last=bool(flags >> 40 & 1),
            preferred=bool(flags >> 41 & 1),
            open=bool(flags >> 42 & 1),
            shortened=bool(flags >> 43 & 1),
            language=flags >> 44 & 63,
        )


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A row of the table: the hash of a step and the code whose message it belongs to."""

    hash: int
    family: str
    value: int
    name: str | None
    flags: int

    @property
    def step(self) -> Step:
        """The row's flags, taken apart."""
        return Step.unpack(self.flags)


def run_hash(forms: list[str], before: int = 0) -> int:
    """Return the hash of a run after a chain whose hash is `before`: unsigned, 64 bits."""
    digest = blake2b(" ".join(forms).encode(), digest_size=8, salt=before.to_bytes(8, "big"))
    return int.from_bytes(digest.digest(), "big")


def word_crc(form: str) -> int:
    """Return a word's share of a key."""
    return crc32(form.encode())


def key_of(first: int, second: int) -> int:
    """Return the key of two words from their `word_crc`: 24 bits, so several pairs share one."""
    return (first * 31 ^ second) & KEY_MASK


def steps_of(sentence: str, language: int = 0) -> list[tuple[int, Step]]:
    """Return a message's steps with their hashes; empty when it says too little to be told apart.

    Only the first MAX_RUN_WORDS words of a run count.
    """
    runs, has_inserts = fixed_runs(sentence)
    steps: list[tuple[int, Step]] = []
    before = 0
    for number, run in enumerate(runs):
        before = run_hash([word.form for word in run], before)
        last = number == len(runs) - 1
        steps.append((before, _step(run, number > 0, last, has_inserts, language)))
    return steps


def fixed_runs(sentence: str) -> tuple[list[list[Word]], bool]:
    """Return the runs of fixed words worth keeping, and whether there are inserts."""
    pieces = _INSERT.split(_ESCAPE.sub(" ", sentence))
    has_inserts = len(pieces) > 1
    # Between inserts a run needs one word more than a whole message to mean anything.
    least = MIN_RUN_WORDS + has_inserts
    runs = [run[:MAX_RUN_WORDS] for piece in pieces if len(run := words_of(piece).content) >= least]
    if has_inserts and sum(map(len, runs)) < MIN_OPEN_WORDS:
        return [], has_inserts
    return runs, has_inserts


def _step(run: list[Word], follows: bool, last: bool, has_inserts: bool, language: int) -> Step:
    return Step(
        key=key_of(word_crc(run[0].form), word_crc(run[1].form)),
        words=len(run),
        span=min(127, run[-1].position - run[0].position + 1),
        lead=min(3, run[0].position),
        follows=follows,
        last=last,
        open=has_inserts,
        language=language,
    )
