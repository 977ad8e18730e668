"""Slack's Web API as we call it: the client, its proxy, and what a refusal at start means."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from yarl import URL

from bot import fast_json
from bot.errors import StartError
from bot.settings import Settings

TOKEN_REFUSED = frozenset({"token_revoked", "account_inactive", "invalid_auth", "not_authed"})
"""What Slack says of a token that it took once and will not take again."""


# Two hundred messages with all their blocks are less.
_LONGEST_ANSWER = 16 * 1024 * 1024


async def call_at_start(
    client: AsyncWebClient, call: Awaitable[AsyncSlackResponse], variable: str
) -> dict[str, Any]:
    """Await a call during start-up; StartError in one sentence, naming the variable at fault."""
    try:
        response = await call
    except SlackApiError as error:
        raise StartError(_refusal(variable, error_code(error), client.base_url)) from error
    # ValueError: aiohttp's word for a proxy that it cannot use, such as one of SOCKS.
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
        raise StartError(
            f"Slack cannot be reached at {client.base_url} ({type(error).__name__}): check the"
            " network, the proxy and SLACK_API_URL."
        ) from error
    return response.data if isinstance(response.data, dict) else {}


def proxy_for(url: str) -> str | None:
    """The proxy that the environment names for this address; None where NO_PROXY excepts it."""
    parts = urlsplit(url)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _refusal(variable: str, code: str, url: str) -> str:
    if code in ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired",
                "not_allowed_token_type"):  # fmt: skip
        advice = f"copy {variable} again from your app's page at Slack"
    elif code == "missing_scope":
        advice = "give the app the scopes of its manifest (`winerr manifest`) and install it again"
    else:
        advice = f"check that {url} is Slack's API and that {variable} belongs to it"
    return f"Slack refuses {variable} ({code}): {advice}."


class _Client(AsyncWebClient):
    """slack_sdk's client, which takes the shorter way to Slack for what is sent as JSON or read.

    The library builds and walks the arguments several times, and makes the objects of its retries,
    of which we have none: a third of what a post costs. It also uses a class of aiohttp that 4.0
    takes away.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._urls: dict[str, URL] = {}

    async def api_call(
        self,
        api_method: str,
        *,
        json: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **others: Any,
    ) -> AsyncSlackResponse:
        """Call a method; SlackApiError when Slack refuses, or answers something else than JSON."""
        session = self.session
        if (json is None) == (params is None) or others or session is None or session.closed:
            return await super().api_call(api_method, json=json, params=params, **others)
        given = {name: value for name, value in (json or params or {}).items() if value is not None}
        headers = {"Authorization": f"Bearer {given.pop('token', self.token)}", **self.headers}
        if json is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        url = self._urls.get(api_method)
        if url is None:
            url = self._urls[api_method] = URL(f"{self.base_url}{api_method}")
        async with session.post(
            url,
            data=fast_json.encode(given) if json is not None else None,
            params=_as_words(given) if params is not None else None,
            headers=headers,
            ssl=self.ssl or True,
            proxy=self.proxy,
            allow_redirects=False,
        ) as answer:
            told = await _read(answer)
        try:
            found = fast_json.decode(told)
        except (ValueError, RecursionError):
            found = None
        response = AsyncSlackResponse(
            client=self, http_verb="POST", api_url=str(url), req_args={},
            data=found if isinstance(found, dict) else {}, headers=dict(answer.headers),
            status_code=answer.status,
        )  # fmt: skip
        response.validate()  # type: ignore[no-untyped-call]
        return response

    async def _request(
        self, *, http_verb: str, api_url: str, req_args: dict[str, Any]
    ) -> dict[str, Any]:
        # Slack redirects no method; whoever does would get what we send, the app's secret too.
        return await super()._request(
            http_verb=http_verb, api_url=api_url, req_args={**req_args, "allow_redirects": False}
        )

    async def oauth_v2_access(
        self,
        *,
        client_id: str,
        client_secret: str,
        code: str | None = None,
        redirect_uri: str | None = None,
        grant_type: str | None = None,
        refresh_token: str | None = None,
        **kwargs: Any,
    ) -> AsyncSlackResponse:
        """Exchange a code or a refresh token; Slack takes id and secret in the form as well."""
        fields = {
            "client_id": client_id,
            "client_secret": client_secret,
            "code": code,
            "redirect_uri": redirect_uri,
            "grant_type": grant_type,
            "refresh_token": refresh_token,
            **kwargs,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return await self.api_call("oauth.v2.access", data=given)


def _as_words(params: dict[str, Any]) -> dict[str, str]:
    """The parameters of an address; Slack reads true and false as 1 and 0."""
    return {
        name: str(int(value) if isinstance(value, bool) else value)
        for name, value in params.items()
    }


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body; ClientPayloadError when it is longer than anything Slack says."""
    chunks, room = [], _LONGEST_ANSWER
    while chunk := await answer.content.readany():
        chunks.append(chunk)
        room -= len(chunk)
        if room < 0:
            raise aiohttp.ClientPayloadError(f"an answer of more than {_LONGEST_ANSWER} bytes")
    return b"".join(chunks)


def web_client(settings: Settings) -> AsyncWebClient:
    """A client for the API of the settings; its session is opened by `Bot.start`."""
    token = settings.slack_bot_token
    client = _Client(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        logger=logging.getLogger("slack_sdk"),
        # None: the inbox waits and tries again, and looks first whether a post arrived after all.
        retry_handlers=[],
    )
    # slack_sdk takes the proxy of the environment for every address, even for this machine's own.
    client.proxy = proxy_for(client.base_url)
    return client


def error_code(error: SlackApiError) -> str:
    """Slack's name of the error, `http_<status>` where it gave none."""
    response: Any = error.response
    # Where the answer is no JSON, slack_sdk hands over the page, or aiohttp's own response.
    data = getattr(response, "data", response)
    code = data.get("error") if isinstance(data, dict) else None
    status = getattr(response, "status_code", getattr(response, "status", "error"))
    return code if isinstance(code, str) else f"http_{status}"
