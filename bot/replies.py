"""Explain, render, post: what every trigger comes to."""

from __future__ import annotations

import logging
import secrets

from bot import ids
from bot.agent_view import AgentView
from bot.asked_answers import AskedAnswers
from bot.delivery import Delivery, TokenRefusedError, TryLaterError
from bot.digests import Digests
from bot.errors import CannotTellError, StoreError
from bot.home import Home
from bot.incoming import IncomingAction, IncomingCommand
from bot.jobs import (
    CommandJob,
    DigestJob,
    EventJob,
    FormJob,
    HomeJob,
    Job,
    MessageJob,
    PrivateJob,
    StepJob,
)
from bot.lookups import answer_ref
from bot.memory import Memory
from bot.message_replies import MessageReplies
from bot.metrics import Metrics
from bot.outcomes import Attempt, Done, GivenUp, Later, Origin, Outcome
from bot.rendering import notices, team_words
from bot.rendering.details import answer_modal, notice_modal, render_modal
from bot.rendering.refs import WindowRef, decode_ref
from bot.rendering.remembering import with_memory
from bot.shares import Shares
from bot.team_replies import TeamReplies
from bot.telling import Telling
from bot.wording import Wording
from bot.workflow_steps import WorkflowSteps

log = logging.getLogger(__name__)


class Replies:
    """Works off the jobs of the inbox."""

    def __init__(
        self,
        wording: Wording,
        asked: AskedAnswers,
        delivery: Delivery,
        messages: MessageReplies,
        team: TeamReplies,
        agent_view: AgentView,
        steps: WorkflowSteps,
        memory: Memory,
        telling: Telling,
        shares: Shares,
        home: Home,
        digests: Digests,
        metrics: Metrics,
    ) -> None:
        self._wording = wording
        self._asked = asked
        self._delivery = delivery
        self._messages = messages
        self._team = team
        self._agent_view = agent_view
        self._steps = steps
        self._memory = memory
        self._telling = telling
        self._shares = shares
        self._home = home
        self._digests = digests
        self._private_actions = {**team.actions, **home.actions}
        self._answers = metrics.answers

    async def handle(self, attempt: Attempt) -> Outcome:
        """Do one job; what goes wrong is logged under a reference, and people get a sentence."""
        job = attempt.job
        try:
            if isinstance(job, MessageJob):
                return await self._messages.reply(job, attempt)
            if isinstance(job, EventJob):
                return await self._take_event(job)
            if isinstance(job, DigestJob):
                await self._digests.post(job, attempt)
                return Done()
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

    async def _take_event(self, job: EventJob) -> Outcome:
        if isinstance(job, StepJob):
            await self._steps.run(job.step)
        elif isinstance(job, HomeJob):
            await self._home.show(job.opened)
        else:
            await self._agent_view.welcome(job.visit)
        return Done()

    async def _answer_privately(self, job: PrivateJob, attempt: Attempt) -> Outcome:
        """Answer a command or a press, at most once: nobody can look up what one person saw."""
        if attempt.origin == "recovered" and attempt.was_begun:
            log.warning("a private answer was interrupted; the person may have to ask again")
            return Done()
        if attempt.origin != "retry":
            await attempt.begin()
        if isinstance(job, CommandJob):
            await self._answer_command(job.command, attempt.origin)
        elif isinstance(job, FormJob):
            await self._team.take_form(job.form)
            if job.form.about == ids.HOME:
                await self._home.refresh(job.form.tenant, job.form.user)
        else:
            await self._answer_action(job.action)
        return Done()

    async def _answer_command(self, command: IncomingCommand, origin: Origin) -> None:
        self._answers.labels("command").inc()
        subcommand = self._team.commands.get(command.text.strip().lower()[:20])
        if subcommand is not None:
            await subcommand(command)
            return
        answer = await self._asked.to_command(command, origin)
        rendered = answer.rendered
        if rendered.answers:
            rendered = with_memory(rendered, await self._memory.remembered(command, rendered))
        await self._telling.tell(command, rendered)
        await self._memory.note_unknown(command.team, command.text, rendered, answer.in_files)

    async def _answer_action(self, action: IncomingAction) -> None:
        changes_something = action.action_id in (*self._private_actions, ids.SHARE)
        if action.is_external and changes_something:
            await self._telling.say(action, team_words.ONLY_OURS)
            return
        private = self._private_actions.get(action.action_id)
        if private is not None:
            await private(action)
            return
        ref = decode_ref(action.value)
        answer = answer_ref(ref, self._wording.base) if ref else None
        window = WindowRef(action.channel, action.thread_ts, action.value, action.response_url)
        page = self._wording.page_of(answer) if answer else None
        if action.action_id in ids.MODALS:
            view = (
                render_modal(action.action_id, answer, window, page)
                if answer
                else notice_modal(notices.GONE)
            )
            await self._telling.show(action, view)
        elif answer is None:
            await self._telling.say(action, notices.GONE)
        elif action.action_id == ids.SHARE:
            await self._shares.share(action, answer)
        elif action.view_id:
            await self._telling.show(action, answer_modal(answer, window, page))
        else:
            await self._telling.tell(action, self._wording.picked(answer))

    async def _apologise(self, job: Job, reference: str) -> None:
        """Tell who asked; an automatic reply that fails tells nobody."""
        words = notices.failure_words(reference)
        rendered = notices.render_words(words)
        try:
            if isinstance(job, MessageJob):
                if job.trigger not in ("automatic", "removal"):
                    message = job.message
                    await self._delivery.post(message.channel, rendered, message.root_ts)
            elif isinstance(job, StepJob):
                await self._steps.fail(job.step, words)
            elif not isinstance(job, EventJob | DigestJob):
                await self._telling.tell(job.asker, rendered)
        except Exception as error:
            log.warning("nobody could be told about %s: %s", reference, type(error).__name__)
