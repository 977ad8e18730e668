"""Explain, render, post: what every trigger comes to."""

from __future__ import annotations

import asyncio
import logging
import secrets

from bot import ids
from bot.delivery import Delivery, TokenRefusedError, TryLaterError
from bot.errors import StoreError
from bot.inbox import Attempt, Done, GivenUp, Later, Outcome
from bot.incoming import IncomingAction, IncomingCommand
from bot.jobs import ActionJob, CommandJob, Job, MessageJob
from bot.lookups import answer_ref
from bot.message_replies import CannotTellError, MessageReplies
from bot.metrics import Metrics
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered, render_answers
from bot.rendering.details import notice_modal, render_modal
from bot.rendering.refs import decode_ref
from bot.rendering.sharing import render_summary, render_thread
from bot.wording import Wording, asks_for_help
from knowledge import Answer

log = logging.getLogger(__name__)

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


class Replies:
    """Works off the jobs of the inbox."""

    def __init__(
        self, wording: Wording, delivery: Delivery, messages: MessageReplies, metrics: Metrics
    ) -> None:
        self._wording = wording
        self._delivery = delivery
        self._messages = messages
        self._answers = metrics.answers

    async def handle(self, attempt: Attempt) -> Outcome:
        """Do one job; what goes wrong is logged under a reference, and people get a sentence."""
        job = attempt.job
        try:
            if isinstance(job, MessageJob):
                return await self._messages.reply(job, attempt)
            return await self._answer_privately(job, attempt)
        except TryLaterError as passing:
            return Later(str(passing), passing.seconds)
        except (StoreError, TokenRefusedError):
            raise
        except CannotTellError as unknown:
            return GivenUp(str(unknown))
        except Exception as error:
            reference = secrets.token_hex(4)
            log.exception("job failed, reference %s", reference)
            await self._apologise(job, reference)
            return GivenUp(f"{type(error).__name__}, reference {reference}")

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

    async def _answer_command(self, command: IncomingCommand) -> None:
        if asks_for_help(command.text):
            rendered = notices.render_help()
        else:
            found = self._wording.asked(command.text, "command", share=True)
            rendered = found or self._wording.question(command.text)
        await self._tell(command, rendered)
        self._answers.labels("command").inc()

    async def _answer_action(self, action: IncomingAction) -> None:
        ref = decode_ref(action.value)
        answer = answer_ref(ref, self._wording.base) if ref else None
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
                if job.trigger not in ("automatic", "removal"):
                    message = job.message
                    await self._delivery.post(message.channel, rendered, message.root_ts)
            else:
                await self._tell(job.asker, rendered)
        except Exception as error:
            log.warning("nobody could be told about %s: %s", reference, type(error).__name__)
