"""The prompts of the agent view: each shows one thing that people may ask, and is answered well.

Slack shows at most four.
Source: docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts.
"""

from __future__ import annotations

PROMPTS_TITLE = "Ask about a Windows error"
PROMPTS = (
    {"title": "Explain a code", "message": "What is 0x80070005?"},
    {
        "title": "Read a log line or a stack trace",
        "message": "System.ComponentModel.Win32Exception (5): Access is denied.",
    },
    {"title": "Ask how to find the cause", "message": "Which program has my file open?"},
    {"title": "See what I can do", "message": "help"},
)
AGENT_DESCRIPTION = (
    "Explains Windows errors: send a code, a name, a log line or a whole stack trace, and get what"
    " it means, likely causes, checks and fixes. Answers come from a built-in catalogue; no"
    " language model is asked."
)
