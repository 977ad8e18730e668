"""The Web API's methods for views and assistant threads.

Source: docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass

from bot.workspace.calls import Call
from bot.workspace.chat_methods import ChatMethods
from bot.workspace.errors import ApiError
from bot.workspace.handles import Triggers
from bot.workspace.schema import Payload
from bot.workspace.state import State
from bot.workspace.validation import block_problems
from bot.workspace.views import Views


@dataclass(frozen=True, slots=True)
class ViewMethods:
    """Open and change what stands above the conversation."""

    state: State
    chat: ChatMethods
    views: Views
    triggers: Triggers
    agent_view: bool = True

    def open(self, call: Call) -> Payload:
        """views.open, views.push"""
        user = self.triggers.redeem(call.text("trigger_id"))
        return {"view": copy.deepcopy(self.views.open(user, call.structure("view")))}

    def update(self, call: Call) -> Payload:
        """views.update"""
        view_id, external_id = call.optional_text("view_id"), call.optional_text("external_id")
        view = call.structure("view")
        updated = self.views.update(view, view_id, external_id, call.optional_text("hash"))
        return {"view": copy.deepcopy(updated)}

    def publish(self, call: Call) -> Payload:
        """views.publish"""
        user = call.text("user_id")
        if user not in self.state.users:
            raise ApiError("user_not_found")
        view = self.views.publish(user, call.structure("view"), call.optional_text("hash"))
        return {"view": copy.deepcopy(view)}

    def set_status(self, call: Call) -> Payload:
        """assistant.threads.setStatus"""
        channel = self.chat.visible(call.text("channel_id"))
        key = (channel.id, call.text("thread_ts"))
        self.state.thread_status[key] = call.optional_text("status") or ""
        self.state.changes.announce("status", channel=channel.id)
        return {}

    def set_prompts(self, call: Call) -> Payload:
        """assistant.threads.setSuggestedPrompts"""
        channel = self.chat.visible(call.text("channel_id"))
        prompts = call.structure("prompts")
        if not isinstance(prompts, list) or len(prompts) > 4:
            raise ApiError("invalid_arguments")
        if self.agent_view and call.optional_text("thread_ts"):
            # Slack takes it with "ok" and shows nothing.
            return {}
        self.state.prompts[channel.id] = prompts
        self.state.changes.announce("status", channel=channel.id)
        return {}

    def set_title(self, call: Call) -> Payload:
        """assistant.threads.setTitle"""
        self.chat.visible(call.text("channel_id"))
        return {}

    def validate_blocks(self, call: Call) -> Payload:
        """blocks.validate"""
        blocks = call.structure("blocks")
        problems = block_problems(blocks if blocks is not None else [])
        if problems:
            raise ApiError("invalid_blocks", errors=problems)
        return {}
