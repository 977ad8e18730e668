"""An explanation -> the message in a thread: verdict first, short enough for a phone.

The order is fixed: identity, verdict, likely causes, checks, buttons, and one small line with why
this reading and what the answer rests on. What does not fit the budget waits behind a button.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bot import ids
from bot.rendering import kit
from bot.rendering.inert import clip, escape, quoted, visible
from bot.rendering.limits import MESSAGE_TEXT, Block, fit, visible_chars
from bot.rendering.names import (
    basis_words,
    code_words,
    confidence_words,
    family_words,
    first_sentence,
    identity_words,
    written_words,
)
from bot.rendering.refs import CodeRef, ref_of_answer, ref_of_code
from bot.rendering.shown import Shown
from bot.rendering.steps import is_open_step, one_step

if TYPE_CHECKING:
    from knowledge import Answer, Reading
    from knowledge.guidance import Cause, Step

VISIBLE_CHARS = 1_200
_VERDICT_CHARS = 300
_CONTEXT_CHARS = 180
_CAUSE_CHARS = 120
_SHOWN_OTHERS = 4
_SHOWN_PICKS = 3
# Alerts repeat themselves; the parts of one article take about 8 KB, and a message a few more.
_PARTS_KEPT = 64
_MESSAGES_KEPT = 64


class _Level(NamedTuple):
    """How much of an answer stands open; the characters are those of each sign and each step."""

    causes: int
    checks: int
    sign_chars: int
    step_chars: int


# From rich to bare: the first that stays within VISIBLE_CHARS is used, so that a long command
# costs a check and then a cause, never the verdict. Whole sentences come before more of them.
_LEVELS = (
    _Level(3, 3, 120, 140),
    _Level(3, 2, 120, 140),
    _Level(3, 1, 120, 140),
    _Level(2, 1, 120, 140),
    _Level(3, 1, 80, 140),
    _Level(2, 1, 80, 110),
    _Level(1, 1, 80, 80),
    _Level(1, 1, 0, 80),
    _Level(1, 0, 0, 0),
    _Level(0, 0, 0, 0),
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its blocks, fewer blocks in case Slack refuses them, and its text.

    `text` is what notifications show, and the whole message where no blocks are taken at all.
    `marked` tells whether it is sent with our metadata, `is_unknown` that it says that there is
    nothing to say about what was asked, `found_nothing`
    that there was nothing in it to explain.
    """

    text: str
    blocks: tuple[Block, ...] = ()
    fewer: tuple[Block, ...] = ()
    answers: tuple[Answer, ...] = ()
    marked: bool = True
    is_unknown: bool = False
    found_nothing: bool = False


def render_answers(
    answers: Sequence[Answer],
    *,
    share: bool = False,
    lookup: bool = False,
    page: str | None = None,
) -> Rendered:
    """The message for one or more answers: the first in full, the others in a line each.

    `share` adds the button that posts it for everybody; `lookup`, for somebody who asked for a
    number, a button for each of the next best readings. `page` is the address of the first
    answer's page. `answers` must not be empty.
    """
    text, blocks, fewer = _message(Shown(answers), share, lookup, page)
    return Rendered(text=text, blocks=blocks, fewer=fewer, answers=tuple(answers))


@lru_cache(_MESSAGES_KEPT)
def _message(
    shown: Shown,
    share: bool,
    lookup: bool,
    page: str | None,
) -> tuple[str, tuple[Block, ...], tuple[Block, ...]]:
    """The text, the blocks and the fewer blocks; nobody may change them."""
    first, others = shown.answers[0], shown.answers[1:]
    verdict = kit.rich_text(*_verdict(first))
    why = context_words(first)
    body = _body(first, others, verdict, VISIBLE_CHARS - len(why))
    readings = reading_choices(first.others[:_SHOWN_PICKS]) if lookup else []
    buttons = _buttons(first, others, readings, share=share, page=page)
    tail = [*buttons, kit.context(why)]
    fewer = [verdict, kit.context(why)]
    return fallback_text(first, others), tuple(fit([*body, *tail])), tuple(fit(fewer))


def forget_messages() -> None:
    """Forget the messages that were made: the next ones are made anew, to be measured or tested."""
    _message.cache_clear()


