"""How the workspace says no to a call of the Web API."""

from __future__ import annotations

from typing import Any

from bot.workspace.validation import Refusal


class ApiError(Exception):
    """A refusal: `error` is Slack's code, `details` what else stands in the answer."""

    def __init__(self, error: str, **details: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details


def raise_refusal(refusal: Refusal | None) -> None:
    """Raise ApiError if there is a refusal."""
    if refusal is None:
        return
    if not refusal.messages:
        raise ApiError(refusal.error)
    marked = [f"[ERROR] {message}" for message in refusal.messages]
    raise ApiError(
        refusal.error, errors=list(refusal.messages), response_metadata={"messages": marked}
    )
