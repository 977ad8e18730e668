"""The half of the bot that answers what was accepted: joined when there is something to answer.

Importing it takes as long as everything that must be there before Slack gets its first
acknowledgement, so a bot that starts listens first and imports this then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.agent_view import AgentView
from bot.answered import Answered
from bot.asked_answers import AskedAnswers
from bot.digests import Digests
from bot.file_reading import FileReader
from bot.home import Home
from bot.memory import Memory
from bot.message_replies import MessageReplies
from bot.replies import Replies
from bot.shares import Shares
from bot.team_replies import TeamReplies
from bot.telling import Telling
from bot.wording import Wording
from bot.workflow_steps import WorkflowSteps

if TYPE_CHECKING:
    from bot.app import Bot
    from bot.outcomes import Attempt, Outcome


class Answering:
    """Works off jobs with the parts of a bot. `start` first, `stop` when done."""

    def __init__(self, bot: Bot) -> None:
        settings, database, delivery = bot.settings, bot.database, bot.delivery
        days = settings.retention_days
        memory = Memory(database, days)
        wording = Wording(bot.knowledge, settings.thresholds, settings.pages_url)
        files = FileReader(bot.client, delivery, bot.metrics, settings.slack_timeout_seconds)
        asked = AskedAnswers(wording, delivery, files)
        messages = MessageReplies(
            wording, asked, delivery, Answered(database), bot.channels, memory, bot.bursts,
            bot.metrics,
        )  # fmt: skip
        telling = Telling(delivery)
        team = TeamReplies(settings, wording, database, bot.channels, delivery, telling)
        home = Home(wording, database, memory, delivery, telling, team, days)
        self.unasked = wording.unasked
        self._digests = Digests(database, delivery, bot.knowledge, days)
        self._replies = Replies(
            wording, asked, delivery, messages, team, AgentView(delivery),
            WorkflowSteps(wording, delivery, bot.metrics), memory, telling,
            Shares(wording, database, delivery, telling), home, self._digests, bot.metrics,
        )  # fmt: skip

    async def start(self) -> None:
        """Begin with what is done without being asked."""
        await self._digests.start()

    async def stop(self) -> None:
        """Do nothing more without being asked."""
        await self._digests.stop()

    async def handle(self, attempt: Attempt) -> Outcome:
        """Do one job."""
        return await self._replies.handle(attempt)
