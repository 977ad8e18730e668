"""What a command says when it cannot do its work."""

from __future__ import annotations


class CommandError(Exception):
    """The command cannot run; the text says why and what to do, in words for its user."""
