"""Fingerprints: what is kept of a system message, namely hashes of runs of its words.

A message such as `cannot open %1: the disk %2 is full` has two runs of fixed words with an insert
after each. The message becomes one step per run; the hash of a step covers all runs up to it, so
a chain of steps can be followed through a text although no word is stored. Runs too short to be
told from chance are taken for part of the insert.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from sys import byteorder
from zlib import crc32

from knowledge.messages.words import Words

MAX_RUN_WORDS = 60
MIN_RUN_WORDS = 2
# A message with inserts needs this many fixed words, or half of all English would match it.
MIN_OPEN_WORDS = 4

KEY_BITS = 24
KEY_MASK = (1 << KEY_BITS) - 1
WORDS_BITS = 6

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
_ESCAPE = re.compile(r"%[nr]|%[tb0.!](?![a-z0-9])|\{\{|\}\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One run of fixed words of a message, as it is found in a text.

    `key` (24 bits) hashes the run's first words, three if it has so many. `words` counts the run's
    content words, `span` those and the function words between them, `lead` the function words
    before them (0 to 3). `shortened` is the beginning of a longer message; `literal` is one that
    counts only word for word, because other systems say nearly the same. `language` is an index
    into LANGUAGES.
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
    literal: bool = False
    language: int = 0

    def pack(self) -> int:
        """Return the step as the integer that the table's column `flags` holds."""
        bits = (self.follows, self.last, self.preferred, self.open, self.shortened, self.literal)
        packed = sum(1 << (39 + place) for place, bit in enumerate(bits) if bit)
        packed |= self.language << 45 | self.lead << 37 | self.span << 30
        return packed | self.words << KEY_BITS | self.key

    @staticmethod
    def beginning(flags: int) -> int:
        """Return the packed step's key and number of words as one number of 30 bits."""
        return (flags & KEY_MASK) << WORDS_BITS | (flags >> KEY_BITS & (1 << WORDS_BITS) - 1)

    @staticmethod
    @lru_cache(maxsize=16_384)
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
            literal=bool(flags >> 44 & 1),
            language=flags >> 45 & 63,
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


def run_hash(words: Sequence[bytes], before: int = 0) -> int:
    """Return the hash of a run after a chain whose hash is `before`: unsigned, 64 bits."""
    digest = blake2b(b" ".join(words), digest_size=8, salt=before.to_bytes(8, "big"))
    return int.from_bytes(digest.digest(), "big")


def keys_of(words: Sequence[bytes]) -> tuple[array[int], array[int]]:
    """Return the keys of each two neighbouring words, and of each three (n and n for n words).

    24 bits: many beginnings share one, and none can be read from it. The last pair and the last two
    triples, for which words are missing, take nothing in their place.
    All keys are worked out at once, in numbers that hold 32 bits for each word: what is said of a
    word below happens to every 32 bits.
    """
    sums = array("I", map(crc32, words))
    if byteorder == "big":
        sums.byteswap()
    every = int.from_bytes(KEY_MASK.to_bytes(4, "little") * len(sums), "little")
    shares = int.from_bytes(sums.tobytes(), "little") & every
    # 31 times 24 bits is less than 32: no word runs over into the next.
    pairs = (shares * 31 & every) ^ (shares >> 32)
    triples = (pairs * 31 & every) ^ (shares >> 64)
    return _unpacked(pairs, len(sums)), _unpacked(triples, len(sums))


def _unpacked(keys: int, count: int) -> array[int]:
    unpacked = array("I", keys.to_bytes(4 * count, "little"))
    if byteorder == "big":
        unpacked.byteswap()
    return unpacked


def _key(forms: Sequence[str]) -> int:
    """A run is found by its first three words, one of two words by both."""
    words = [form.encode() for form in forms[:3]]
    pairs, triples = keys_of(words)
    return triples[0] if len(words) == 3 else pairs[0]


@dataclass(frozen=True, slots=True)
class FixedRun:
    """Words of a message between two inserts; `span` and `lead` as in Step."""

    forms: tuple[str, ...]
    span: int
    lead: int


def steps_of(sentence: str, language: int = 0) -> list[tuple[int, Step]]:
    """Return a message's steps with their hashes; empty when it says too little to be told apart.

    Only the first MAX_RUN_WORDS words of a run count.
    """
    runs, has_inserts = fixed_runs(sentence)
    steps: list[tuple[int, Step]] = []
    before = 0
    for number, run in enumerate(runs):
        before = run_hash([form.encode() for form in run.forms], before)
        last = number == len(runs) - 1
        steps.append((before, _step(run, number > 0, last, has_inserts, language)))
    return steps


def fixed_runs(sentence: str) -> tuple[list[FixedRun], bool]:
    """Return the runs of fixed words worth keeping, and whether there are inserts."""
    pieces = _INSERT.split(_ESCAPE.sub(" ", sentence))
    has_inserts = len(pieces) > 1
    # Between inserts a run needs one word more than a whole message to mean anything.
    least = MIN_RUN_WORDS + has_inserts
    runs = [run for piece in pieces if len((run := _fixed_run(piece)).forms) >= least]
    if has_inserts and sum(len(run.forms) for run in runs) < MIN_OPEN_WORDS:
        return [], has_inserts
    return runs, has_inserts


def _fixed_run(piece: str) -> FixedRun:
    words = Words(piece)
    forms, positions = words.forms[:MAX_RUN_WORDS], words.positions[:MAX_RUN_WORDS]
    span = positions[-1] - positions[0] + 1 if positions else 0
    return FixedRun(tuple(forms), min(127, span), min(3, positions[0]) if positions else 0)


def _step(run: FixedRun, follows: bool, last: bool, has_inserts: bool, language: int) -> Step:
    return Step(
        key=_key(run.forms),
        words=len(run.forms),
        span=run.span,
        lead=run.lead,
        follows=follows,
        last=last,
        open=has_inserts,
        language=language,
    )
