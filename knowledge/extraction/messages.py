"""System messages in a text: Windows' own sentences, with or without a number beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge.extraction.judging import KnownCodes
from knowledge.extraction.surroundings import Surroundings
from knowledge.findings import Mention
from knowledge.messages import MessageIndex, message_mentions

# Short sentences are also everyday prose ("file does not exist"): those of codes that people seldom
# meet are believed only when they are long.
SURE_OF_A_RARE_CODE = 0.8
SURE_OF_ANY_PROGRAM = (0.45, 0.65)
SURE_WITH_MANY_WORDS = 0.95
# Two words such as "Access denied" are said by every system.
SURE_ANYWHERE = 0.6
# Another system's own sentences are translated much alike.
SURE_ELSEWHERE = 0.8
SURE_BESIDE_A_NUMBER = 0.9
SURE_WITH_A_NUMBER = 0.9
# From here on nobody else writes the sentence: five words, standing for themselves.
SURE_ALONE = 0.9
# A number this near belongs to the sentence: `An internal error occurred. [0x8001FFFF]`.
_BESIDE_CHARS = 8

_WORDS = re.compile(r"\w+")
# Events that report an error, with its code behind them: the code is the finding.
_EVENT_FAMILIES = frozenset({"netevent", "event_id", "lan_manager_log", "io_error_log"})
# Names of event sources, and sentences of .NET, that are also Windows' own.
_OF_OTHERS = frozenset(
    {
        "application error",
        "service control manager",
        "windows update",
        "one or more errors occurred",
        "volume shadow copy service",
        "there are not enough resources to complete the operation",
        "this method is not supported",
        "operation is not valid due to the current state of the object",
    }
)
# Longer ones that other systems say word for word.
_EVERYBODYS = frozenset(
    {
        "the user name or password is incorrect",
        "user name or password is incorrect",
        "an unexpected network error occurred",
        "the operation was canceled by the user",
        "the service is already running",
        "the directory is not empty",
    }
)
# `Not found (404)`: the sentences of HTTP's statuses, which every web server says.
_HTTP_STATUSES = range(0x8019_0000, 0x801A_0000)
# Codes that only say "it failed": the sentence beside them says how.
_SAYS_NOTHING = frozenset({0x8000_4005, 0x8013_1500, 0x8013_1501, 0x8013_1509, 0xE043_4352})


def join_messages(
    around: Surroundings, index: MessageIndex, known: KnownCodes, numbered: Sequence[Mention]
) -> list[Mention]:
    """Return the mentions with the system messages of the text among them, in no order.

    `[WinError 5] Access is denied` is one error, told twice: the number stays, and the sentence
    makes it sure. A sentence that says something else than the number beside it, or stands alone,
    is a mention of its own.
    """
    messages = list(message_mentions(around.text, index))
    if not messages:
        return list(numbered)
    said = {message.value & 0xFFFF for message in messages if message.value is not None}
    joined = [_confirmed(number) if _low(number) in said else number for number in numbered]
    unsaid = _unsaid(messages, numbered, known, speaks_of_windows=around.leaning > 0)
    told = (message for message in unsaid if _is_windows(message, around))
    return [*joined, *(told if around.leaning > 0 else map(_as_anybody_says, told))]


def _is_windows(message: Mention, around: Surroundings) -> bool:
    if around.leaning > 0:
        return True
    translated = not message.as_written.isascii()
    least = SURE_ELSEWHERE if around.leaning < 0 and translated else SURE_ANYWHERE
    return message.confidence >= least


def _as_anybody_says(message: Mention) -> Mention:
    """Where nothing speaks of Windows, a short sentence is worth a word only if somebody asks.

    Spring says that access is denied, web services that a parameter is incorrect.
    """
    short = message.confidence < SURE_ALONE or _words(message) in _EVERYBODYS
    sure = min(message.confidence, SURE_OF_ANY_PROGRAM[1]) if short else message.confidence
    return replace(message, confidence=sure)


def _confirmed(number: Mention) -> Mention:
    if number.cue == "errno":
        number = replace(number, cue="win32")  # the sentence says whose number it is
    if number.confidence >= SURE_WITH_A_NUMBER:
        return number
    why = f"{number.why}; Windows' own sentence says the same"
    return replace(number, confidence=SURE_WITH_A_NUMBER, why=why)


def _words(message: Mention) -> str:
    """The words alone: `Application | Error` stands in two columns."""
    return " ".join(_WORDS.findall(message.as_written.lower()))


def _low(mention: Mention) -> int | None:
    return None if mention.value is None else mention.value & 0xFFFF


def _unsaid(
    messages: Sequence[Mention],
    numbered: Sequence[Mention],
    known: KnownCodes,
    *,
    speaks_of_windows: bool,
) -> Iterator[Mention]:
    told = {_low(number) for number in numbered}
    meaningful = [number for number in numbered if number.value not in _SAYS_NOTHING]
    for message in messages:
        if message.value is None or _low(message) in told or message.cue in _EVENT_FAMILIES:
            continue
        if message.cue == "msi_internal" and any(n.cue == message.cue for n in numbered):
            continue  # one sentence begins several of them; the number says which
        if _words(message) in _OF_OTHERS or message.value in _HTTP_STATUSES:
            continue
        if message.confidence < SURE_BESIDE_A_NUMBER and _is_beside(message, meaningful):
            continue
        if known.popularity(message.value) is not None:
            yield message
        elif message.confidence >= SURE_OF_A_RARE_CODE:
            yield message if speaks_of_windows else _less_sure(message)


def _less_sure(message: Mention) -> Mention:
    """Any program may say that a device is not registered: worth a word, if somebody asks."""
    least, most = SURE_OF_ANY_PROGRAM
    confidence = most if message.confidence >= SURE_WITH_MANY_WORDS else least
    return replace(message, confidence=confidence)


def _is_beside(message: Mention, numbers: Sequence[Mention]) -> bool:
    return any(
        0 <= number.start - message.end <= _BESIDE_CHARS
        or 0 <= message.start - number.end <= _BESIDE_CHARS
        for number in numbers
    )
