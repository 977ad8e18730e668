"""The host of files: what Slack has at files.slack.com, for whoever has a bot's token.

Source: docs.slack.dev/reference/objects/file-object (`url_private`); that a token without the scope
gets a page instead of an error is how Slack behaves.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from bot.workspace.errors import ApiError
from bot.workspace.state import File

if TYPE_CHECKING:
    from bot.workspace.branch import Shared


class FileHost:
    """Serves the files of all workspaces; `authorizations` has what each request showed."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self.authorizations: list[str] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /files-pri/{file}/{name}"""
        shown = request.headers.get("Authorization", "")
        self.authorizations.append(shown)
        fault = self._shared.faults.take("files")
        if fault is not None:
            if fault.kind in ("slow", "timeout"):
                await asyncio.sleep(fault.seconds)
            if fault.kind in ("timeout", "drop") and request.transport is not None:
                request.transport.abort()
            if fault.kind == "http_error":
                return web.Response(status=fault.status, text="the workspace was told to fail")
            if fault.kind == "redirect":
                raise web.HTTPFound(fault.url)
        file = self._file(request.match_info["file"].partition("-")[2], shown)
        if file is None:
            # Slack answers strangers with its sign-in page, not with an error.
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        return web.Response(body=file.content, headers={"Content-Type": file.info["mimetype"]})

    def _file(self, file_id: str, shown: str) -> File | None:
        """The file if the token that was shown may read it; HTTPNotFound if there is none."""
        try:
            grant = self._shared.tokens.find(shown.removeprefix("Bearer "))
        except ApiError:
            return None
        if grant is None or "files:read" not in self._shared.settings.scopes:
            return None
        for branch in self._shared.web_api.branches:
            file = branch.state.files.get(file_id)
            if file is not None:
                return file if grant.covers(branch.team) else None
        raise web.HTTPNotFound
