"""From a payload to a job in the inbox: what every listener calls before Slack gets its 200."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from slack_bolt.context.async_context import AsyncBoltContext

from bot.channels import ChannelRules
from bot.errors import InboxFullError, StoreError, TooManyError
from bot.forms import Faults, at_first_field, read_form
from bot.home_opened import home_opened
from bot.inbox import Inbox
from bot.incoming import (
    IncomingMessage,
    Payload,
    action_from_body,
    command_from_body,
    command_from_shortcut,
    is_external,
    message_from_event,
)
from bot.incoming_step import step_from_event
from bot.installations.base import Installations, tenant_of
from bot.jobs import (
    ActionJob,
    CommandJob,
    EventJob,
    FormJob,
    HomeJob,
    Job,
    MessageJob,
    PrivateJob,
    StepJob,
    VisitJob,
)
from bot.limits import RateLimit
from bot.log_context import note
from bot.metrics import Metrics
from bot.policy import should_answer
from bot.rendering.answer_blocks import Rendered
from bot.rendering.team_words import ONLY_OURS
from bot.tenant import Tenant
from bot.visits import visit_from_event

log = logging.getLogger(__name__)

Unasked = Callable[[str], "Rendered | None"]
"""What is said of a text that nobody asked about; None where nothing is."""

# A longer text is looked at after its acknowledgement: it may take longer than others should wait.
_AT_ONCE_CHARS = 8_000
# So is every text while many jobs wait, whose answers would take a lot of room.
_AT_ONCE_JOBS = 200


class Intake:
    """Decides what is worth work, and accepts it; InboxFullError and StoreError pass through.

    `unasked` is asked anew for each message: a bot that starts takes some before it can answer any.
    """

    def __init__(
        self,
        inbox: Inbox,
        installations: Installations,
        rules_for: Callable[[str, str], ChannelRules],
        metrics: Metrics,
        user_limit: RateLimit,
        unasked: Callable[[], Unasked | None],
    ) -> None:
        self._inbox = inbox
        self._installations = installations
        self._rules_for = rules_for
        self._deliveries = metrics.deliveries
        self._user_limit = user_limit
        self._unasked = unasked

    async def take_message(self, body: Payload, tenant: Tenant) -> None:
        """Accept a message or mention if its channel wants an answer to it."""
        message = message_from_event(body, tenant)
        if message is None:
            return
        installation = await self._installations.find(message.tenant)
        if installation is None:
            return
        rules = self._rules_for(message.team, message.channel)
        decision = should_answer(message, rules, installation.identity)
        if decision.trigger is None:
            log.debug("left alone: %s", decision.reason)
            self._deliveries.labels("message", "left alone").inc()
            return
        note(trigger=decision.trigger)
        job: MessageJob | None = MessageJob(message, decision.trigger)
        if decision.trigger == "automatic":
            job = self._worth_it(message)
        if job is None:
            log.debug("left alone: nothing of ours in it")
            self._deliveries.labels("message", "left alone").inc()
            return
        await self._accept(job)

    def _worth_it(self, message: IncomingMessage) -> MessageJob | None:
        """The job of an automatic reply; None where there is nothing to say.

        Most messages of a channel hold no error. To look at one costs less than to keep it and to
        look at it later, so only what may get a reply goes into the inbox.
        """
        job = MessageJob(message, "automatic")
        later = message.kind == "edited" or message.files or len(message.text) > _AT_ONCE_CHARS
        unasked = self._unasked()
        if later or unasked is None or self._inbox.waiting >= _AT_ONCE_JOBS:
            return job
        try:
            rendered = unasked(message.text)
        except Exception:
            # In the inbox it fails again, and is kept there for people to look at.
            log.exception("a message could not be explained")
            return job
        return replace(job, unasked=rendered) if rendered is not None else None

    async def take_home(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept a look at the Home tab."""
        opened = home_opened(body, tenant_of(context, body))
        if opened is not None and await self._installations.find(opened.tenant) is not None:
            await self._accept(HomeJob(opened))

    async def take_command(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept a slash command; TooManyError when the person uses too many."""
        await self._accept_of_person(CommandJob(command_from_body(body, tenant_of(context, body))))

    async def take_shortcut(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept a message shortcut: the same question, about the text of a message."""
        command = command_from_shortcut(body, tenant_of(context, body))
        await self._accept_of_person(CommandJob(command))

    async def take_action(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept a pressed button."""
        action = action_from_body(body, tenant_of(context, body))
        if action is not None:
            await self._accept_of_person(ActionJob(action))

    async def take_form(self, body: Payload, context: AsyncBoltContext) -> Faults:
        """Accept a submitted window; what is wrong with it, by block, when it is not accepted."""
        tenant = tenant_of(context, body)
        form, faults = read_form(body, tenant)
        if form is not None and is_external(body, tenant):
            return at_first_field(body, ONLY_OURS)
        if form is not None:
            await self._accept_of_person(FormJob(form))
        return faults

    async def take_visit(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept that somebody opened the conversation with us."""
        visit = visit_from_event(body, tenant_of(context, body))
        if visit is not None:
            await self._accept_event(VisitJob(visit))

    async def take_step(self, body: Payload, context: AsyncBoltContext) -> None:
        """Accept that a workflow has come to our step."""
        step = step_from_event(body, tenant_of(context, body))
        if step is not None:
            await self._accept_event(StepJob(step))

    async def _accept_event(self, job: EventJob) -> None:
        note(trigger=job.kind)
        if await self._installations.find(job.tenant) is not None:
            await self._accept(job)

    async def _accept_of_person(self, job: PrivateJob) -> None:
        asker = job.asker
        note(trigger=job.kind)
        if not (asker.team and asker.user and asker.trigger_id):
            log.warning("a %s that names no person or no trigger is left alone", job.kind)
            return
        if not self._user_limit.allows(f"{asker.team}/{asker.user}"):
            self._deliveries.labels(job.kind, "too many").inc()
            raise TooManyError("That is more than I answer in a minute. Try it again in a minute.")
        # Not for an answer: from then on it is known with which organisation the job goes.
        await self._installations.find(job.tenant)
        await self._accept(job)

    async def _accept(self, job: Job) -> None:
        try:
            taken = await self._inbox.accept(job)
        except (InboxFullError, StoreError):
            self._deliveries.labels(job.kind, "refused").inc()
            raise
        self._deliveries.labels(job.kind, "taken" if taken else "repeated").inc()
        log.info("accepted" if taken else "known already")
