"""Parts of system messages: each four words in a row, hashed, for sentences quoted in part.

A fingerprint needs a sentence from its beginning to its end. In questions people leave out what
stands in parentheses, begin in the middle, or stop early; four words in a row are still telling.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from knowledge.messages.fingerprints import fixed_runs
from knowledge.messages.words import Words

PART_WORDS = 4
"""Words of content in a part; function words (`the`, `is`) between them do not count."""
_BITS = 32


def parts_of_message(message: str) -> Iterator[int]:
    """Yield the hash of each part of a message, none across an insert such as %1."""
    runs, _ = fixed_runs(message)
    return (value for run in runs for value, _ in _parts(run.forms))


def parts_of_question(question: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the hash of each part of a question, and the words it was made from."""
    return list(_parts(Words(question).forms))


def _parts(forms: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    for first in range(len(forms) - PART_WORDS + 1):
        part = tuple(forms[first : first + PART_WORDS])
        digest = blake2b(" ".join(part).encode(), digest_size=_BITS // 8)
        yield int.from_bytes(digest.digest(), "big"), part
