"""Talking to Slack: posts that survive a refusal of their blocks, private answers, modals, threads.

A refusal that will not change (not in the channel, archived, no permission) is logged once and
then remembered. What passes (a limit, a broken server, no connection) is raised as TryLaterError:
the inbox knows how to wait, and whether a post arrived is looked up before it is sent again.
Everything else that goes wrong is raised for the one who reports it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.ids import ANSWER_EVENT
from bot.installations.installation import speaker
from bot.leases import holds_lease
from bot.metrics import Metrics
from bot.pace import Pace
from bot.rendering.answer_blocks import Rendered
from bot.rendering.limits import Block
from bot.slack_client import TOKEN_REFUSED, error_code
from bot.tracing import span

log = logging.getLogger(__name__)

# Errors of chat.postMessage and chat.postEphemeral that are about what we sent: send less.
_REFUSED_CONTENT = frozenset(
    {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text",
     "invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large",
     "metadata_must_be_sent_from_app", "invalid_arguments"}
)  # fmt: skip
# Errors that will be the same next time, whatever we send.
_REFUSED_FOR_GOOD = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "restricted_action",
     "user_not_in_channel", "missing_scope", "no_permission", "ekm_access_denied", "access_denied",
     "cannot_reply_to_message", "messages_tab_disabled", "team_access_not_granted",
     "not_allowed_token_type"}
)  # fmt: skip
# Errors of chat.update and chat.delete that are about the post that we want to change.
_GONE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "cant_delete_message",
     "thread_locked"}
)  # fmt: skip
_TOKEN_REFUSED = TOKEN_REFUSED | {"token_expired"}
# Slack's names for "not so fast".
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Errors of Slack's own, which pass.
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout",
     "team_added_to_org", "accesslimited", "external_channel_migrating"}
)  # fmt: skip
_REMEMBERED_REFUSALS = 1_000
_THREAD_MESSAGES = 100
_LONGEST_WAIT_SECONDS = 300.0


class TokenRefusedError(Exception):
    """Slack does not take our token, or not any more; `code` is its word for that."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refuses the token: {code}")
        self.code = code


