"""A local Slack-compatible workspace: to try winerr without Slack, and to test it for real."""

from bot.workspace.server import Workspace
from bot.workspace.settings import Shortcut, WorkspaceCredentials, WorkspaceSettings

__all__ = ["Shortcut", "Workspace", "WorkspaceCredentials", "WorkspaceSettings"]
