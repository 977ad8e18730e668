"""Why Slack takes no post, and what people can do about it.

Source: the errors of docs.slack.dev/reference/methods/chat.postMessage.
"""

from __future__ import annotations

import re

_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_AGAIN = "then press the button again."

# Each as two sentences: what is in the way, and what to do. True where a second press can help.
_NOT_IN_CHANNEL = (
    "I am not in this channel, so I cannot post in it. Invite me with /invite @winerr", True,
)  # fmt: skip
_UNSEEN = (
    "Slack does not show me this conversation, so I cannot post in it. In a channel, invite me with"
    " /invite @winerr; in a message between people, copy my answer instead", True,
)  # fmt: skip
_ARCHIVED = (
    "This channel is archived, so nobody can post in it. Somebody has to unarchive it, or you ask"
    " me again in another channel", False,
)  # fmt: skip
_RESTRICTED = (
    "Only some people may post in this channel, and I am none of them. Ask who manages the channel"
    " to let me post, or ask me in another channel", False,
)  # fmt: skip
_THREAD_LOCKED = (
    "This thread is locked, so nobody can answer in it. Ask me outside of the thread", False,
)  # fmt: skip
_NO_THREADS = (
    "This channel takes no answers in threads. Ask me in another channel", False,
)  # fmt: skip
_THREADS_ONLY = (
    "In this channel one can only answer in threads. Ask me in a thread, or in another channel",
    False,
)
_SCOPE = (
    "My app lacks a permission that it needs to post here. Whoever runs me finds out with"
    " “winerr doctor” which scope it is, and installs the app again", True,
)  # fmt: skip
_RULES = (
    "The rules of this workspace do not let my app post here. Ask an administrator of it", False,
)  # fmt: skip
_NO_REPLY = (
    "Slack takes no replies to this message. Ask me outside of its thread", False,
)  # fmt: skip
_NO_MESSAGES = (
    "The messages of my app are switched off. Whoever runs me switches the Messages tab on", True,
)  # fmt: skip

_REASONS = {
    "not_in_channel": _NOT_IN_CHANNEL,
    "user_not_in_channel": _NOT_IN_CHANNEL,
    "channel_not_found": _UNSEEN,
    "is_archived": _ARCHIVED,
    "restricted_action": _RESTRICTED,
    "restricted_action_read_only_channel": _RESTRICTED,
    "restricted_action_thread_locked": _THREAD_LOCKED,
    "thread_locked": _THREAD_LOCKED,
    "restricted_action_non_threadable_channel": _NO_THREADS,
    "restricted_action_thread_only_channel": _THREADS_ONLY,
    "missing_scope": _SCOPE,
    "not_allowed_token_type": _SCOPE,
    "no_permission": _RULES,
    "access_denied": _RULES,
    "ekm_access_denied": _RULES,
    "team_access_not_granted": _RULES,
    "cannot_reply_to_message": _NO_REPLY,
    "messages_tab_disabled": _NO_MESSAGES,
}


def refusal_words(code: str, *, pressed: bool = False) -> str:
    """What to tell the person who waits for a post that Slack refuses with this error.

    `pressed`: they pressed a button for it, and are told where to press it again.
    """
    words, passes = _REASONS.get(code) or _unknown(code)
    return f"{words}, {_AGAIN}" if pressed and passes else f"{words}."


def _unknown(code: str) -> tuple[str, bool]:
    said = f" ({code})" if _CODE.fullmatch(code) else ""
    return f"Slack does not let me post here{said}. Ask who manages the channel", False
