"""System messages in a text: Windows' own sentences, with or without a number beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.base import KnowledgeBase
from knowledge.findings import Mention
from knowledge.messages import message_mentions


def extract_messages(
    text: str, base: KnowledgeBase, numbered: Sequence[Mention]
) -> Iterator[Mention]:
    """Yield the system messages of the text whose code no number of the text gives already.

    `[WinError 5] Access is denied` is one error, told twice; the number is the surer of the two.
    """
    told = {mention.value & 0xFFFF for mention in numbered if mention.value is not None}
    for mention in message_mentions(text, base.message_index):
        if mention.value is None or mention.value & 0xFFFF not in told:
            yield mention
