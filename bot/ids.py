"""The names under which Slack hands things back to us, shared by rendering and listeners."""

from __future__ import annotations

COMMAND = "/winerr"

# The message shortcut "Explain Windows errors".
EXPLAIN_MESSAGE = "winerr_explain_message"

# The step of workflows "Explain Windows errors", and its input.
EXPLAIN_STEP = "winerr_explain_step"
STEP_TEXT = "text"

# Buttons of an answer. Each opens a modal, except SHARE and PICK.
SHOW_FIX = "winerr_show_fix"
SHOW_FAQ = "winerr_show_faq"
SHOW_BACKGROUND = "winerr_show_background"
SHOW_READINGS = "winerr_show_readings"
SHARE = "winerr_share"
# A link to the code's page: Slack tells us of a press, and there is nothing to do about it.
OPEN_PAGE = "winerr_open_page"

# A button with a code on it: explain that one. Slack wants action ids unique within a block, so
# the rendered id is `pick_id(n)`.
PICK = "winerr_pick"
PICK_LIMIT = 10

# What people say about an answer. MORE is a menu whose values are `verb|` and a code's reference.
HELPFUL = "winerr_helpful"
NOT_HELPFUL = "winerr_not_helpful"
MORE = "winerr_more"
UNMUTE = "winerr_unmute"
NOTE_REMOVE = "winerr_note_remove"

# What stands in the Home tab besides buttons that pick a code: the field to search in, and buttons
# with the id of a channel. A window that was opened there is about HOME.
SEARCH = "winerr_search"
CHANNEL_SETTINGS = "winerr_channel_settings"
HOME = "home"

# Windows that are submitted.
SETTINGS_FORM = "winerr_settings"
NOTE_FORM = "winerr_note"
RESOLUTION_FORM = "winerr_resolution"

MODALS = (SHOW_FIX, SHOW_FAQ, SHOW_BACKGROUND, SHOW_READINGS)

# Marks our posts in their metadata: for us after a restart, and for other bots.
ANSWER_EVENT = "winerr_answer"


def pick_id(index: int) -> str:
    """The action id of the n-th button that picks a code (0 to PICK_LIMIT - 1)."""
    return f"{PICK}_{index}"
