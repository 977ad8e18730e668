"""A message -> its reply in the thread: posted once, changed with the message, gone with it."""

from __future__ import annotations

from bot.answered import Answered
from bot.delivery import Delivery, answer_codes
from bot.inbox import Attempt, Done
from bot.incoming import IncomingMessage, read_message
from bot.installations.installation import our_identity
from bot.jobs import MessageJob
from bot.metrics import Metrics
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered
from bot.store.answer_table import StoredAnswer, forget_answer, note_answer
from bot.wording import Wording, asks_for_help


class CannotTellError(Exception):
    """An earlier attempt may have answered, and Slack does not let us look."""


class MessageReplies:
    """Works off message jobs, within `speaking_for` the installation that they came through."""

    def __init__(
        self,
        wording: Wording,
        delivery: Delivery,
        answered: Answered,
        metrics: Metrics,
    ) -> None:
        self._wording = wording
        self._delivery = delivery
        self._answered = answered
        self._answers = metrics.answers

    async def reply(self, job: MessageJob, attempt: Attempt) -> Done:
        """Answer a message, or bring its answer up to date with it."""
        message = job.message
        before = await self._answered.find(message)
        if job.trigger == "removal":
            return await self._take_back(before) if before else Done()
        if before is not None:
            return await self._change(job, before) if message.kind == "edited" else Done()
        if attempt.origin != "new" and (posted := await self._posted_before(message)):
            return self._said(job, posted, ())
        rendered = await self._words_for(job)
        return await self._post(job, rendered) if rendered is not None else Done()

    async def _words_for(self, job: MessageJob) -> Rendered | None:
        message = job.message
        if job.trigger != "automatic":
            return await self._asked_answer(message)
        if await self._answered.thread_has_automatic_answer(message):
            return None
        return self._wording.unasked(message.text)

    async def _post(self, job: MessageJob, rendered: Rendered) -> Done:
        message = job.message
        ts = await self._delivery.post(message.channel, rendered, message.root_ts, message.ts)
        if ts is None:
            return Done()
        self._answers.labels(job.trigger).inc()
        return self._said(job, ts, answer_codes(rendered))

    async def _change(self, job: MessageJob, before: StoredAnswer) -> Done:
        """The message was edited: its answer follows, when what it is about is another."""
        message, automatic = job.message, job.trigger == "automatic"
        if automatic:
            rendered = self._wording.unasked(message.text)
        else:
            rendered = await self._asked_answer(message)
        if rendered is None:
            return await self._take_back(before)
        codes = tuple(answer_codes(rendered))
        if codes == tuple(before.codes) and (codes or automatic):
            return Done()
        ts: str | None = before.posted_ts
        if not await self._delivery.update(message.channel, before.posted_ts, rendered, message.ts):
            # Somebody removed it. Who asked gets a new one, an alert that was dealt with does not.
            if automatic:
                return Done()
            ts = await self._delivery.post(message.channel, rendered, message.root_ts, message.ts)
        return self._said(job, ts, codes) if ts is not None else Done()

    async def _take_back(self, answer: StoredAnswer) -> Done:
        await self._delivery.delete(answer.channel, answer.posted_ts)
        self._answered.forget(answer)
        return Done((lambda tx: forget_answer(tx, answer),))

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

    async def _asked_answer(self, message: IncomingMessage) -> Rendered:
        if asks_for_help(message.text) and (message.text.strip() or not message.in_thread):
            return notices.render_help()
        rendered = self._wording.asked(message.text, "mention")
        if rendered is None and message.in_thread:
            return await self._explain_thread(message)
        return rendered or self._wording.question(message.text)

    async def _explain_thread(self, message: IncomingMessage) -> Rendered:
        found = await self._delivery.read_thread(message.channel, message.root_ts)
        if found is None:
            return notices.render_words(notices.CANNOT_READ_THREAD)
        us = our_identity()
        spoken = [read_message(item, message.channel, message.team, "message") for item in found]
        texts = [
            item.text
            for item in spoken
            if item.ts != message.ts and item.user != us.user and item.bot_id != us.bot_id
        ]
        return self._wording.thread(texts, message.text)
