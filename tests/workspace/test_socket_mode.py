"""A real Bolt app over real Socket Mode."""

from __future__ import annotations

import pytest
from slack_bolt.app.async_app import AsyncApp

from bot.workspace import Workspace, WorkspaceSettings
from tests.workspace.tiny_bot import connected, tiny_app

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_mention_is_answered_in_its_thread(workspace: Workspace) -> None:
    ts = await workspace.mention("ada", "incidents", "what is 0x2F7?")
    (reply,) = await workspace.wait_for(lambda: workspace.replies(ts))
    assert reply["text"] == "heard <@U0WINERR01> what is 0x2F7?"
    assert [message["ts"] for message in workspace.messages("incidents")] == [ts]


async def test_an_alert_is_answered_in_its_thread(workspace: Workspace) -> None:
    ts = await workspace.alert("alertmanager")
    (reply,) = await workspace.wait_for(lambda: workspace.replies(ts))
    assert reply["text"] == "an alert"


async def test_a_command_is_answered_to_one_person(workspace: Workspace) -> None:
    outcome = await workspace.slash("ada", "random", "/winerr", "0x2F7")
    assert outcome.ok
    (shown,) = await workspace.wait_for(lambda: workspace.ephemerals("ada", "random"))
    assert shown["text"] == "got 0x2F7"
    assert workspace.ephemerals("grace") == []
    assert workspace.messages("random") == []


async def test_a_button_opens_a_modal_that_can_be_submitted(workspace: Workspace) -> None:
    await workspace.slash("ada", "incidents", "/winerr", "5")
    await workspace.wait_for(lambda: workspace.ephemerals("ada"))
    await workspace.click("more")
    await workspace.wait_for(workspace.view)
    refused = await workspace.submit_view(values={"note": {"text": "bad"}})
    assert refused.errors == {"note": "say something else"}
    assert workspace.view() is not None
    assert (await workspace.submit_view(values={"note": {"text": "good"}})).ok
    assert workspace.view() is None


async def test_an_input_that_is_needed_is_asked_for_before_the_app_hears(
    workspace: Workspace,
) -> None:
    await workspace.slash("ada", "incidents", "/winerr", "5")
    await workspace.wait_for(lambda: workspace.ephemerals("ada"))
    await workspace.click("more")
    await workspace.wait_for(workspace.view)
    assert set((await workspace.submit_view()).errors) == {"note"}


async def test_a_shortcut_works_where_the_bot_is_not(workspace: Workspace) -> None:
    ts = await workspace.say("grace", "random", "error 5 & more")
    await workspace.shortcut("grace", "random", ts)
    (shown,) = await workspace.wait_for(lambda: workspace.ephemerals("grace", "random"))
    assert shown["text"] == "about error 5 &amp; more"


async def test_the_home_tab_is_published(workspace: Workspace) -> None:
    await workspace.open_home("ada")
    home = await workspace.wait_for(workspace.home)
    assert home is not None
    assert home["blocks"][0]["text"]["text"] == "Welcome"


async def test_the_bot_hears_nothing_of_a_channel_that_it_is_not_in(
    workspace: Workspace, bot: AsyncApp
) -> None:
    await workspace.mention("ada", "random", "hello")
    assert "not in this channel" in workspace.notices("ada", "random")[0]
    await workspace.wait_until_delivered()
    assert workspace.deliveries == []


async def test_a_direct_message_is_told_as_such_and_is_no_mention(workspace: Workspace) -> None:
    ts = await workspace.mention("ada", "dm-ada", "hello")
    await workspace.wait_until_delivered()
    (event,) = [each.envelope.payload["event"] for each in workspace.deliveries]
    assert (event["type"], event["channel_type"], event["ts"]) == ("message", "im", ts)


async def test_a_bot_that_did_not_ask_for_events_gets_none() -> None:
    settings = WorkspaceSettings(events=frozenset({"app_mention"}))
    async with Workspace(settings=settings) as workspace:
        async with connected(workspace, tiny_app(workspace)):
            await workspace.mention("ada", "incidents", "hello")
            await workspace.open_home("ada")
            await workspace.wait_until_delivered()
            events = [each.envelope.payload["event"]["type"] for each in workspace.deliveries]
        assert events == ["app_mention"]


async def test_an_invited_bot_hears_the_channel(workspace: Workspace) -> None:
    await workspace.invite("random")
    ts = await workspace.mention("ada", "random", "hello")
    await workspace.wait_for(lambda: workspace.replies(ts))
