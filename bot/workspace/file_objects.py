"""File objects, as messages and `files.info` tell of them.

Source: docs.slack.dev/reference/objects/file-object.
"""

from __future__ import annotations

from typing import Literal

from bot.workspace.clock import new_id
from bot.workspace.schema import Payload
from bot.workspace.state import User
from bot.workspace.teams import Team

Told = Literal["all", "id", "connect", "deleted"]
"""How much a message tells of its file: all, its id alone, what Slack Connect tells before
`files.info` is asked, or that it is gone."""


def file_object(
    user: User, team: Team, content: bytes, name: str, mimetype: str, files_url: str
) -> Payload:
    """A file that was shared: a snippet when it is plain text, else one that was uploaded."""
    file_id = new_id("F")
    url = f"{files_url}/files-pri/{team.id}-{file_id}/{name}"
    shared: Payload = {
        "id": file_id,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": "text" if mimetype == "text/plain" else "binary",
        "pretty_type": "Plain Text" if mimetype == "text/plain" else "Binary",
        "mode": "snippet" if mimetype == "text/plain" else "hosted",
        "user": user.id,
        "user_team": team.id,
        "size": len(content),
        "is_external": False,
        "editable": mimetype == "text/plain",
        "file_access": "visible",
        "url_private": url,
        "url_private_download": url,
    }
    if mimetype == "text/plain":
        lines = content[:4000].decode("utf-8", "replace").splitlines()
        shared |= {"lines": content.count(b"\n") + 1, "preview": "\n".join(lines[:5])[:1000]}
    return shared


def told(file: Payload, how: Told) -> Payload:
    """The file as its message tells of it."""
    if how == "id":
        return {"id": file["id"]}
    if how == "connect":
        return {"id": file["id"], "mode": file["mode"], "file_access": "check_file_info"}
    if how == "deleted":
        return {"id": file["id"], "mode": "tombstone"}
    return file
