"""The Web API: tokens, scopes, rate limits, faults, and a record of every call.

Source: docs.slack.dev/apis/web-api. A refusal is HTTP 200 with `ok: false`; only a rate limit and
a broken server have a status of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aiohttp import web

from bot.workspace.calls import Call, read_call
from bot.workspace.changes import Changes
from bot.workspace.chat_methods import ChatMethods
from bot.workspace.errors import ApiError
from bot.workspace.faults import Fault, Faults
from bot.workspace.handles import ResponseUrls
from bot.workspace.limiter import PostLimiter
from bot.workspace.read_methods import ReadMethods
from bot.workspace.schema import Payload
from bot.workspace.settings import WorkspaceCredentials, WorkspaceSettings
from bot.workspace.sockets import Sockets
from bot.workspace.steps import Steps
from bot.workspace.tokens import Tokens
from bot.workspace.view_methods import ViewMethods

if TYPE_CHECKING:
    from bot.workspace.branch import Branch

_POSTS = ("chat.postMessage",)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the Web API; any one of the scopes is enough."""

    run: Callable[[Call], Payload]
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anyone"] = "bot"


class WebApi:
    """Answers calls; `calls` has all of them, the newest last."""

    def __init__(
        self,
        changes: Changes,
        settings: WorkspaceSettings,
        credentials: WorkspaceCredentials,
        faults: Faults,
        tokens: Tokens,
    ) -> None:
        self.calls: list[Call] = []
        self.branches: list[Branch] = []
        self._changes = changes
        self._settings = settings
        self._credentials = credentials
        self._faults = faults
        self._tokens = tokens
        self._limiter = PostLimiter(settings.posts_per_second, settings.post_burst)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        try:
            call = await read_call(request, method)
        except ApiError as error:
            return web.json_response({"ok": False, "error": error.error})
        self.calls.append(call)
        fault = self._faults.take(method)
        response = await self._answer(request, call, fault)
        call.status = response.status
        self._changes.announce("call", method=method)
        if fault and fault.kind == "lost_reply":
            _cut(request)
        return response

    async def handle_response_url(self, request: web.Request) -> web.StreamResponse:
        """Answer a request to a response URL; a refusal is a 404, as Slack's is."""
        fault = self._faults.take("response_url")
        refused = await _commit(fault, request)
        if refused is not None:
            return refused
        call = await read_call(request, "response_url")
        self.calls.append(call)
        try:
            self._urls_with(request.match_info["key"]).respond(request.match_info["key"], call.args)
            call.answer, call.status = {"ok": True}, 200
        except ApiError as error:
            known = error.error in ("no_such_url", "expired_url", "used_url")
            call.answer = {"ok": False, "error": error.error, **error.details}
            call.status = 404 if known else 400
            return web.json_response(call.answer, status=call.status)
        if fault and fault.kind == "lost_reply":
            _cut(request)
        return web.Response(text="ok")

    async def _answer(
        self, request: web.Request, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        committed = await _commit(fault, request)
        if committed is not None:
            return committed
        try:
            method = self._permit(call)
            wait = self._wait_for(call)
            if wait is not None:
                return _rate_limited(wait)
            call.answer = {"ok": True, **method.run(call)}
        except ApiError as error:
            call.answer = {"ok": False, "error": error.error, **error.details}
        return web.json_response(call.answer, headers=self._scope_headers(call))

    def _permit(self, call: Call) -> Method:
        branch = self.branches[0]
        method = branch.methods.get(call.method)
        if method is None:
            raise ApiError("unknown_method", req_method=call.method)
        if method.caller == "anyone":
            return method
        if not call.token:
            raise ApiError("not_authed")
        if method.caller == "app":
            self._permit_app(call)
            return method
        if call.token == self._credentials.app_token:
            raise ApiError("not_allowed_token_type")
        provided = self._settings.scopes
        method = self._branch_for(call).methods[call.method]
        if method.scopes and not provided.intersection(method.scopes):
            given = ",".join(sorted(provided))
            raise ApiError("missing_scope", needed=method.scopes[0], provided=given)
        return method

    def _permit_app(self, call: Call) -> None:
        if call.token != self._credentials.app_token:
            known = self._tokens.is_known(call.token)
            raise ApiError("not_allowed_token_type" if known else "invalid_auth")

    def _branch_for(self, call: Call) -> Branch:
        """The workspace that a call is about: its token's, or one of the organisation's."""
        grant = self._tokens.find(call.token)
        if grant is None:
            raise ApiError("invalid_auth")
        covered = [branch for branch in self.branches if grant.covers(branch.team)]
        return next((branch for branch in covered if branch.knows(call)), covered[0])

    def _urls_with(self, key: str) -> ResponseUrls:
        known = (branch.urls for branch in self.branches if branch.urls.knows(key))
        return next(known, self.branches[0].urls)

    def _wait_for(self, call: Call) -> int | None:
        if call.method not in _POSTS:
            return None
        return self._limiter.retry_after(str(call.args.get("channel")))

    def _scope_headers(self, call: Call) -> dict[str, str]:
        method = self.branches[0].methods.get(call.method)
        if method is None or not self._tokens.is_known(call.token):
            return {}
        provided = ",".join(sorted(self._settings.scopes))
        return {"X-OAuth-Scopes": provided, "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}


async def _commit(fault: Fault | None, request: web.Request) -> web.Response | None:
    """Commit a fault; the answer that takes the place of the real one, if any."""
    if fault is None or fault.kind == "lost_reply":
        return None
    if fault.kind == "rate_limited":
        return _rate_limited(int(fault.seconds))
    if fault.kind == "http_error":
        return web.Response(status=fault.status, text="the workspace was told to fail")
    if fault.kind == "slack_error":
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind in ("slow", "timeout"):
        await asyncio.sleep(fault.seconds)
    if fault.kind in ("timeout", "drop"):
        _cut(request)
        return web.Response(status=500)
    return None


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _rate_limited(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=429,
        headers={"Retry-After": str(seconds)},
    )


def methods_of(
    chat: ChatMethods,
    read: ReadMethods,
    view: ViewMethods,
    steps: Steps,
    sockets: Sockets,
    socket_url: str,
) -> dict[str, Method]:
    """Every method that there is, by name."""

    def open_socket(call: Call) -> Payload:
        return {"url": f"{socket_url}/link/?ticket={sockets.issue_ticket()}"}

    history = ("channels:history", "groups:history", "im:history")
    assistant = ("assistant:write", "chat:write")
    return {
        "api.test": Method(read.api_test, caller="anyone"),
        "auth.test": Method(read.auth_test),
        "apps.connections.open": Method(open_socket, caller="app"),
        "assistant.threads.setStatus": Method(view.set_status, assistant),
        "assistant.threads.setSuggestedPrompts": Method(view.set_prompts, ("assistant:write",)),
        "assistant.threads.setTitle": Method(view.set_title, ("assistant:write",)),
        "blocks.validate": Method(view.validate_blocks),
        "bots.info": Method(read.bots_info, ("users:read",)),
        "chat.delete": Method(chat.delete, ("chat:write",)),
        "chat.getPermalink": Method(chat.get_permalink),
        "chat.postEphemeral": Method(chat.post_ephemeral, ("chat:write",)),
        "chat.postMessage": Method(chat.post_message, ("chat:write",)),
        "chat.update": Method(chat.update, ("chat:write",)),
        "conversations.history": Method(read.history, history),
        "conversations.info": Method(read.info, ("channels:read",)),
        "conversations.list": Method(read.list_channels, ("channels:read",)),
        "conversations.members": Method(read.members, ("channels:read",)),
        "conversations.open": Method(read.open_direct, ("im:write",)),
        "conversations.replies": Method(read.replies, history),
        "files.info": Method(read.files_info, ("files:read",)),
        "functions.completeError": Method(steps.fail),
        "functions.completeSuccess": Method(steps.complete),
        "reactions.add": Method(read.add_reaction, ("reactions:write",)),
        "reactions.remove": Method(read.remove_reaction, ("reactions:write",)),
        "team.info": Method(read.team_info, ("team:read",)),
        "users.info": Method(read.users_info, ("users:read",)),
        "views.open": Method(view.open),
        "views.publish": Method(view.publish),
        "views.push": Method(view.open),
        "views.update": Method(view.update),
    }
