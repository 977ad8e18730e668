"""Should this message be answered? Pure: same message, policy and identity, same decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.channels import ChannelRules
from bot.ids import ANSWER_EVENT
from bot.incoming import IncomingMessage

Trigger = Literal["mention", "direct", "automatic", "removal"]

# Subtypes that are still somebody saying something; all others are Slack's own housekeeping.
_SPOKEN = frozenset({None, "bot_message", "file_share", "thread_broadcast", "me_message"})


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are in a workspace, as auth.test says."""

    team: str
    user: str
    bot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a message, and why; `trigger` is None when nothing is to be done.

    With `removal` the answer to it is taken back; every other trigger has it explained.
    """

    trigger: Trigger | None
    reason: str

    @property
    def answer(self) -> bool:
        """Whether there is anything to do."""
        return self.trigger is not None


def should_answer(message: IncomingMessage, rules: ChannelRules, us: Identity) -> Decision:
    """Decide about one message under the rules of its channel."""
    refusal = _why_never(message, us)
    if refusal is not None:
        return Decision(None, refusal)
    if message.kind == "deleted":
        # Whatever the policy is now: an answer must not outlive what it answers.
        return Decision("removal", "its message was deleted")
    if message.is_direct:
        return Decision("direct", "a direct message")
    if rules.policy == "off":
        return Decision(None, "this channel is switched off")
    if message.kind == "mention":
        return _decide_mention(message)
    if message.kind == "edited" and us.user in message.mentioned | message.mentioned_before:
        # Also where the edit took our name away: the answer that stands there follows.
        return _decide_mention(message)
    if us.user in message.mentioned:
        return Decision(None, "a mention arrives as app_mention too")
    return _decide_unasked(message, rules)


def _why_never(message: IncomingMessage, us: Identity) -> str | None:
    """The reason that holds under every policy, None when there is none."""
    if _is_own(message, us):
        return "our own post"
    if message.metadata_type == ANSWER_EVENT:
        return "an answer of another winerr"
    if message.kind == "deleted":
        return None
    if (
        message.kind == "edited"
        and message.text == message.previous_text
        and not _names_us(message, us)
    ):
        return "an edit that changes no text"
    if message.subtype not in _SPOKEN:
        return f"a message of Slack's own ({message.subtype})"
    # Who says nothing readable to us alone, or shares a picture, is told what we can read.
    is_to_us = message.kind == "mention" or message.is_direct
    if not message.text and not is_to_us and not _readable(message):
        return "no text"
    if message.is_direct and message.from_app:
        return "an app's direct message"
    return None


def _names_us(message: IncomingMessage, us: Identity) -> bool:
    """Whether an edit put our name into it."""
    return us.user in message.mentioned - message.mentioned_before


def _readable(message: IncomingMessage) -> bool:
    return any(file.may_be_text or file.preview for file in message.files)


def _is_own(message: IncomingMessage, us: Identity) -> bool:
    if message.user is not None and message.user == us.user:
        return True
    if message.bot_id is not None and message.bot_id == us.bot_id:
        return True
    return message.app_id is not None and message.app_id == message.api_app_id


def _decide_mention(message: IncomingMessage) -> Decision:
    # Two bots that mention each other in a thread would never stop.
    if message.from_app and message.in_thread:
        return Decision(None, "an app's mention inside a thread")
    return Decision("mention", "we are mentioned")


def _decide_unasked(message: IncomingMessage, rules: ChannelRules) -> Decision:
    if rules.policy == "mentions":
        return Decision(None, "this channel wants answers to mentions only")
    if message.is_shared and not rules.is_chosen:
        return Decision(None, "another organisation reads along, and nobody chose this here")
    if message.from_app and message.in_thread:
        return Decision(None, "an app's reply inside a thread")
    if message.from_app and rules.senders and not rules.senders & {message.bot_id, message.app_id}:
        return Decision(None, "this channel wants other senders' alerts only")
    if rules.policy == "alerts" and not message.from_app:
        return Decision(None, "this channel wants answers to alerts only")
    return Decision("automatic", "an alert" if message.from_app else "this channel wants all")
