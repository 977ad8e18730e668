"""What is wrong, late, too much or pressed twice: a clear, private sentence, and nothing lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.errors import StoreError
from bot.listeners.press import ACTION_IDS
from bot.running import RunningBot
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import OpenBot, private_to, reply_to, said

JOB = "ERROR_PROCESS_NOT_IN_JOB"
ELSEWHERE = (ids.NOTE_REMOVE, ids.UNMUTE, ids.SEARCH, ids.CHANNEL_SETTINGS)
"""NOTE_REMOVE stands in a window only, SEARCH and CHANNEL_SETTINGS in the Home tab (test_home.py);
UNMUTE carries no code, and does what it says."""


@pytest.fixture
async def listening(open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    """A bot over Socket Mode."""
    async with open_bot() as opened:
        yield opened


def put_button(workspace: Workspace, action_id: str, ts: str, value: str) -> None:
    """Put a button with any value under a message of the bot's, as an older version would have."""
    element = {"type": "button", "action_id": action_id, "value": value}
    element["text"] = {"type": "plain_text", "text": "x"}  # type: ignore[assignment]
    for channel in workspace.state.channels.values():
        if ts in channel.messages:
            blocks = [{"type": "actions", "block_id": "b", "elements": [element]}]
            channel.messages[ts]["blocks"] = blocks


@pytest.mark.parametrize(
    "value", ["", "of another age", '{"f": "win32"}', '{"f": "win32", "v": -1}']
)
@pytest.mark.parametrize("action_id", [each for each in ACTION_IDS if each not in ELSEWHERE])
async def test_every_button_whose_state_is_gone_says_so(
    workspace: Workspace, listening: RunningBot, action_id: str, value: str
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    reply = await reply_to(workspace, ts)
    put_button(workspace, action_id, reply["ts"], value)
    assert (await workspace.click(action_id, ts=reply["ts"])).ok
    told = await workspace.wait_for(
        lambda: workspace.view("ada") if action_id in ids.MODALS else workspace.ephemerals("ada")
    )
    assert "older answer" in said({"told": told})
    assert len(workspace.replies(ts)) == 1


@pytest.mark.parametrize("form", ["settings", "note"])
@pytest.mark.parametrize("metadata", ["", "no json", "[]", '{"c": 5}', "x" * 3_000])
async def test_a_window_that_lost_what_it_is_about_stays_open_and_says_so(
    workspace: Workspace, listening: RunningBot, form: str, metadata: str
) -> None:
    if form == "settings":
        await workspace.slash("ada", "incidents", ids.COMMAND, "settings")
        given: dict[str, Any] = {"policy": {"chosen": "all"}}
    else:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        reply = await reply_to(workspace, ts)
        menu = [item for block in reply["blocks"] for item in block.get("elements", [])]
        options = [each["value"] for item in menu for each in item.get("options", [])]
        value = next(each for each in options if each.startswith("note|"))
        await workspace.click(ids.MORE, ts=reply["ts"], value=value)
        given = {"note": {"typed": "restart the launcher"}}
    await workspace.wait_for(lambda: workspace.view("ada"))
    view = workspace._views.top(workspace.state.user_named("ada").id)
    assert view is not None
    view["private_metadata"] = metadata
    submitted = await workspace.submit_view("ada", given)
    assert not submitted.ok
    assert "kept nothing" in said(dict(submitted.errors))
    assert workspace.view("ada") is not None
    assert listening.bot.channels.chosen(TEAM, "C0INCIDENT").policy is None


@pytest.mark.parametrize(
    "blank", ["   ", "\u200b\u200b", " \u2060\ufeff ", "\u00a0", "\u202e\u202c"]
)
async def test_a_command_of_nothing_visible_gets_a_useful_answer(
    workspace: Workspace, listening: RunningBot, blank: str
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, blank)
    assert "/winerr 0x2F7" in said(await private_to(workspace, "ada"))


@pytest.mark.parametrize("filling", ["x" * 10, "0x", "<!channel>", "](", "9" * 10, "\n> "])
async def test_a_command_of_40000_characters_is_answered(
    workspace: Workspace, listening: RunningBot, filling: str
) -> None:
    text = (f"job failed: HRESULT 0x800702F7 {filling} " + filling * 40_000)[:40_000]
    await workspace.slash("ada", "incidents", ids.COMMAND, text)
    assert JOB in said(await private_to(workspace, "ada"))


@pytest.mark.parametrize("status", [404, 410, 500])
async def test_a_press_whose_response_url_is_over_is_answered_all_the_same(
    workspace: Workspace, listening: RunningBot, status: int
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "ERROR_PROCES_NOT_IN_JOB")
    await private_to(workspace, "ada")
    workspace.fault("http_error", target="response_url", status=status, count=9)
    await workspace.click(ids.pick_id(0))
    assert "759" in said(await private_to(workspace, "ada", 2))
    assert workspace.calls("chat.postEphemeral")


async def test_a_press_while_the_store_is_down_is_not_confirmed_and_works_later(
    workspace: Workspace, listening: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "ERROR_PROCES_NOT_IN_JOB")
    await private_to(workspace, "ada")

    async def out(work: Any, **how: Any) -> Any:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(listening.bot.database, "run", out)
        # Slack shows a warning beside a button whose press nobody confirmed.
        assert not (await workspace.click(ids.pick_id(0))).ok
    await workspace.click(ids.pick_id(0))
    await workspace.wait_for(lambda: "759" in said({"all": workspace.ephemerals("ada")}))
