"""An installation of the app: in a workspace, or in an organisation with all of its workspaces."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field

from slack_bolt.authorization import AuthorizeResult

from bot.policy import Identity


@dataclass(frozen=True, slots=True)
class Installation:
    """What is needed to act in a workspace. `team` is None when it is an organisation's.

    `expires_at` is when the token expires, in seconds since 1970; None when it never does.
    """

    enterprise: str | None
    team: str | None
    identity: Identity
    token: str = field(repr=False)
    expires_at: float | None = None
    authorized: AuthorizeResult = field(init=False, repr=False, compare=False)
    """The same as Bolt wants it; made once, because Bolt asks for every event."""

    def __post_init__(self) -> None:
        result = AuthorizeResult(
            enterprise_id=self.enterprise,
            team_id=self.team,
            bot_user_id=self.identity.user,
            bot_id=self.identity.bot_id,
            bot_token=self.token,
        )
        object.__setattr__(self, "authorized", result)

    @property
    def name(self) -> str:
        """What log lines call it."""
        return f"workspace {self.team}" if self.team else f"organisation {self.enterprise}"


_speaker: ContextVar[Installation] = ContextVar("speaker")


@contextlib.contextmanager
def speaking_for(installation: Installation) -> Iterator[None]:
    """What is called at Slack within is called for this installation, with its token.

    A context variable, so that what answers need not know that there are several installations.
    """
    token = _speaker.set(installation)
    try:
        yield
    finally:
        _speaker.reset(token)


def speaker() -> Installation:
    """The installation for which we speak; LookupError outside of `speaking_for`."""
    return _speaker.get()


def our_identity() -> Identity:
    """Who we are where we speak."""
    return _speaker.get().identity
