"""Explain, render, post: what every trigger comes to."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Callable

from bot import ids
from bot.answered import Answered
from bot.delivery import Delivery, TryLaterError, answer_codes
from bot.errors import StoreError
from bot.inbox import Attempt, Done, GivenUp, Later, Outcome
from bot.incoming import IncomingAction, IncomingCommand, IncomingMessage, read_message
from bot.jobs import ActionJob, CommandJob, Job, MessageJob
from bot.lookups import ambiguous_readings, answer_ref
from bot.metrics import Metrics
from bot.policy import Identity
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered, render_answers
from bot.rendering.details import notice_modal, render_modal
from bot.rendering.refs import decode_ref
from bot.rendering.sharing import render_summary, render_thread
from bot.store.answer_table import StoredAnswer
from knowledge import (
    Answer,
    Explanation,
    KnowledgeBase,
    Surface,
    Thresholds,
    answers_to,
    explain,
    explain_asked,
    nearest_to,
)
from knowledge.asking import QUESTION_CHARS

log = logging.getLogger(__name__)

_HELP = re.compile(r"\s*(?:help|hilfe|\?|usage|--help|-h)?\s*[?.!]*\s*", re.IGNORECASE)

_QUESTION = re.compile(r"\b(?:how|why|what|which|where|who|when|can|does|is) \w.*\?", re.I | re.S)

_NOT_DELIVERED = (
    "Slack did not take my answer to your command (its address is used up or expired),"
    " so I send it this way."
)
_CANNOT_SHARE = (
    "I cannot post in this channel. Invite me with /invite @winerr (or ask who manages the"
    " channel), then press the button again."
)
_NOT_CONFIRMED = (
    "Slack did not confirm that it took all of it. Look whether it stands in the channel; if not,"
    " press the button again."
)
_PATIENCE = 3
_SHARED = "Shared in this channel, with steps and questions in its thread."
_TOO_LATE = "Slack allows three seconds to open this window, and they were over: press again."


class _CannotTellError(Exception):
    """An earlier attempt may have answered, and Slack does not let us look."""


class Replies:
    """Works off the jobs of the inbox. `identity` is asked when needed: it is known after start."""

    def __init__(
        self,
        base: KnowledgeBase,
        delivery: Delivery,
        answered: Answered,
        identity: Callable[[], Identity],
        thresholds: Thresholds,
        metrics: Metrics,
    ) -> None:
        self._base = base
        self._thresholds = thresholds
        self._delivery = delivery
        self._answered = answered
        self._identity = identity
        self._answers = metrics.answers

    async def handle(self, attempt: Attempt) -> Outcome:
        """Do one job; what goes wrong is logged under a reference, and people get a sentence."""
        job = attempt.job
        try:
            if isinstance(job, MessageJob):
                return await self._answer_message(job, attempt)
            return await self._answer_privately(job, attempt)
        except TryLaterError as passing:
            return Later(str(passing), passing.seconds)
        except StoreError:
            raise
        except _CannotTellError as unknown:
            return GivenUp(str(unknown))
        except Exception as error:
            reference = secrets.token_hex(4)
            event_id = job.message.event_id if isinstance(job, MessageJob) else None
            log.exception("job failed, reference %s, event %s", reference, event_id)
            await self._apologise(job, reference)
            return GivenUp(f"{type(error).__name__}, reference {reference}")

    async def _answer_message(self, job: MessageJob, attempt: Attempt) -> Outcome:
        message, automatic = job.message, job.trigger == "automatic"
        if await self._answered.has_answer(message):
            return Done()
        if attempt.origin != "new" and (posted := await self._posted_before(message)):
            return self._done(job, posted, [])
        if not automatic:
            rendered = await self._asked_answer(message)
        elif await self._answered.thread_has_automatic_answer(message):
            return Done()
        else:
            rendered = self._automatic_answer(message)
        if rendered is None:
            return Done()
        ts = await self._delivery.post(message.channel, rendered, message.root_ts, message.ts)
        if ts is not None:
            self._answers.labels(job.trigger).inc()
        return self._done(job, ts, answer_codes(rendered)) if ts is not None else Done()

    async def _posted_before(self, message: IncomingMessage) -> str | None:
        """The answer that an interrupted attempt may have posted: Slack knows, by our metadata."""
        us = self._identity()
        try:
            return await self._delivery.find_answer(
                message.channel, message.root_ts, message.ts, us.bot_id
            )
        except LookupError as error:
            raise _CannotTellError("whether it was answered cannot be found out") from error

    def _done(self, job: MessageJob, posted_ts: str, codes: list[str]) -> Done:
        message, automatic = job.message, job.trigger == "automatic"
        # A reply without a code ("I found no Windows error") does not bar an edit from one.
        if not codes and job.trigger != "automatic":
            return Done()
        self._answered.note(message, automatic=automatic)
        return Done(StoredAnswer(
            message.team, message.channel, message.ts, message.root_ts, posted_ts, automatic,
            tuple(codes),
        ))  # fmt: skip

    async def _answer_privately(self, job: CommandJob | ActionJob, attempt: Attempt) -> Outcome:
        """Answer a command or a press, at most once: nobody can look up what one person saw."""
        if attempt.origin == "recovered" and attempt.was_begun:
            log.warning("a private answer was interrupted; the person may have to ask again")
            return Done()
        if attempt.origin != "retry":
            await attempt.begin()
        if isinstance(job, CommandJob):
            await self._answer_command(job.command)
        else:
            await self._answer_action(job.action)
        return Done()

    def _automatic_answer(self, message: IncomingMessage) -> Rendered | None:
        """An answer that nobody asked for, and so only to an error."""
        explanation = explain(
            message.text, self._base, surface="alert", thresholds=self._thresholds
        )
        if not explanation.auto_reply or not explanation.answers:
            return None
        return render_answers(explanation.answers)

    async def _asked_answer(self, message: IncomingMessage) -> Rendered | None:
        asked_nothing = _HELP.fullmatch(message.text[:100]) is not None
        if asked_nothing and (message.text.strip() or not message.in_thread):
            return notices.render_help()
        rendered = self._explain(message.text, "mention")
        if rendered is None and message.in_thread:
            return await self._explain_thread(message)
        return rendered or self._answer_question(message.text)

    async def _explain_thread(self, message: IncomingMessage) -> Rendered:
        found = await self._delivery.read_thread(message.channel, message.root_ts)
        if found is None:
            return notices.render_words(notices.CANNOT_READ_THREAD)
        us = self._identity()
        spoken = [read_message(item, message.channel, message.team, "message") for item in found]
        texts = [
            item.text
            for item in spoken
            if item.ts != message.ts and item.user != us.user and item.bot_id != us.bot_id
        ]
        explanation = explain_asked("\n\n".join(texts), self._base, "mention", self._thresholds)
        if explanation.answers:
            return render_answers(explanation.answers)
        if results := answers_to(message.text, self._base):
            return notices.render_question(results)
        return notices.render_words(notices.NOTHING_IN_THREAD)

    def _answer_question(self, text: str) -> Rendered:
        """A text without any code: a question to the articles, or nothing of ours."""
        asked = text[:QUESTION_CHARS]
        if results := answers_to(asked, self._base):
            return notices.render_question(results)
        near = nearest_to(asked, self._base) if _QUESTION.search(asked) else ()
        return (
            notices.render_nearest(near) if near else notices.render_words(notices.NOTHING_IN_TEXT)
        )

    async def _answer_command(self, command: IncomingCommand) -> None:
        if _HELP.fullmatch(command.text[:100]):
            rendered = notices.render_help()
        else:
            found = self._explain(command.text, "command", share=True)
            rendered = found or self._answer_question(command.text)
        await self._tell(command, rendered)
        self._answers.labels("command").inc()

    def _explain(self, text: str, surface: Surface, *, share: bool = False) -> Rendered | None:
        """The answer to a text, a choice, or near misses; None when there is nothing in it."""
        explanation = explain_asked(text, self._base, surface, self._thresholds)
        choice = ambiguous_readings(explanation)
        if choice:
            return notices.render_choice(text, choice)
        if explanation.answers:
            lookup = explanation.is_lookup
            return render_answers(explanation.answers, share=share, lookup=lookup)
        return _near_miss(text, explanation)

    async def _answer_action(self, action: IncomingAction) -> None:
        ref = decode_ref(action.value)
        answer = answer_ref(ref, self._base) if ref else None
        if action.action_id in ids.MODALS:
            view = render_modal(action.action_id, answer) if answer else notice_modal(notices.GONE)
            if not await self._delivery.open_modal(action.trigger_id, view):
                await self._tell(action, notices.render_words(_TOO_LATE))
        elif answer is None:
            await self._tell(action, notices.render_words(notices.GONE))
        elif action.action_id == ids.SHARE:
            await self._share(action, answer)
        else:
            await self._tell(action, render_answers([answer], share=True))

    async def _share(self, action: IncomingAction, answer: Answer) -> None:
        summary = render_summary(answer, action.user)
        try:
            posted = await self._post_patiently(action.channel, summary, action.thread_ts)
            if posted is None:
                await self._tell(action, notices.render_words(_CANNOT_SHARE))
                return
            for part in render_thread(answer):
                await self._post_patiently(action.channel, part, action.thread_ts or posted)
        except TryLaterError as error:
            # To try all of it again could post it twice.
            log.warning("sharing was not confirmed: %s", error)
            await self._tell(action, notices.render_words(_NOT_CONFIRMED))
            return
        await self._tell(action, notices.render_words(_SHARED))

    async def _post_patiently(
        self, channel: str, rendered: Rendered, thread_ts: str | None
    ) -> str | None:
        """Post, and wait where Slack says for how long: then it did not take the post."""
        for _ in range(_PATIENCE):
            try:
                return await self._delivery.post(channel, rendered, thread_ts)
            except TryLaterError as error:
                if error.seconds is None:
                    raise
                await asyncio.sleep(error.seconds)
        return await self._delivery.post(channel, rendered, thread_ts)

    async def _tell(self, asker: IncomingCommand | IncomingAction, rendered: Rendered) -> None:
        """Answer one person privately: by the response_url, else by an ephemeral post."""
        thread_ts = asker.thread_ts
        if not (asker.channel and asker.user):
            # Slack names both, always: nobody is there to be told.
            log.warning("a command or a press names no channel or no person")
            return
        if await self._delivery.respond(asker.response_url, rendered, thread_ts):
            return
        if isinstance(asker, IncomingCommand):
            rendered = notices.with_note(rendered, _NOT_DELIVERED)
        if not await self._delivery.post_ephemeral(asker.channel, asker.user, rendered, thread_ts):
            log.warning("a private answer in channel %s reached nobody", asker.channel)

    async def _apologise(self, job: Job, reference: str) -> None:
        """Tell who asked; an automatic reply that fails tells nobody."""
        rendered = notices.render_words(notices.failure_words(reference))
        try:
            if isinstance(job, MessageJob):
                if job.trigger != "automatic":
                    message = job.message
                    await self._delivery.post(message.channel, rendered, message.root_ts)
            else:
                await self._tell(job.asker, rendered)
        except Exception as error:
            log.warning("nobody could be told about %s: %s", reference, type(error).__name__)


def _near_miss(text: str, explanation: Explanation) -> Rendered | None:
    if explanation.suggestions:
        return notices.render_suggestions(text, explanation.suggestions)
    return notices.render_words(explanation.fault) if explanation.fault else None
