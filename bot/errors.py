"""What can go wrong before the bot runs, each said in words for the person who starts it.

BotError
├── SettingsError   the environment or `.env` does not make sense; lists every fault
├── StartError      the settings are fine, but the world refuses: Slack, the port, the knowledge
├── InboxFullError  too much waits: what comes now is not acknowledged
├── TooManyError    one person asks more than a person can read
└── StoreError      the database cannot be used: the same
"""

from __future__ import annotations

from collections.abc import Sequence


class BotError(Exception):
    """Base of the errors whose text is meant for people and holds no secret."""


class SettingsError(BotError):
    """Settings that do not make sense; `faults` has one sentence for each of them."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        count = f"{len(faults)} faults" if len(faults) > 1 else "1 fault"
        lines = "\n".join(f"  - {fault}" for fault in faults)
        super().__init__(f"the settings have {count}:\n{lines}")


class StartError(BotError):
    """The bot cannot start; the text is one sentence with what to do."""


class InboxFullError(BotError):
    """Too much work is waiting: Slack should deliver this again later."""


class TooManyError(BotError):
    """Somebody asks too often; the text is for them."""


class StoreError(BotError):
    """The store cannot be used now; nothing of what was to be written is kept."""


class UnfitError(Exception):
    """What was to be written does not fit the store, however well it works: a fault of ours."""


class CannotTellError(Exception):
    """An earlier attempt may have posted, and Slack does not let us look."""