class RefusedError(Exception):
    """Slack does not take a post, and will not: `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Slack refuses the post: {code}")
        self.code = code


class TryLaterError(Exception):
    """Slack did not take it now, or did not say so; `seconds` is how long Slack asks to wait."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Delivery:
    """Sends what was rendered; one for the whole bot, with one connection pool."""

    def __init__(self, client: AsyncWebClient, metrics: Metrics) -> None:
        self._client = client
        self._calls = metrics.slack_calls
        self._refusals: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._pace = Pace()

    async def post(
        self,
        channel: str,
        rendered: Rendered,
        thread_ts: str | None = None,
        source_ts: str | None = None,
    ) -> str | None:
        """Post for everybody; the ts of the post, None when Slack refuses for good.

        `source_ts` is the message that it answers: `find_answer` finds it by that.
        """
        try:
            return await self.post_or_raise(channel, rendered, thread_ts, source_ts)
        except RefusedError:
            return None

    async def post_or_raise(
        self,
        channel: str,
        rendered: Rendered,
        thread_ts: str | None = None,
        source_ts: str | None = None,
    ) -> str:
        """The same for who tells a person why there is no post: RefusedError then."""
        target = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        if thread_ts:
            target["thread_ts"] = thread_ts
        await self._pace.turn(_place(channel))
        if source_ts is not None and not holds_lease.get()():
            raise TryLaterError("another process may answer it: our lease ran out")
        return await self._send("chat.postMessage", target, rendered, "ts", source_ts)

    async def update(
        self, channel: str, ts: str, rendered: Rendered, source_ts: str | None = None
    ) -> bool:
        """Change a post of ours; False when it is gone or may not be changed any more.

        Without `source_ts` the metadata stays what it was.
        """
        target = {"channel": channel, "ts": ts}
        if source_ts is None:
            rendered = replace(rendered, marked=False)
        return await self._took("chat.update", target, rendered, "ts", source_ts)

    async def delete(self, channel: str, ts: str) -> bool:
        """Remove a post of ours; False when it was gone, or Slack refuses for good."""
        try:
            await self._call("chat.delete", channel, json={"channel": channel, "ts": ts})
        except SlackApiError as error:
            if error_code(error) in _GONE or self._note_refusal(channel, error):
                return False
            raise
        return True

    async def find_answer(
        self, channel: str, root_ts: str, source_ts: str, bot_id: str | None
    ) -> str | None:
        """The ts of our post that answers a message; None when there is none.

        LookupError when the thread may not be read, so that nobody can tell.
        """
        params = {
            "channel": channel, "ts": root_ts, "oldest": source_ts, "limit": 200,
            "include_all_metadata": True,
        }  # fmt: skip
        found = await self._read_replies(channel, params)
        if found is None:
            raise LookupError("the thread cannot be read")
        return _ours(found, source_ts, bot_id)

    async def post_ephemeral(
        self, channel: str, user: str, rendered: Rendered, thread_ts: str | None = None
    ) -> bool:
        """Post for one person; False when Slack refuses for good."""
        target = {"channel": channel, "user": user}
        if thread_ts:
            target["thread_ts"] = thread_ts
        return await self._took("chat.postEphemeral", target, rendered, "message_ts")

    async def respond(
        self, response_url: str, rendered: Rendered, thread_ts: str | None = None
    ) -> bool:
        """Answer privately through a response_url; False when it is refused or has expired."""
        if not response_url.startswith(("https://", "http://")):
            return False
        for blocks in (rendered.blocks, ()):
            body: Block = {"text": rendered.text, "response_type": "ephemeral"}
            body |= {"replace_original": False, "blocks": list(blocks)}
            if thread_ts:
                body["thread_ts"] = thread_ts
            if await self._post_url(response_url, body):
                return True
        return False

    async def open_modal(self, trigger_id: str, view: Block, *, on_top_of: str = "") -> bool:
        """Open a modal, or put it on top of the one in which the trigger id was made.

        Slack takes three of them: one more replaces the last. False when the three seconds of the
        trigger id are over.
        """
        try:
            body = {"trigger_id": trigger_id, "view": view, "token": speaker().token}
            method = "views.push" if on_top_of else "views.open"
            with span(f"call {method}", rpc_method=method):
                await self._client.api_call(method, json=body)
        except (TimeoutError, aiohttp.ClientError, OSError):
            log.warning("Slack did not answer in time for a modal")
            return False
        except SlackApiError as error:
            code = error_code(error)
            if code in _TOKEN_REFUSED:
                raise TokenRefusedError(code) from error
            if code == "push_limit_reached" and on_top_of:
                await self.update_modal(on_top_of, view)
                return True
            if "trigger" not in code:
                raise
            log.info("a button was pressed too long ago to open its modal")
            return False
        return True

    async def update_modal(self, view_id: str, view: Block) -> None:
        """Change a modal that stands open; nothing happens when it was closed."""
        body = {"view_id": view_id, "view": view}
        try:
            await self._call("views.update", "", json=body)
        except SlackApiError as error:
            if error_code(error) not in ("not_found", "hash_conflict"):
                raise

    async def call(self, method: str, arguments: dict[str, Any]) -> None:
        """Call a method that is about no message, whose answer nobody needs.

        TryLaterError for what passes, TokenRefusedError, SlackApiError for what does not pass.
        """
        await self._call(method, "", json=dict(arguments))

    async def publish_home(self, user: str, view: Block, hash_: str = "") -> None:
        """Publish a person's Home tab, unless it is another than that of this hash by now."""
        body = {"user_id": user, "view": view} | ({"hash": hash_} if hash_ else {})
        try:
            await self._call("views.publish", "", json=body)
        except SlackApiError as error:
            # Another look published it meanwhile; or the app has no Home tab in this workspace.
            if error_code(error) not in ("hash_conflict", "not_enabled", "user_not_found"):
                raise
            log.info("the Home tab was not published: %s", error_code(error))

    async def find_post(self, channel: str, source: str, bot_id: str | None) -> str | None:
        """The ts of our post in a channel that was sent with this `source_ts` of late.

        LookupError when the channel may not be read, so that nobody can tell.
        """
        params = {"channel": channel, "limit": 200, "include_all_metadata": True}
        found = await self._read("conversations.history", channel, params)
        if found is None:
            raise LookupError("the channel cannot be read")
        return _ours(found, source, bot_id)

    async def read_thread(self, channel: str, root_ts: str) -> list[dict[str, Any]] | None:
        """The messages of a thread, root first; None when we may not read it."""
        params = {"channel": channel, "ts": root_ts, "limit": _THREAD_MESSAGES}
        return await self._read_replies(channel, params)

    async def file_info(self, file_id: str) -> object:
        """What Slack says of a file (`files.info`); SlackApiError when it does not."""
        # A page of 1 is the smallest: the answer brings the file's comments too.
        params = {"file": file_id, "count": 1}
        response = await self._call("files.info", "", params=params)
        return response.get("file")

    async def _read_replies(
        self, channel: str, params: dict[str, Any]
    ) -> list[dict[str, Any]] | None:
        return await self._read("conversations.replies", channel, params)

    async def _read(
        self, method: str, channel: str, params: dict[str, Any]
    ) -> list[dict[str, Any]] | None:
        try:
            response = await self._call(method, channel, params=params)
        except SlackApiError as error:
            if self._note_refusal(channel, error) or error_code(error) == "thread_not_found":
                return None
            raise
        messages = response.get("messages")
        found = messages if isinstance(messages, list) else []
        return [message for message in found if isinstance(message, dict)]

    async def _took(
        self,
        method: str,
        target: dict[str, Any],
        rendered: Rendered,
        key: str,
        source_ts: str | None = None,
    ) -> bool:
        try:
            await self._send(method, target, rendered, key, source_ts)
        except RefusedError:
            return False
        return True

    async def _send(
        self,
        method: str,
        target: dict[str, Any],
        rendered: Rendered,
        key: str,
        source_ts: str | None = None,
    ) -> str:
        refused: SlackApiError | None = None
        channel = str(target["channel"])
        for content in _from_rich_to_plain(rendered, source_ts):
            try:
                response = await self._call(method, channel, json={**target, **content})
            except SlackApiError as error:
                if error_code(error) in _GONE or self._note_refusal(channel, error):
                    raise RefusedError(error_code(error)) from error
                if error_code(error) not in _REFUSED_CONTENT:
                    raise
                log.warning("Slack refused the content of a post: %s", error_code(error))
                refused = error
            else:
                return str(response.get(key) or "")
        raise refused or ValueError("nothing to send")

    async def _call(self, method: str, channel: str, **arguments: Any) -> AsyncSlackResponse:
        """Call a method for whom we speak.

        TryLaterError for what passes, TokenRefusedError, SlackApiError for what does not pass.
        """
        # slack_sdk takes the token out of either, in place of the client's own.
        next(iter(arguments.values()))["token"] = speaker().token
        try:
            with span(f"call {method}", rpc_method=method) as calling:
                try:
                    response = await self._client.api_call(method, **arguments)
                except SlackApiError as error:
                    calling.fail(error_code(error))
                    raise
        except SlackApiError as error:
            code, status = error_code(error), _status(error)
            if status == 429 or code in _LIMITED:
                self._calls.labels(method, "limited").inc()
                self._pace.slow_down(_place(channel))
                raise TryLaterError(f"{method}: {code}", _retry_after(error)) from error
            if status >= 500 or code in _PASSING or _is_not_of_slack(code):
                self._calls.labels(method, "failed").inc()
                raise TryLaterError(f"{method}: {code}") from error
            self._calls.labels(method, "refused").inc()
            if code in _TOKEN_REFUSED:
                raise TokenRefusedError(code) from error
            raise
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            self._calls.labels(method, "failed").inc()
            raise TryLaterError(f"{method}: {type(error).__name__}") from error
        self._calls.labels(method, "ok").inc()
        return response

    def _note_refusal(self, channel: str, error: SlackApiError) -> bool:
        """Whether the refusal is for good; logs it the first time for this channel."""
        code = error_code(error)
        if code not in _REFUSED_FOR_GOOD and not code.startswith("restricted_action_"):
            return False
        place = _place(channel)
        if (place, code) not in self._refusals:
            self._refusals[place, code] = None
            log.warning("Slack refuses channel %s for good: %s", channel, code)
        while len(self._refusals) > _REMEMBERED_REFUSALS:
            self._refusals.popitem(last=False)
        return True

    async def _post_url(self, url: str, body: Block) -> bool:
        session = self._client.session
        if session is None:
            return False
        try:
            with span("call response_url"):
                async with session.post(
                    url, json=body, proxy=self._client.proxy, allow_redirects=False
                ) as response:
                    answer = await response.content.read(500)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("a response_url cannot be reached: %s", type(error).__name__)
            return False
        # Slack answers a refusal with 200 too, then with {"ok": false, ...}.
        refused = response.status != 200 or b'"ok":false' in answer.replace(b" ", b"")
        if refused:
            log.info("a response_url was refused: status %d", response.status)
        return not refused


