"""What is not Slack: redirects, pages of proxies, empty and endless answers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import Delivery, TryLaterError
from bot.installations.installation import Installation, speaking_for
from bot.metrics import Metrics
from bot.policy import Identity
from bot.rendering.answer_blocks import Rendered
from bot.secret import Secret
from bot.settings import Settings
from bot.slack_client import web_client

Joined = tuple["Odd", Delivery, AsyncWebClient]
JSON = "application/json"
OURS = Installation(None, "T1", Identity("T1", "U1", "B1"), "xoxb-1-a")


async def post(delivery: Delivery) -> object:
    with speaking_for(OURS):
        return await delivery.post("C1", Rendered("hello"))


async def look(delivery: Delivery) -> object:
    with speaking_for(OURS):
        return await delivery.find_answer("C1", "1.0", "1.1", None)


class Odd:
    """A server that answers every call in one way, and remembers what it was sent."""

    def __init__(self) -> None:
        self.answer = web.Response(text='{"ok": true, "messages": []}', content_type=JSON)
        self.target: str | None = None
        self.asked: list[tuple[str, str]] = []
        self.is_endless = False
        self.status = 307

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path_qs, await request.text()))
        if self.target is not None:
            return web.Response(status=self.status, headers={"Location": self.target})
        if not self.is_endless:
            return self.answer
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        try:
            while True:
                await response.write(b" " * 1_000_000)
        except ConnectionError:
            return response


async def served(odd: Odd) -> TestServer:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", odd.take)
    server = TestServer(application)
    await server.start_server()
    return server


@pytest.fixture
async def elsewhere() -> AsyncIterator[tuple[Odd, TestServer]]:
    odd = Odd()
    server = await served(odd)
    yield odd, server
    await server.close()


@pytest.fixture
async def slack() -> AsyncIterator[Joined]:
    odd = Odd()
    server = await served(odd)
    address = str(server.make_url("/api/"))
    client = web_client(Settings(slack_bot_token=Secret("xoxb-1-a"), slack_api_url=address))
    async with aiohttp.ClientSession() as client.session:
        yield odd, Delivery(client, Metrics()), client
    await server.close()


async def test_parameters_are_sent_as_slack_reads_them(
    slack: Joined,
) -> None:
    odd, delivery, _ = slack
    assert await look(delivery) is None
    ((asked, _),) = odd.asked
    assert "include_all_metadata=1" in asked
    assert "limit=200" in asked
    assert "xoxb" not in asked


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_what_we_send_follows_no_redirect(
    slack: Joined, elsewhere: tuple[Odd, TestServer], status: int
) -> None:
    odd, delivery, client = slack
    other, server = elsewhere
    odd.status, odd.target = status, str(server.make_url("/api/chat.postMessage"))
    for call in (post, look):
        with pytest.raises(TryLaterError):
            await call(delivery)
    secret = {"client_id": "1.2", "client_secret": "hidden", "code": "c"}
    with pytest.raises(SlackApiError):
        await client.oauth_v2_access(**secret)
    assert not await delivery.respond(f"{client.base_url}x", Rendered("hello"))
    assert len(odd.asked) == 5
    assert other.asked == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        pytest.param(b"", "application/json", 200, id="empty"),
        pytest.param(b"<html>sign in</html>", "text/html", 200, id="page"),
        pytest.param(b"hello", "text/plain", 200, id="text"),
        pytest.param(b"[1]", "application/json", 200, id="array"),
        pytest.param(b"[" * 100_000, "application/json", 200, id="nested"),
        pytest.param(b"\xff", "application/gzip", 200, id="gzip"),
        pytest.param(b"denied", "text/html", 403, id="proxy"),
    ],
)
async def test_what_is_no_answer_of_slacks_is_tried_again(
    slack: Joined, body: bytes, kind: str, status: int
) -> None:
    odd, delivery, _ = slack
    for call in (post, look):
        odd.answer = web.Response(body=body, content_type=kind, status=status)
        with pytest.raises(TryLaterError):
            await call(delivery)


async def test_an_endless_answer_is_not_read_to_its_end(
    slack: Joined,
) -> None:
    odd, delivery, _ = slack
    odd.is_endless = True
    with pytest.raises(TryLaterError):
        await post(delivery)
