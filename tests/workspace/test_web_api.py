"""The Web API through slack_sdk's own client: what it grants and what it refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace, WorkspaceSettings
from bot.workspace.settings import DEFAULT_SCOPES

INCIDENTS, RANDOM = "C0INCIDENT", "C0RANDOM01"
ADA = "U0ADA00001"


async def refused(call: Any) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        await call
    return dict(caught.value.response.data)


async def test_auth_test_says_who_the_bot_is(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"]) == ("U0WINERR01", "B0WINERR01")
    assert "chat:write" in answer.headers["X-OAuth-Scopes"]


async def test_a_post_gets_a_ts_and_stands_in_the_channel(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    answer = await client.chat_postMessage(channel=INCIDENTS, text="hello")
    assert workspace.messages("incidents")[0]["ts"] == answer["ts"]
    link = await client.chat_getPermalink(channel=INCIDENTS, message_ts=answer["ts"])
    assert link["permalink"].endswith("/p" + answer["ts"].replace(".", ""))


@pytest.mark.parametrize(
    ("args", "error"),
    [
        pytest.param({"channel": "C0NOWHERE1", "text": "x"}, "channel_not_found", id="channel"),
        pytest.param({"channel": RANDOM, "text": "x"}, "not_in_channel", id="not a member"),
        pytest.param({"channel": INCIDENTS, "text": ""}, "no_text", id="no text"),
        pytest.param(
            {"channel": INCIDENTS, "text": "x", "thread_ts": "1.000001"},
            "cannot_reply_to_message",
            id="no such thread",
        ),
        pytest.param(
            {"channel": INCIDENTS, "text": "x", "thread_ts": "now"}, "invalid_thread_ts", id="ts"
        ),
        pytest.param(
            {"channel": INCIDENTS, "text": "x", "metadata": {"event_type": 1}},
            "invalid_metadata_format",
            id="metadata",
        ),
        pytest.param(
            {"channel": INCIDENTS, "text": "x", "blocks": "[{"}, "invalid_blocks_format", id="json"
        ),
    ],
)
async def test_a_post_is_refused(client: AsyncWebClient, args: dict[str, Any], error: str) -> None:
    assert (await refused(client.api_call("chat.postMessage", json=args)))["error"] == error


async def test_a_refusal_of_blocks_says_where(client: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}, {"type": "sektion"}, {"type": "divider", "colour": "red"}]
    answer = await refused(client.chat_postMessage(channel=INCIDENTS, text="x", blocks=blocks))
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [
        "unsupported type: sektion [json-pointer:/blocks/1/type]",
        "invalid additional property: colour [json-pointer:/blocks/2]",
    ]


async def test_a_long_text_is_cut_with_a_warning(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    answer = await client.chat_postMessage(channel=INCIDENTS, text="x" * 40_001)
    assert answer["warning"] == "message_truncated"
    assert len(workspace.messages("incidents")[0]["text"]) == 40_000


async def test_an_update_replaces_text_and_blocks(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    blocks = [{"type": "divider"}]
    ts = (await client.chat_postMessage(channel=INCIDENTS, text="one", blocks=blocks))["ts"]
    await client.chat_update(channel=INCIDENTS, ts=ts, text="two")
    (message,) = workspace.messages("incidents")
    assert message["text"] == "two"
    assert "blocks" not in message
    long = client.chat_update(channel=INCIDENTS, ts=ts, text="x" * 4_001)
    assert (await refused(long))["error"] == "msg_too_long"


async def test_only_the_bots_own_messages_can_be_changed(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    ts = await workspace.say("ada", "incidents", "mine")
    update = client.chat_update(channel=INCIDENTS, ts=ts, text="yours")
    delete = client.chat_delete(channel=INCIDENTS, ts=ts)
    gone = client.chat_delete(channel=INCIDENTS, ts="1.000001")
    assert (await refused(update))["error"] == "cant_update_message"
    assert (await refused(delete))["error"] == "cant_delete_message"
    assert (await refused(gone))["error"] == "message_not_found"


async def test_replies_show_metadata_only_when_asked(client: AsyncWebClient) -> None:
    metadata = {"event_type": "answer", "event_payload": {"code": 5}}
    posted = await client.chat_postMessage(channel=INCIDENTS, text="x", metadata=metadata)
    plain = await client.conversations_replies(channel=INCIDENTS, ts=posted["ts"])
    full = await client.conversations_replies(
        channel=INCIDENTS, ts=posted["ts"], include_all_metadata=True
    )
    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


async def test_history_comes_in_pages(client: AsyncWebClient, workspace: Workspace) -> None:
    for number in range(5):
        await workspace.say("ada", "incidents", f"number {number}")
    first = await client.conversations_history(channel=INCIDENTS, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=INCIDENTS, limit=3, cursor=cursor)
    texts = [message["text"][-1] for page in (first, second) for message in page["messages"]]
    assert texts == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("token", "error"),
    [
        pytest.param("xoxb-wrong", "invalid_auth", id="wrong"),
        pytest.param("", "not_authed", id="none"),
    ],
)
async def test_a_bad_token_is_refused(workspace: Workspace, token: str, error: str) -> None:
    stranger = AsyncWebClient(token=token, base_url=workspace.api_url)
    assert (await refused(stranger.auth_test()))["error"] == error


async def test_tokens_are_not_taken_for_one_another(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    opening = client.apps_connections_open(app_token=workspace.bot_token)
    assert (await refused(opening))["error"] == "not_allowed_token_type"


async def test_a_missing_scope_is_named(client: AsyncWebClient) -> None:
    answer = await refused(client.conversations_info(channel=INCIDENTS))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:read")
    assert "chat:write" in answer["provided"].split(",")


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert (await refused(client.api_call("chat.sing")))["error"] == "unknown_method"


async def test_posts_are_limited_to_one_a_second_with_a_burst() -> None:
    settings = WorkspaceSettings(posts_per_second=1.0, post_burst=2)
    async with Workspace(settings=settings) as workspace:
        client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
        for _ in range(2):
            await client.chat_postMessage(channel=INCIDENTS, text="x")
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=INCIDENTS, text="x")
        await client.chat_postMessage(channel="C0ALERTS01", text="another channel")
        assert caught.value.response.status_code == 429
        assert caught.value.response.headers["Retry-After"] == "1"


@pytest.fixture
async def reader() -> AsyncIterator[tuple[Workspace, AsyncWebClient]]:
    scopes = DEFAULT_SCOPES | {"users:read", "channels:read"}
    async with Workspace(settings=WorkspaceSettings(scopes=scopes)) as workspace:
        yield workspace, AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)


async def test_users_and_channels_can_be_read_with_their_scopes(
    reader: tuple[Workspace, AsyncWebClient],
) -> None:
    _, client = reader
    user = await client.users_info(user=ADA)
    channel = await client.conversations_info(channel=RANDOM)
    assert user["user"]["name"] == "ada"
    assert channel["channel"]["is_member"] is False


async def test_a_snippet_is_served_to_the_bots_token_only(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await workspace.say("ada", "incidents", "0x5\n" * 2000)
    (message,) = workspace.messages("incidents")
    assert message["subtype"] == "file_share"
    info = (await client.files_info(file=message["files"][0]["id"]))["file"]
    async with aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bearer {workspace.bot_token}"}
        async with session.get(info["url_private"], headers=headers) as response:
            assert await response.text() == "0x5\n" * 2000
        async with session.get(info["url_private"]) as response:
            assert "Sign in" in await response.text()


async def test_reactions_are_counted_and_not_doubled(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    ts = await workspace.say("ada", "incidents", "look")
    await client.reactions_add(channel=INCIDENTS, timestamp=ts, name="eyes")
    again = client.reactions_add(channel=INCIDENTS, timestamp=ts, name="eyes")
    assert (await refused(again))["error"] == "already_reacted"
    await client.reactions_remove(channel=INCIDENTS, timestamp=ts, name="eyes")
    assert workspace.messages("incidents")[0]["reactions"] == []


async def test_an_expired_trigger_opens_nothing(client: AsyncWebClient) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    answer = await refused(client.views_open(trigger_id="1.2.3", view=view))
    assert answer["error"] == "invalid_trigger_id"


async def test_an_ephemeral_message_needs_a_member(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    await client.chat_postEphemeral(channel=INCIDENTS, user=ADA, text="psst")
    assert workspace.ephemerals("ada")[0]["text"] == "psst"
    other = client.chat_postEphemeral(channel=INCIDENTS, user="U0NOBODY", text="psst")
    assert (await refused(other))["error"] == "user_not_in_channel"