def _ours(found: Sequence[dict[str, Any]], source: str, bot_id: str | None) -> str | None:
    for message in found:
        mark = message.get("metadata")
        payload = mark.get("event_payload") if isinstance(mark, dict) else None
        ours = message.get("bot_id") == bot_id
        if ours and isinstance(payload, dict) and payload.get("source") == source:
            return str(message.get("ts"))
    return None


def _place(channel: str) -> str:
    """A channel among those of all installations."""
    installation = speaker()
    return f"{installation.team or installation.enterprise}/{channel}"


def _is_not_of_slack(code: str) -> bool:
    """Whether somebody between us and Slack answered: a proxy's page, a redirect, nothing at all.

    Not what is refused for its size or form, which would be the same next time.
    """
    return code.startswith("http_") and code not in ("http_400", "http_413")


def _status(error: SlackApiError) -> int:
    response: Any = error.response
    status = getattr(response, "status_code", getattr(response, "status", 200))
    return status if isinstance(status, int) else 200


def _retry_after(error: SlackApiError) -> float | None:
    """The seconds that the header names, within reason; None without a readable one."""
    headers = getattr(error.response, "headers", None) or {}
    values = [value for name, value in headers.items() if str(name).lower() == "retry-after"]
    value = values[0][0] if values and isinstance(values[0], list) else next(iter(values), None)
    try:
        return min(max(0.0, float(str(value))), _LONGEST_WAIT_SECONDS)
    except ValueError:
        return None


def _from_rich_to_plain(rendered: Rendered, source_ts: str | None) -> Iterator[dict[str, Any]]:
    """The message with all blocks, with fewer, and as text; our metadata on each, then without."""
    mark = {"metadata": _metadata(rendered, source_ts)} if rendered.marked else {}
    for blocks in (rendered.blocks, rendered.fewer):
        if blocks:
            yield {"text": rendered.text, "blocks": list(blocks), **mark}
    yield {"text": rendered.text, **mark}
    if mark:
        yield {"text": rendered.text}


def answer_codes(rendered: Rendered) -> list[str]:
    """What a reply is about, as `family:0x00000005`."""
    return [f"{a.reading.family}:{a.reading.hex}" for a in rendered.answers[:20]]


def _metadata(rendered: Rendered, source_ts: str | None) -> Block:
    """What marks a post as ours, says what it is about and which message it answers."""
    articles: Sequence[str] = [a.article for a in rendered.answers[:20] if a.article]
    payload: Block = {"codes": answer_codes(rendered), "articles": list(articles)}
    if source_ts is not None:
        payload["source"] = source_ts
    return {"event_type": ANSWER_EVENT, "event_payload": payload}
