"""System messages in a text: Windows' own sentences, with or without a number beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.extraction.numbers import KnownCodes
from knowledge.findings import Mention
from knowledge.messages import MessageIndex, message_mentions

# Short sentences are also everyday prose ("file does not exist"): those of codes that people seldom
# meet are believed only when they are long.
SURE_OF_A_RARE_CODE = 0.8

# Events that report an error, with its code behind them: the code is the finding.
_EVENT_FAMILIES = frozenset({"netevent", "event_id", "lan_manager_log", "io_error_log"})
# Names of event sources that are also the titles of Windows' own message boxes.
_SOURCES = frozenset({"application error", "service control manager", "windows update"})


def extract_messages(
    text: str, index: MessageIndex, known: KnownCodes, numbered: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield the system messages of the text whose code no number of the text gives already.

    `[WinError 5] Access is denied` is one error, told twice; the number is the surer of the two.
    """
    told = {mention.value & 0xFFFF for mention in numbered if mention.value is not None}
    for mention in message_mentions(text, index):
        value = mention.value
        if value is None or value & 0xFFFF in told or mention.cue in _EVENT_FAMILIES:
            continue
        if mention.as_written.lower() in _SOURCES:
            continue
        if mention.confidence >= SURE_OF_A_RARE_CODE or known.popularity(value) is not None:
            yield mention