def context_words(answer: Answer) -> str:
    """Why this reading, what else it could be, and what the answer rests on."""
    reading = answer.reading
    sure = f"{confidence_words(_share(answer))}: {visible(reading.why)}" if reading.why else ""
    others = [f"{code_words(other)} ({family_words(other.family)})" for other in answer.others[:3]]
    more = len(answer.others) - len(others)
    also = "could also be " + ", ".join(others) + (f" and {more} more" if more > 0 else "")
    parts = [clip(sure, 120), also if others else "", basis_words(answer)]
    return clip(" · ".join(part for part in parts if part), 300)


def fallback_text(answer: Answer, others: Sequence[Answer] = ()) -> str:
    """The answer in a few lines of escaped mrkdwn."""
    name = code_words(answer.reading)
    lines = [
        f"*{escape(name)}* · {escape(identity_words(answer.reading))}",
        escape(clip(answer.summary, _VERDICT_CHARS)),
    ]
    lines += [
        f"• {escape(code_words(other.reading))}: {escape(first_sentence(other.summary, 100))}"
        for other in others[:_SHOWN_OTHERS]
    ]
    return clip("\n".join(lines), MESSAGE_TEXT)


def _share(answer: Answer) -> float:
    """How sure the reading is, whatever the doubt that this is an error at all."""
    readings = (answer.reading, *answer.others)
    total = sum(reading.confidence for reading in readings)
    return answer.reading.confidence / total if total else 0.0


def _body(first: Answer, others: Sequence[Answer], verdict: Block, room: int) -> list[Block]:
    """The verdict, as much of causes and checks as fits, and the other errors in a line each."""
    folded = [kit.rich_text(*_others(others))] if others else []
    room -= visible_chars([verdict, *folded])
    return [verdict, *_causes_and_checks(first, room), *folded]


def _causes_and_checks(answer: Answer, room: int) -> list[Block]:
    """What the richest level shows that fits; each part is made and counted once, not per level."""
    parts = _parts_of(answer.causes, answer.diagnose)
    for level in _LEVELS:
        blocks, chars = parts.at(level)
        if chars <= room:
            return blocks
    return []


class _Parts:
    """The causes and checks of an answer, each at the lengths that were asked for.

    Kept for the next answer from the same article: nobody may change the blocks.
    """

    def __init__(self, causes: Sequence[Cause], steps: Sequence[Step]) -> None:
        self._causes = causes
        self._steps = [step for step in steps if is_open_step(step)]
        self._made: dict[tuple[str, int, int], tuple[list[Block], int]] = {}
        self._levels: dict[_Level, tuple[list[Block], int]] = {}

    def at(self, level: _Level) -> tuple[list[Block], int]:
        """The blocks of a level, and how many characters they show."""
        found = self._levels.get(level)
        if found is None:
            found = self._levels[level] = self._at(level)
        return found

    def _at(self, level: _Level) -> tuple[list[Block], int]:
        causes = [self._cause(n, level) for n in range(min(level.causes, len(self._causes)))]
        steps = [self._step(n, level) for n in range(min(level.checks, len(self._steps)))]
        blocks, chars = [], sum(part[1] for part in (*causes, *steps))
        if causes:
            title = "Likely cause" if len(causes) == 1 else "Likely causes"
            heading = kit.paragraph(kit.text(title, bold=True))
            blocks.append(kit.rich_text(heading, kit.bullets(runs for runs, _ in causes)))
            chars += len(title)
        if steps:
            title = "Check"
            heading = kit.paragraph(kit.text(title, bold=True))
            blocks.append(kit.rich_text(heading, *(part for parts, _ in steps for part in parts)))
            chars += len(title)
        return blocks, chars

    def _cause(self, number: int, level: _Level) -> tuple[list[Block], int]:
        key = "cause", number, level.sign_chars
        if key not in self._made:
            cause = self._causes[number]
            runs = [kit.text(clip(cause.text, _CAUSE_CHARS))]
            if level.sign_chars:
                runs.append(kit.text(f" Sign: {clip(cause.tell, level.sign_chars)}", italic=True))
            self._made[key] = runs, sum(len(run["text"]) for run in runs)
        return self._made[key]

    def _step(self, number: int, level: _Level) -> tuple[list[Block], int]:
        key = "step", number, level.step_chars
        if key not in self._made:
            elements = one_step(number + 1, self._steps[number], level.step_chars)
            self._made[key] = elements, visible_chars(elements)
        return self._made[key]


