"""The Slack app itself: the scopes, events and commands that the code uses, and no more.

`winerr manifest` prints it, `deploy/slack-manifest.yaml` is a copy; tests keep both equal to what
the listeners take and to what the bot calls. Limits: docs.slack.dev/reference/app-manifest.
"""

from __future__ import annotations

from typing import Any

from bot.ids import COMMAND, EXPLAIN_MESSAGE, EXPLAIN_STEP, STEP_TEXT
from bot.prompts import AGENT_DESCRIPTION, PROMPTS

# Each scope with what needs it: Slack's administrators ask, and so does a review.
BOT_SCOPES = {
    "app_mentions:read": "people mention the bot",
    "assistant:write": "suggested prompts in the conversation with the bot",
    "channels:history": "alerts and threads in public channels",
    "chat:write": "answers",
    "commands": "the slash command",
    "groups:history": "alerts and threads in private channels",
    "im:history": "direct messages",
}
# Without these the bot works, and says what it cannot do; an installer may leave them out.
# Source: docs.slack.dev/changelog/2026/03/16/optional-scopes.
OPTIONAL_SCOPES = {"files:read": "snippets and text files in messages that it answers"}
BOT_EVENTS = (
    "app_home_opened",
    "app_mention",
    "function_executed",
    "message.channels",
    "message.groups",
    "message.im",
)
# What an app gets that still has `assistant_view`: answered, but new apps need not ask for it.
OLDER_EVENTS = ("assistant_thread_started",)
# With several workspaces also what says that one of them has gone; they need no scope.
LEAVING_EVENTS = ("app_uninstalled", "team_access_revoked", "tokens_revoked")

# The step for Workflow Builder. Source: docs.slack.dev/tools/bolt-python/tutorial/custom-steps.
STEPS = {
    EXPLAIN_STEP: {
        "title": "Explain Windows errors",
        "description": "Find the Windows errors in a text, and say what they mean",
        "input_parameters": {
            STEP_TEXT: {
                "type": "string",
                "name": STEP_TEXT,
                "title": "Text",
                "description": "A message, a log line, a stack trace or a code",
                "is_required": True,
            }
        },
        "output_parameters": {
            "summary": {
                "type": "string",
                "name": "summary",
                "title": "Summary",
                "description": "What the errors mean, or that there are none",
                "is_required": True,
            },
            "code": {
                "type": "string",
                "name": "code",
                "title": "Code",
                "description": "The most telling error as 0x and eight digits, or nothing",
                "is_required": True,
            },
            "found": {
                "type": "boolean",
                "name": "found",
                "title": "Found",
                "description": "Whether there is any Windows error in the text",
                "is_required": True,
            },
        },
    }
}

# Where HTTP mode listens; replaced by the address that Slack can reach.
EXAMPLE_ADDRESS = "https://winerr.example.com"


def manifest(address: str | None = None, install_address: str | None = None) -> dict[str, Any]:
    """Return the manifest for Socket Mode, or for HTTP mode when an address is given.

    `address` is the public base URL without a path, such as `https://winerr.example.com`;
    `install_address` the one at which people install the app in several workspaces
    (WINERR_PUBLIC_URL), None for one workspace.
    """
    several = install_address is not None
    events = [*BOT_EVENTS, *LEAVING_EVENTS] if several else list(BOT_EVENTS)
    redirect = f"{(install_address or '').rstrip('/')}/slack/oauth_redirect"
    with_redirect = {"redirect_urls": [redirect]} if several else {}
    url = f"{address.rstrip('/')}/slack/events" if address else None
    with_url = {"request_url": url} if url else {}
    # A scope is marked as optional beside standing among the others.
    scopes = {"bot": [*BOT_SCOPES, *OPTIONAL_SCOPES], "bot_optional": list(OPTIONAL_SCOPES)}
    command = {
        "command": COMMAND,
        "description": "Explain a Windows error",
        "usage_hint": "0x2F7 | ERROR_ACCESS_DENIED | text with errors",
        "should_escape": False,
        **({"url": url} if url else {}),
    }
    return {
        "display_information": {
            "name": "winerr",
            "description": "Explains Windows errors: what a code means, how to find the cause.",
        },
        "features": {
            # Source: docs.slack.dev/ai/migrating-to-agent-messaging, …/reference/app-manifest.
            "agent_view": {
                "agent_description": AGENT_DESCRIPTION,
                "suggested_prompts": [dict(prompt) for prompt in PROMPTS],
            },
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "winerr", "always_online": True},
            "shortcuts": [
                {
                    "name": "Explain Windows errors",
                    "type": "message",
                    "callback_id": EXPLAIN_MESSAGE,
                    "description": "What do the codes in this message mean?",
                }
            ],
            "slash_commands": [command],
        },
        "functions": STEPS,
        "oauth_config": {**with_redirect, "scopes": scopes},
        "settings": {
            "event_subscriptions": {**with_url, "bot_events": events},
            "interactivity": {"is_enabled": True, **with_url},
            # Slack takes no step in the manifest of an app that is not ready for organisations.
            "org_deploy_enabled": True,
            "function_runtime": "remote",
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": several,
        },
    }
