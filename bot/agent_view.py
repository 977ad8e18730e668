"""The conversation with us, when somebody opens it: what one can ask, as prompts to press."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from bot.delivery import Delivery, TryLaterError
from bot.prompts import PROMPTS, PROMPTS_TITLE
from bot.slack_client import error_code
from bot.visits import IncomingVisit

log = logging.getLogger(__name__)

_SET_PROMPTS = "assistant.threads.setSuggestedPrompts"


class AgentView:
    """Works off visits. What is said afterwards arrives as direct messages do."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def welcome(self, visit: IncomingVisit) -> None:
        """Offer the prompts, once: a courtesy that comes a minute later is none."""
        arguments = {"channel_id": visit.channel, "title": PROMPTS_TITLE, "prompts": PROMPTS}
        if visit.thread_ts:
            # For the older assistant view only: with it, the agent view drops them in silence.
            arguments["thread_ts"] = visit.thread_ts
        try:
            await self._delivery.call(_SET_PROMPTS, arguments)
        except TryLaterError as error:
            log.info("no prompts were offered: %s", error)
        except SlackApiError as error:
            # An app that was installed before it had `assistant:write`, or has no agent view.
            log.warning(
                "Slack takes no prompts in channel %s: %s", visit.channel, error_code(error)
            )
