"""Working off a job for the installation that it came through, with its token of this moment."""

from __future__ import annotations

from bot.delivery import TokenRefusedError
from bot.installations.base import Installations
from bot.installations.installation import speaking_for
from bot.outcomes import Attempt, Dropped, Handler, Outcome

UNINSTALLED = "its workspace has uninstalled winerr"


def for_installations(installations: Installations, handle: Handler) -> Handler:
    """A handler that finds the installation of a job, and lets `handle` speak for it."""

    async def handle_for(attempt: Attempt) -> Outcome:
        # Asked again for each attempt: the workspace may have left, or its token been replaced.
        installation = await installations.find(attempt.job.tenant)
        if installation is None:
            return Dropped(UNINSTALLED)
        try:
            with speaking_for(installation):
                return await handle(attempt)
        except TokenRefusedError as refused:
            return await installations.token_refused(installation, refused.code)

    return handle_for