@lru_cache(_PARTS_KEPT)
def _parts_of(causes: tuple[Cause, ...], steps: tuple[Step, ...]) -> _Parts:
    return _Parts(causes, steps)


def _verdict(answer: Answer) -> list[Block]:
    reading = answer.reading
    written = written_words(answer.finding, reading)
    identity = f" · {identity_words(reading)}" + (f" · you wrote {written}" if written else "")
    runs = [kit.text(code_words(reading), bold=True), kit.text(identity)]
    verdict = clip(visible(answer.summary), _VERDICT_CHARS)
    elements = [kit.paragraph(*runs), kit.paragraph(kit.text(verdict))]
    if answer.context:
        words = clip(visible(answer.context), _CONTEXT_CHARS)
        elements.append(kit.paragraph(kit.text("Here: ", bold=True), kit.text(words)))
    return elements


def _others(others: Sequence[Answer]) -> list[Block]:
    items = [
        [
            kit.text(code_words(other.reading), bold=True),
            kit.text(f" · {other.reading.hex}: {first_sentence(visible(other.summary), 90)}"),
        ]
        for other in others[:_SHOWN_OTHERS]
    ]
    more = len(others) - len(items)
    title = "Also in this text" + (f" ({more} more not shown)" if more > 0 else "")
    return [kit.paragraph(kit.text(title, bold=True)), kit.bullets(items)]


def _buttons(
    first: Answer,
    others: Sequence[Answer],
    readings: Sequence[tuple[str, CodeRef]],
    *,
    share: bool,
    page: str | None,
) -> list[Block]:
    value = ref_of_answer(first).encode()
    wanted = (
        (ids.SHARE, "Share in channel", share),
        (ids.SHOW_FIX, "How to fix", bool(first.fix or first.diagnose or first.never)),
        (ids.SHOW_FAQ, "FAQ", bool(first.faq)),
        (ids.SHOW_BACKGROUND, "Background", has_background(first)),
        (ids.SHOW_READINGS, "Other readings", bool(first.others)),
    )
    buttons = [
        kit.button(action_id, label, value, primary=action_id == ids.SHARE)
        for action_id, label, there in wanted
        if there
    ]
    if page is not None:
        buttons.append(kit.link_button(ids.OPEN_PAGE, "Full page", page))
    folded = [(code_words(other.reading), ref_of_answer(other)) for other in others[:_SHOWN_OTHERS]]
    return [
        *kit.actions([*buttons, *pick_buttons([*folded, *readings])]),
        *kit.actions(_opinion_buttons(first, value, in_thread=not share)),
    ]


def _opinion_buttons(answer: Answer, value: str, *, in_thread: bool) -> list[Block]:
    """Whether it helped, and what the team knows; there is no thread of ours to mute elsewhere."""
    # Without its article: the value of an option is short.
    about = ref_of_code(answer.reading).encode()
    options = [
        kit.option(f"note|{about}", "Team notes"),
        kit.option(f"fixed|{about}", "What fixed it?"),
        *([kit.option(f"mute|{about}", "Mute this thread")] if in_thread else []),
    ]
    return [
        kit.button(ids.HELPFUL, "Helpful", value),
        kit.button(ids.NOT_HELPFUL, "Not helpful", value),
        kit.overflow(ids.MORE, options),
    ]


def has_background(answer: Answer) -> bool:
    """Whether there is anything to show behind the Background button."""
    return bool(
        answer.meaning
        or answer.background
        or answer.impact
        or answer.developer_notes
        or answer.related
        or answer.sources
    )


def pick_buttons(choices: Sequence[tuple[str, CodeRef]]) -> list[Block]:
    """A button for each code to choose from, at most PICK_LIMIT."""
    return [
        kit.button(ids.pick_id(index), clip(quoted(label), 60), ref.encode())
        for index, (label, ref) in enumerate(choices[: ids.PICK_LIMIT])
    ]


def reading_choices(readings: Sequence[Reading]) -> list[tuple[str, CodeRef]]:
    """Label and reference of each reading, for the buttons."""
    return [
        (f"{code_words(reading)} ({family_words(reading.family)})", ref_of_code(reading))
        for reading in readings
    ]
