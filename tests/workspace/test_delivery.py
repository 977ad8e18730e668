"""Redelivery, duplicates, broken sockets, response URLs, and HTTP mode."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceSettings
from bot.workspace.http_delivery import RequestUrlError, sign
from tests.workspace.tiny_bot import connected, tiny_app


def event_attempts(workspace: Workspace) -> list[tuple[int, str, bool]]:
    return [
        (each.envelope.attempt, each.envelope.reason, each.outcome.ok)
        for each in workspace.deliveries
        if each.envelope.kind == "events_api"
    ]


async def socket_url(workspace: Workspace) -> str:
    client = AsyncWebClient(base_url=workspace.api_url)
    opened = await client.apps_connections_open(app_token=workspace.app_token)
    return str(opened["url"])


@asynccontextmanager
async def raw_socket(workspace: Workspace) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = await socket_url(workspace)
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        assert (await socket.receive_json())["type"] == "hello"
        yield socket


# Socket Mode


async def test_an_event_without_ack_comes_again_with_the_same_event_id(
    workspace: Workspace,
) -> None:
    async with raw_socket(workspace) as socket:
        await workspace.say("ada", "incidents", "hello")
        first = await socket.receive_json()
        second = await socket.receive_json()
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await workspace.wait_until_delivered()
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert event_attempts(workspace) == [(0, "", False), (1, "timeout", True)]


async def test_an_event_is_given_up_after_three_redeliveries(workspace: Workspace) -> None:
    async with raw_socket(workspace):
        await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
    assert [ok for _, _, ok in event_attempts(workspace)] == [False] * 4


async def test_several_sockets_share_the_events(workspace: Workspace) -> None:
    async with raw_socket(workspace) as one, raw_socket(workspace) as two:
        for number in range(4):
            await workspace.say("ada", "incidents", str(number))
        received = [await socket.receive_json() for socket in (one, two) for _ in range(2)]
        for socket, envelopes in ((one, received[:2]), (two, received[2:])):
            for envelope in envelopes:
                await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await workspace.wait_until_delivered()
    texts = {envelope["payload"]["event"]["text"] for envelope in received}
    assert texts == {"0", "1", "2", "3"}


async def test_a_ticket_opens_one_connection_only(workspace: Workspace) -> None:
    url = await socket_url(workspace)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url.replace("ticket=", "ticket=made-up-"))


async def test_the_eleventh_socket_is_sent_away(workspace: Workspace) -> None:
    async with aiohttp.ClientSession() as session:
        # Kept, because a connection that nobody holds is closed.
        kept = [await session.ws_connect(await socket_url(workspace)) for _ in range(10)]
        await workspace.wait_for(lambda: len(workspace.sockets.open) == len(kept))
        extra = await session.ws_connect(await socket_url(workspace))
        assert (await extra.receive_json())["reason"] == "too_many_websockets"


async def test_a_duplicated_event_comes_twice(workspace: Workspace) -> None:
    async with connected(workspace, tiny_app(workspace)):
        workspace.fault("duplicate", copies=1)
        ts = await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
        ids = [each.envelope.payload["event_id"] for each in workspace.deliveries]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert workspace.replies(ts) == []


async def test_an_ignored_ack_leads_to_a_redelivery(workspace: Workspace) -> None:
    async with connected(workspace, tiny_app(workspace)):
        workspace.fault("ignore_ack")
        await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
    assert event_attempts(workspace) == [(0, "", False), (1, "timeout", True)]


@pytest.mark.parametrize("how", ["drop", "refresh"])
async def test_the_bot_comes_back_after_a_broken_or_refreshed_socket(
    workspace: Workspace, how: str
) -> None:
    async with connected(workspace, tiny_app(workspace)):
        before = workspace.sockets.open[0].id
        if how == "drop":
            workspace.drop_sockets()
        else:
            await workspace.refresh_sockets()
        await workspace.wait_for(
            lambda: any(socket.id != before for socket in workspace.sockets.open), 10
        )
        ts = await workspace.mention("ada", "incidents", "still there?")
        await workspace.wait_for(lambda: workspace.replies(ts))


async def test_a_silent_socket_stays_open_but_nothing_comes_through(workspace: Workspace) -> None:
    async with raw_socket(workspace) as socket:
        workspace.silence_sockets()
        await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(socket.receive(), 0.05)
        assert workspace.is_connected
    assert not any(ok for _, _, ok in event_attempts(workspace))


async def test_a_command_without_an_app_tells_the_person(workspace: Workspace) -> None:
    outcome = await workspace.slash("ada", "incidents", "/winerr", "5")
    assert not outcome.ok
    assert workspace.notices("ada") == ["/winerr failed: the app did not answer in time."]


# Events


async def test_a_mention_is_told_twice_as_slack_does(workspace: Workspace) -> None:
    async with connected(workspace, tiny_app(workspace)):
        ts = await workspace.mention("ada", "incidents", "hi")
        await workspace.wait_for(lambda: workspace.replies(ts))
        await workspace.wait_until_delivered()
    events = [each.envelope.payload["event"] for each in workspace.deliveries]
    about = [event["type"] for event in events if event.get("ts") == ts]
    assert sorted(about) == ["app_mention", "message"]


async def test_edit_unfurl_and_deletion_are_told_apart(workspace: Workspace) -> None:
    async with connected(workspace, tiny_app(workspace)):
        ts = await workspace.say("ada", "incidents", "0x5")
        await workspace.edit("incidents", ts, "0x6")
        await workspace.unfurl("incidents", ts)
        await workspace.delete("incidents", ts)
        await workspace.wait_until_delivered()
    events = {
        each.envelope.payload["event"]["event_ts"]: each.envelope.payload["event"]
        for each in workspace.deliveries
    }
    _, edit, unfurl, deleted = (events[key] for key in sorted(events))
    assert edit["previous_message"]["text"] == "0x5"
    assert edit["message"]["text"] == "0x6"
    assert edit["message"]["edited"]["user"] == "U0ADA00001"
    assert unfurl["message"]["text"] == unfurl["previous_message"]["text"]
    assert "attachments" not in unfurl["previous_message"]
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


# Faults of the Web API


async def test_a_rate_limit_has_retry_after(client: AsyncWebClient, workspace: Workspace) -> None:
    workspace.fault("rate_limited", "chat.postMessage", seconds=7)
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C0INCIDENT", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    await client.chat_postMessage(channel="C0INCIDENT", text="x")
    assert [call.status for call in workspace.calls("chat.postMessage")] == [429, 200]


@pytest.mark.parametrize(("kind", "posted"), [("drop", 0), ("timeout", 0), ("lost_reply", 1)])
async def test_a_call_can_be_lost_before_or_after_it_took_effect(
    workspace: Workspace, kind: str, posted: int
) -> None:
    workspace.fault(kind, "chat.postMessage", seconds=0.05)
    client = AsyncWebClient(
        token=workspace.bot_token, base_url=workspace.api_url, retry_handlers=[]
    )
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel="C0INCIDENT", text="x")
    assert len(workspace.messages("incidents")) == posted


async def test_a_fault_of_every_method_spares_response_urls(workspace: Workspace) -> None:
    workspace.fault("http_error", count=1, status=503)
    assert workspace.faults.take("response_url") is None
    fault = workspace.faults.take("users.info")
    assert fault is not None
    assert fault.status == 503


async def test_a_fault_that_makes_no_sense_is_explained(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match=r"kind must be one of .*; count must be a number"):
        workspace.fault("explode", count=-1)


# Response URLs


async def respond_url(workspace: Workspace) -> str:
    await workspace.slash("ada", "incidents", "/winerr", "5")
    return str(workspace.deliveries[-1].envelope.payload["response_url"])


async def post(url: str, body: dict[str, Any]) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status


async def test_a_response_url_takes_five_answers(workspace: Workspace) -> None:
    url = await respond_url(workspace)
    statuses = [await post(url, {"text": str(number)}) for number in range(6)]
    assert statuses == [200] * 5 + [404]


async def test_a_response_url_expires() -> None:
    async with Workspace(settings=WorkspaceSettings(response_url_seconds=0.0)) as workspace:
        url = await respond_url(workspace)
        assert await post(url, {"text": "late"}) == 404


async def test_a_response_url_replaces_and_deletes_what_it_showed(workspace: Workspace) -> None:
    url = await respond_url(workspace)
    await post(url, {"text": "one"})
    await post(url, {"text": "two", "replace_original": True})
    assert [shown["text"] for shown in workspace.ephemerals("ada")] == ["two"]
    await post(url, {"delete_original": True})
    assert workspace.ephemerals("ada") == []


async def test_a_response_url_can_speak_to_the_channel(workspace: Workspace) -> None:
    await post(await respond_url(workspace), {"text": "all", "response_type": "in_channel"})
    assert workspace.messages("incidents")[0]["text"] == "all"


async def test_a_response_url_refuses_what_slack_refuses(workspace: Workspace) -> None:
    assert await post(await respond_url(workspace), {"blocks": [{"type": "nothing"}]}) == 400
    workspace.fault("slack_error", "response_url", error="expired_url")
    assert await post(await respond_url(workspace), {"text": "x"}) == 200


# HTTP mode


@asynccontextmanager
async def serving(handler: Any) -> AsyncIterator[str]:
    application = web.Application()
    application.router.add_post("/slack/events", handler)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


def bolt_handler(app: AsyncApp) -> Any:
    from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return handle


async def test_the_same_bot_works_over_http(workspace: Workspace) -> None:
    async with serving(bolt_handler(tiny_app(workspace))) as url:
        await workspace.connect_http(url)
        ts = await workspace.mention("ada", "incidents", "what is 0x2F7 & 5?")
        (reply,) = await workspace.wait_for(lambda: workspace.replies(ts))
        assert "0x2F7 &amp; 5" in reply["text"]
        assert (await workspace.slash("ada", "incidents", "/winerr", "ü & %")).ok
        (shown,) = await workspace.wait_for(lambda: workspace.ephemerals("ada"))
        assert shown["text"] == "got ü & %"
        await workspace.click("more")
        await workspace.wait_for(workspace.view)
        assert (await workspace.submit_view(values={"note": {"text": "bad"}})).errors
        await workspace.wait_until_delivered()


async def test_requests_are_signed_and_retried_with_slacks_headers(workspace: Workspace) -> None:
    seen: list[dict[str, Any]] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        seen.append({"body": body, **request.headers})
        return web.Response(status=500 if len(seen) < 3 else 200)

    async with serving(handle) as url:
        await workspace.connect_http(url)
        await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
    assert [each.get("X-Slack-Retry-Num") for each in seen] == [None, "1", "2"]
    assert seen[1]["X-Slack-Retry-Reason"] == "http_error"
    stamp = seen[0]["X-Slack-Request-Timestamp"]
    expected = sign(workspace.signing_secret, stamp, seen[0]["body"])
    assert seen[0]["X-Slack-Signature"] == expected
    assert abs(time.time() - int(stamp)) < 60


async def test_no_retry_is_heeded(workspace: Workspace) -> None:
    seen: list[bytes] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        seen.append(body)
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async with serving(handle) as url:
        await workspace.connect_http(url)
        await workspace.say("ada", "incidents", "hello")
        await workspace.wait_until_delivered()
    assert len(seen) == 1


async def test_a_request_url_that_does_not_know_the_challenge_is_refused(
    workspace: Workspace,
) -> None:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async with serving(handle) as url:
        with pytest.raises(RequestUrlError, match="challenge"):
            await workspace.connect_http(url)


async def test_a_wrong_app_token_opens_no_socket(workspace: Workspace) -> None:
    client = AsyncWebClient(base_url=workspace.api_url)
    with pytest.raises(SlackApiError, match="invalid_auth"):
        await client.apps_connections_open(app_token="xapp-wrong")
