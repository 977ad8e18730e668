"""From an answer to its page: the button leads to what the same bot serves."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession

from bot import ids
from bot.workspace.server import Workspace
from tests.scenarios.conftest import MODES, OpenBot, reply_to, said

PUBLIC = "https://winerr.example.com"


def link_in(message: dict[str, Any]) -> str:
    elements = [item for block in message["blocks"] for item in block.get("elements", ())]
    return next(item["url"] for item in elements if item.get("action_id") == ids.OPEN_PAGE)


@pytest.mark.parametrize("mode", MODES)
async def test_the_button_of_an_answer_opens_the_page_of_its_code(
    workspace: Workspace, open_bot: OpenBot, mode: str
) -> None:
    async with open_bot(mode, public_url=PUBLIC) as bot, ClientSession() as session:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        url = link_in(await reply_to(workspace, ts))
        assert url == f"{PUBLIC}/codes/win32/ERROR_PROCESS_NOT_IN_JOB"
        address = f"http://127.0.0.1:{bot.http_port}{url.removeprefix(PUBLIC)}"
        async with session.get(address) as response:
            assert response.status == 200
            assert "The process that was asked about is in no job object" in await response.text()
        # Slack tells us of the press, and shows an error where nobody says that it was heard.
        outcome = await workspace.click(ids.OPEN_PAGE)
        assert outcome.ok


@pytest.mark.parametrize("values", [{}, {"public_url": PUBLIC, "pages": False}])
async def test_without_a_page_there_is_no_button(
    workspace: Workspace, open_bot: OpenBot, values: dict[str, Any]
) -> None:
    async with open_bot("socket", **values) as bot, ClientSession() as session:
        ts = await workspace.mention("ada", "incidents", "0x2F7")
        assert ids.OPEN_PAGE not in said(await reply_to(workspace, ts))
        async with session.get(f"http://127.0.0.1:{bot.http_port}/codes") as response:
            assert response.status == (404 if "pages" in values else 200)


async def test_the_api_can_be_switched_off(workspace: Workspace, open_bot: OpenBot) -> None:
    async with open_bot("socket", api=False) as bot, ClientSession() as session:
        address = f"http://127.0.0.1:{bot.http_port}/api/v1/lookup?q=5"
        async with session.get(address) as response:
            assert response.status == 404
