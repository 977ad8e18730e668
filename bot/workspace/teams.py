"""Which workspace this is: its id, its organisation, and who the app is in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Team:
    """A workspace. `enterprise` is its organisation's id; `is_org_install` whether the app is
    installed there for all workspaces of the organisation."""

    id: str
    name: str
    domain: str
    bot_user: str
    bot_id: str
    enterprise: str | None = None
    is_org_install: bool = False

    def own_id(self, home_id: str) -> str:
        """The id here of what has this id in the first workspace: C0ALERTS01 -> C1ALERTS01."""
        return home_id[0] + self.id[1] + home_id[2:]


def home() -> Team:
    """The first workspace, in which the app of the credentials is."""
    return Team("T0LOCAL01", "Local workspace", "local", "U0WINERR01", "B0WINERR01")


def another(number: int, enterprise: str | None = None) -> Team:
    """One more workspace, by its number from 1 to 9; within an organisation the app is one user."""
    letter = "U" if enterprise is None else "W"
    shared = number if enterprise is None else 0
    return Team(
        f"T{number}LOCAL01",
        f"Workspace {number}",
        f"local{number}",
        f"{letter}{shared}WINERR01",
        f"B{number if enterprise is None else 'E'}WINERR01",
        enterprise,
    )
