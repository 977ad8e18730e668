"""Talking to Slack: posts that survive a refusal of their blocks, private answers, modals, threads.

A refusal that will not change (not in the channel, archived, no permission) is logged once and
then remembered; everything else that goes wrong is raised for the one who reports it.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ids import ANSWER_EVENT
from bot.rendering.answer_blocks import Rendered
from bot.rendering.limits import Block

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
     "user_not_in_channel", "account_inactive", "token_revoked", "token_expired", "missing_scope",
     "no_permission", "ekm_access_denied", "access_denied", "cannot_reply_to_message",
     "messages_tab_disabled", "team_access_not_granted", "not_allowed_token_type", "invalid_auth"}
)  # fmt: skip
_REMEMBERED_REFUSALS = 1_000
_THREAD_MESSAGES = 100


class Delivery:
    """Sends what was rendered; one for the whole bot, with one connection pool."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._refusals: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def post(
        self, channel: str, rendered: Rendered, thread_ts: str | None = None
    ) -> str | None:
        """Post for everybody; the ts of the post, None when Slack refuses for good."""
        target = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        if thread_ts:
            target["thread_ts"] = thread_ts
        return await self._send("chat.postMessage", target, rendered, "ts")

    async def post_ephemeral(
        self, channel: str, user: str, rendered: Rendered, thread_ts: str | None = None
    ) -> bool:
        """Post for one person; False when Slack refuses for good."""
        target = {"channel": channel, "user": user}
        if thread_ts:
            target["thread_ts"] = thread_ts
        return await self._send("chat.postEphemeral", target, rendered, "message_ts") is not None

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

    async def open_modal(self, trigger_id: str, view: Block) -> bool:
        """Open a modal; False when the three seconds of the trigger id are over."""
        try:
            await self._client.api_call("views.open", json={"trigger_id": trigger_id, "view": view})
        except SlackApiError as error:
            if "trigger" not in error_code(error):
                raise
            log.info("a button was pressed too long ago to open its modal")
            return False
        return True

    async def read_thread(self, channel: str, root_ts: str) -> list[dict[str, Any]] | None:
        """The messages of a thread, root first; None when we may not read it."""
        params = {"channel": channel, "ts": root_ts, "limit": _THREAD_MESSAGES}
        try:
            response = await self._client.api_call("conversations.replies", params=params)
        except SlackApiError as error:
            if self._note_refusal(channel, error) or error_code(error) == "thread_not_found":
                return None
            raise
        messages = response.get("messages")
        found = messages if isinstance(messages, list) else []
        return [message for message in found if isinstance(message, dict)]

    async def _send(
        self, method: str, target: dict[str, Any], rendered: Rendered, key: str
    ) -> str | None:
        refused: SlackApiError | None = None
        for content in _from_rich_to_plain(rendered):
            try:
                response = await self._client.api_call(method, json={**target, **content})
            except SlackApiError as error:
                if self._note_refusal(str(target["channel"]), error):
                    return None
                if error_code(error) not in _REFUSED_CONTENT:
                    raise
                log.warning("Slack refused the content of a post: %s", error_code(error))
                refused = error
            else:
                return str(response.get(key) or "")
        raise refused or ValueError("nothing to send")

    def _note_refusal(self, channel: str, error: SlackApiError) -> bool:
        """Whether the refusal is for good; logs it the first time for this channel."""
        code = error_code(error)
        if code not in _REFUSED_FOR_GOOD and not code.startswith("restricted_action_"):
            return False
        if (channel, code) not in self._refusals:
            self._refusals[channel, code] = None
            log.warning("Slack refuses channel %s for good: %s", channel, code)
        while len(self._refusals) > _REMEMBERED_REFUSALS:
            self._refusals.popitem(last=False)
        return True

    async def _post_url(self, url: str, body: Block) -> bool:
        session = self._client.session
        if session is None:
            return False
        try:
            async with session.post(url, json=body, proxy=self._client.proxy) as response:
                answer = await response.content.read(500)
        except (TimeoutError, aiohttp.ClientError) as error:
            log.warning("a response_url cannot be reached: %s", type(error).__name__)
            return False
        # Slack answers a refusal with 200 too, then with {"ok": false, ...}.
        refused = response.status != 200 or b'"ok":false' in answer.replace(b" ", b"")
        if refused:
            log.info("a response_url was refused: status %d", response.status)
        return not refused


def error_code(error: SlackApiError) -> str:
    """Slack's name of the error, `http_<status>` where it gave none."""
    response: Any = error.response
    # Where the answer is no JSON, slack_sdk hands over the page, or aiohttp's own response.
    data = getattr(response, "data", response)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(response, "status_code", getattr(response, "status", "error"))
    return code if isinstance(code, str) else f"http_{status}"


def _from_rich_to_plain(rendered: Rendered) -> Iterator[dict[str, Any]]:
    """The message with all blocks, with fewer, and as text; our metadata on each, then without."""
    mark = {"metadata": _metadata(rendered)}
    for blocks in (rendered.blocks, rendered.fewer):
        if blocks:
            yield {"text": rendered.text, "blocks": list(blocks), **mark}
    yield {"text": rendered.text, **mark}
    yield {"text": rendered.text}


def _metadata(rendered: Rendered) -> Block:
    """What marks a post as ours, and says what it is about."""
    codes = [f"{a.reading.family}:{a.reading.hex}" for a in rendered.answers[:20]]
    articles: Sequence[str] = [a.article for a in rendered.answers[:20] if a.article]
    return {
        "event_type": ANSWER_EVENT,
        "event_payload": {"codes": codes, "articles": list(articles)},
    }
