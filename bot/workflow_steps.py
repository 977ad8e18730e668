"""The step `Explain Windows errors` of a workflow: a text goes in, what its errors mean comes out.

Source: docs.slack.dev/workflows/workflow-steps and the pages of functions.completeSuccess and
functions.completeError.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from slack_sdk.errors import SlackApiError

from bot import ids
from bot.delivery import Delivery
from bot.incoming_step import IncomingStep
from bot.metrics import Metrics
from bot.rendering.inert import clip
from bot.rendering.names import code_words, identity_words
from bot.slack_client import error_code
from bot.wording import Wording

if TYPE_CHECKING:
    from knowledge import Answer

log = logging.getLogger(__name__)

NOT_FOUND = "There is no Windows error that I know in this text."
_NO_TEXT = "The step “Explain Windows errors” got no text. Give it one, such as the message."
_UNKNOWN_STEP = (
    "This winerr does not know that step. Take it out of the workflow, and add it again."
)
_SHOWN = 3
_SUMMARY_CHARS = 600
# What Slack says when somebody else completed the step, or nobody waits for it any more.
_OVER = frozenset({"execution_not_in_running_state", "function_execution_not_found"})


class WorkflowSteps:
    """Runs steps. Slack takes one completion of a run, so another attempt does no harm."""

    def __init__(self, wording: Wording, delivery: Delivery, metrics: Metrics) -> None:
        self._wording = wording
        self._delivery = delivery
        self._answers = metrics.answers

    async def run(self, step: IncomingStep) -> None:
        """Explain the text, and tell the workflow; TryLaterError when Slack does not take it."""
        if step.callback_id != ids.EXPLAIN_STEP:
            await self.fail(step, _UNKNOWN_STEP)
        elif step.text is None:
            await self.fail(step, _NO_TEXT)
        else:
            outputs = step_outputs(self._wording.answers_in(step.text))
            await self._complete("functions.completeSuccess", step, {"outputs": outputs})
            self._answers.labels("step").inc()

    async def fail(self, step: IncomingStep, words: str) -> None:
        """End the step with a sentence, which Slack shows to who looks after the workflow."""
        await self._complete("functions.completeError", step, {"error": words})

    async def _complete(self, method: str, step: IncomingStep, arguments: dict[str, Any]) -> None:
        arguments = {"function_execution_id": step.execution_id, **arguments}
        try:
            await self._delivery.call(method, arguments)
        except SlackApiError as error:
            if error_code(error) not in _OVER:
                raise
            log.info("a workflow waits no longer for its step: %s", error_code(error))


def step_outputs(answers: tuple[Answer, ...]) -> dict[str, Any]:
    """What the following steps of the workflow get; nothing of the text is among it."""
    if not answers:
        return {"summary": NOT_FOUND, "code": "", "found": False}
    lines = [
        f"{code_words(answer.reading)} ({identity_words(answer.reading)}):"
        f" {clip(answer.summary, _SUMMARY_CHARS)}"
        for answer in answers[:_SHOWN]
    ]
    if len(answers) > _SHOWN:
        lines.append("Also: " + ", ".join(code_words(each.reading) for each in answers[_SHOWN:10]))
    first = answers[0].reading
    return {"summary": "\n".join(lines), "code": first.hex, "found": True}
