"""Whose something is, among several workspaces."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tenant:
    """A workspace, its organisation (Enterprise Grid) if it has one, and whether the app is
    installed in the organisation as a whole."""

    team: str
    enterprise: str | None = None
    is_org: bool = False
