"""A message -> its reply in the thread: posted once, changed with the message, gone with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answered import Answered
from bot.asked_answers import AskedAnswers
from bot.bursts import Bursts
from bot.channels import Channels
from bot.delivery import Delivery, RefusedError, answer_codes
from bot.errors import CannotTellError
from bot.incoming import IncomingMessage
from bot.installations.installation import our_identity
from bot.jobs import MessageJob
from bot.memory import Memory, occurrences
from bot.metrics import Metrics
from bot.outcomes import Attempt, Done, Origin, Write
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered
from bot.rendering.refusals import refusal_words
from bot.rendering.remembering import with_memory
from bot.store.answer_table import StoredAnswer, forget_answer, note_answer
from bot.store.burst_table import Burst, count_in_burst, end_burst, start_burst
from bot.store.occurrence_table import Occurrence, note_occurrences
from bot.store.unknown_table import note_unknown
from bot.unknown import unknown_codes
from bot.wording import Wording


class MessageReplies:
    """Works off message jobs, within `speaking_for` the installation that they came through."""

    def __init__(
        self,
        wording: Wording,
        asked: AskedAnswers,
        delivery: Delivery,
        answered: Answered,
        channels: Channels,
        memory: Memory,
        bursts: Bursts,
        metrics: Metrics,
    ) -> None:
        self._wording = wording
        self._asked = asked
        self._delivery = delivery
        self._answered = answered
        self._channels = channels
        self._memory = memory
        self._bursts = bursts
        self._answers = metrics.answers

    async def reply(self, job: MessageJob, attempt: Attempt) -> Done:
        """Answer a message, or bring its answer up to date with it."""
        message = job.message
        before = await self._answered.find(message)
        if job.trigger == "removal":
            return await self._take_back(before) if before else Done()
        if before is not None:
            return (
                await self._change(job, before, attempt.origin)
                if message.kind == "edited"
                else Done()
            )
        if _is_withdrawn(job):
            return Done()
        if attempt.origin != "new" and (posted := await self._posted_before(message)):
            return self._said(job, posted, ())
        if job.trigger == "automatic":
            return await self._answer_unasked(job, attempt.origin)
        return await self._answer_asked(job, attempt.origin)

    async def _answer_asked(self, job: MessageJob, origin: Origin) -> Done:
        message = job.message
        answer = await self._asked.to_message(message, origin)
        if answer.is_private and not message.is_direct:
            return await self._whisper(message, answer.rendered)
        rendered = answer.rendered
        recalled = await self._memory.recall(message, rendered, dry=False, cooldown=0)
        met = occurrences(message, rendered.answers, posted=True)
        unknown = unknown_codes(message.text, rendered, answer.in_files)
        notes = (_noting(met), *_noting_unknown(message.team, unknown))
        return await self._post(job, with_memory(rendered, recalled.remembered), notes)

    async def _answer_unasked(self, job: MessageJob, origin: Origin) -> Done:
        """Answer, or only count: the same codes again, a dry run, a thread that was muted."""
        message = job.message
        if await self._answered.thread_has_automatic_answer(message):
            return Done()
        rendered = job.unasked or await self._unasked(message, origin)
        if rendered is None:
            return Done()
        rules = self._channels.rules(message.team, message.channel)
        dry, cooldown = rules.dry_run, rules.cooldown_seconds
        recalled = await self._memory.recall(message, rendered, dry=dry, cooldown=cooldown)
        if recalled.muted:
            return Done()
        burst = recalled.burst
        met = occurrences(message, rendered.answers, posted=burst is None, dry=dry)
        if burst is not None:
            self._bursts.poke()
            return Done((lambda tx: count_in_burst(tx, burst), _noting(met)))
        if dry:
            return Done((_starting(message, rendered, None), _noting(met)))
        counts = cooldown > 0
        rendered = with_memory(rendered, recalled.remembered)
        return await self._post(job, rendered, (_noting(met),), counts=counts)

    async def _unasked(self, message: IncomingMessage, origin: Origin) -> Rendered | None:
        text, _ = await self._asked.text_of(message, origin)
        return self._wording.unasked(text)

    async def _whisper(self, message: IncomingMessage, rendered: Rendered) -> Done:
        """Tell the one who asked, and nobody else; an app that asked is told nothing."""
        if message.user is not None and not message.from_app:
            user, channel = message.user, message.channel
            if not await self._delivery.post_ephemeral(channel, user, rendered, message.thread_ts):
                # Nor is anything private taken there: in the conversation between the two of us.
                await self._delivery.post(user, rendered)
        return Done()

    async def _post(
        self, job: MessageJob, rendered: Rendered, notes: tuple[Write, ...], *, counts: bool = False
    ) -> Done:
        """Post; with `counts` the reply stands for the same codes to come."""
        message = job.message
        ts = await self._post_or_tell(job, rendered)
        if ts is None:
            return Done()
        self._answers.labels(job.trigger).inc()
        said = self._said(job, ts, answer_codes(rendered))
        begun = (_starting(message, rendered, ts),) if counts else ()
        return replace(said, writes=(*said.writes, *begun, *notes))

    async def _post_or_tell(self, job: MessageJob, rendered: Rendered) -> str | None:
        """The ts of the post. None where Slack takes none: who asked gets the answer alone."""
        message = job.message
        try:
            return await self._delivery.post_or_raise(
                message.channel, rendered, message.root_ts, message.ts
            )
        except RefusedError as refused:
            if job.trigger != "automatic":
                words = refusal_words(refused.code)
                await self._whisper(message, notices.with_note(rendered, words))
            return None

    async def _change(self, job: MessageJob, before: StoredAnswer, origin: Origin) -> Done:
        """The message was edited: its answer follows, when what it is about is another."""
        message, automatic = job.message, job.trigger == "automatic"
        if automatic:
            if await self._memory.is_muted(message):
                return Done()
            rendered = await self._unasked(message, origin)
        else:
            answer = await self._asked.to_message(message, origin)
            if answer.is_private and not message.is_direct:
                await self._whisper(message, answer.rendered)
                # What may be readable again is no reason to take back what was read in it.
                return Done() if answer.is_unsure else await self._take_back(before)
            gone = answer.rendered.found_nothing and _is_withdrawn(job)
            rendered = None if gone else answer.rendered
        if rendered is None:
            # People may be talking under a reply that stands for many: it stays.
            return (
                Done() if await self._memory.counts_many(before) else await self._take_back(before)
            )
        codes = tuple(answer_codes(rendered))
        if codes == tuple(before.codes) and (codes or automatic):
            return Done()
        recalled = await self._memory.recall(message, rendered, dry=False, cooldown=0)
        rendered = with_memory(rendered, recalled.remembered)
        ts: str | None = before.posted_ts
        if not await self._delivery.update(message.channel, before.posted_ts, rendered, message.ts):
            # Somebody removed it. Who asked gets a new one, an alert that was dealt with does not.
            if automatic:
                return Done()
            ts = await self._post_or_tell(job, rendered)
        if ts is None:
            return Done()
        said = self._said(job, ts, codes)
        met = occurrences(message, rendered.answers, posted=True)
        return replace(said, writes=(_ending(before), *said.writes, _noting(met)))

    async def _take_back(self, answer: StoredAnswer) -> Done:
        await self._delivery.delete(answer.channel, answer.posted_ts)
        self._answered.forget(answer)
        return Done((lambda tx: forget_answer(tx, answer), _ending(answer)))

    async def _posted_before(self, message: IncomingMessage) -> str | None:
        """The answer that an interrupted attempt may have posted: Slack knows, by our metadata."""
        us = our_identity()
        try:
            return await self._delivery.find_answer(
                message.channel, message.root_ts, message.ts, us.bot_id
            )
        except LookupError as error:
            raise CannotTellError("whether it was answered cannot be found out") from error

    def _said(self, job: MessageJob, posted_ts: str, codes: tuple[str, ...] | list[str]) -> Done:
        message = job.message
        answer = StoredAnswer(
            message.team, message.channel, message.ts, message.root_ts, posted_ts,
            job.trigger == "automatic", tuple(codes),
        )  # fmt: skip
        self._answered.note(answer)
        return Done((lambda tx: note_answer(tx, answer),), answered=True)


def _is_withdrawn(job: MessageJob) -> bool:
    """Whether an edit took our name out of a message that is not ours to answer otherwise."""
    message = job.message
    named = our_identity().user in message.mentioned
    return job.trigger == "mention" and message.kind == "edited" and not named


def _noting(met: Sequence[Occurrence]) -> Write:
    return lambda tx: note_occurrences(tx, met)


def _noting_unknown(team: str, written: Sequence[str]) -> tuple[Write, ...]:
    return ((lambda tx: note_unknown(tx, team, written)),) if written else ()


def _starting(message: IncomingMessage, rendered: Rendered, posted_ts: str | None) -> Write:
    """Let this reply count what comes after it; without a ts, in a dry run, nothing is posted."""
    burst = Burst(
        message.tenant,
        message.channel,
        codes=tuple(answer_codes(rendered)),
        dry=posted_ts is None,
        posted_ts=posted_ts,
        root_ts=message.root_ts,
        text=rendered.text,
        blocks=rendered.blocks,
    )
    return lambda tx: start_burst(tx, burst)


def _ending(answer: StoredAnswer) -> Write:
    return lambda tx: end_burst(tx, answer.team, answer.channel, answer.posted_ts)
