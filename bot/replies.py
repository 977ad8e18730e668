"""Explain, render, post: what every trigger comes to."""

from __future__ import annotations

import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable

from bot import ids
from bot.delivery import Delivery
from bot.inbox import CommandJob, Job, MessageJob
from bot.incoming import IncomingAction, IncomingCommand, IncomingMessage, read_message
from bot.lookups import ambiguous_readings, answer_ref, explain_asked
from bot.policy import Identity
from bot.rendering import notices
from bot.rendering.answer_blocks import Rendered, render_answers
from bot.rendering.details import notice_modal, render_modal
from bot.rendering.refs import decode_ref
from bot.rendering.sharing import render_summary, render_thread
from knowledge import Answer, Explanation, KnowledgeBase, Surface, explain

log = logging.getLogger(__name__)

_HELP = re.compile(r"\s*(?:help|hilfe|\?|usage|--help|-h)?\s*[?.!]*\s*", re.IGNORECASE)
_REMEMBERED_ANSWERS = 20_000

_NOT_DELIVERED = (
    "Slack did not take my answer to your command (its address is used up or expired),"
    " so I send it this way."
)
_CANNOT_SHARE = (
    "I cannot post in this channel. Invite me with /invite @winerr (or ask who manages the"
    " channel), then press the button again."
)
_SHARED = "Shared in this channel, with steps and questions in its thread."
_TOO_LATE = "Slack allows three seconds to open this window, and they were over: press again."


class Replies:
    """Works off the jobs of the inbox. `identity` is asked when needed: it is known after start."""

    def __init__(
        self, base: KnowledgeBase, delivery: Delivery, identity: Callable[[], Identity]
    ) -> None:
        self._base = base
        self._delivery = delivery
        self._identity = identity
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def handle(self, job: Job) -> None:
        """Do one job; what goes wrong is logged under a reference, and people get a sentence."""
        try:
            if isinstance(job, MessageJob):
                await self._answer_message(job)
            elif isinstance(job, CommandJob):
                await self._answer_command(job.command)
            else:
                await self._answer_action(job.action)
        except Exception:
            reference = secrets.token_hex(4)
            event_id = job.message.event_id if isinstance(job, MessageJob) else None
            log.exception("job failed, reference %s, event %s", reference, event_id)
            await self._apologise(job, reference)

    async def _answer_message(self, job: MessageJob) -> None:
        message = job.message
        if self._was_answered(message.channel, message.ts):
            return
        if job.trigger == "automatic":
            rendered = self._automatic_answer(message)
        else:
            rendered = await self._asked_answer(message)
        if rendered is None:
            return
        posted = await self._delivery.post(message.channel, rendered, message.root_ts)
        if posted is not None and rendered.answers:
            self._note_answered(message, job.trigger == "automatic")

    def _automatic_answer(self, message: IncomingMessage) -> Rendered | None:
        """An answer that nobody asked for: at most one a thread, and only to an error."""
        if self._was_answered(message.channel, f"auto:{message.root_ts}"):
            return None
        explanation = explain(message.text, self._base, surface="alert")
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
        return rendered or notices.render_words(notices.NOTHING_IN_TEXT)

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
        explanation = explain_asked("\n\n".join(texts), self._base, "mention")
        if explanation.answers:
            return render_answers(explanation.answers)
        return notices.render_words(notices.NOTHING_IN_THREAD)

    async def _answer_command(self, command: IncomingCommand) -> None:
        if _HELP.fullmatch(command.text[:100]):
            rendered = notices.render_help()
        else:
            rendered = self._explain(command.text, "command", share=True) or notices.render_words(
                notices.NOTHING_IN_TEXT
            )
        await self._tell(command, rendered)

    def _explain(self, text: str, surface: Surface, *, share: bool = False) -> Rendered | None:
        """The answer to a text, a choice, or near misses; None when there is nothing in it."""
        explanation = explain_asked(text, self._base, surface)
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
        posted = await self._delivery.post(action.channel, summary, action.thread_ts)
        if posted is None:
            await self._tell(action, notices.render_words(_CANNOT_SHARE))
            return
        for part in render_thread(answer):
            await self._delivery.post(action.channel, part, action.thread_ts or posted)
        await self._tell(action, notices.render_words(_SHARED))

    async def _tell(self, asker: IncomingCommand | IncomingAction, rendered: Rendered) -> None:
        """Answer one person privately: by the response_url, else by an ephemeral post."""
        thread_ts = asker.thread_ts
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
                await self._tell(
                    job.command if isinstance(job, CommandJob) else job.action, rendered
                )
        except Exception as error:
            log.warning("nobody could be told about %s: %s", reference, type(error).__name__)

    def _was_answered(self, channel: str, ts: str) -> bool:
        return (channel, ts) in self._answered

    def _note_answered(self, message: IncomingMessage, automatic: bool) -> None:
        self._answered[message.channel, message.ts] = None
        if automatic:
            self._answered[message.channel, f"auto:{message.root_ts}"] = None
        while len(self._answered) > _REMEMBERED_ANSWERS:
            self._answered.popitem(last=False)


def _near_miss(text: str, explanation: Explanation) -> Rendered | None:
    if explanation.suggestions:
        return notices.render_suggestions(text, explanation.suggestions)
    return notices.render_words(explanation.fault) if explanation.fault else None
