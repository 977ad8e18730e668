"""The page when something is wrong or there is a lot of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from bot.workspace import Workspace
from tests.browser.test_workspace_page import write

pytestmark = pytest.mark.browser


@pytest.fixture
async def empty() -> AsyncIterator[Workspace]:
    """A workspace without any bot."""
    async with Workspace() as started:
        yield started


@pytest.fixture
async def lonely(browser: Browser, empty: Workspace) -> AsyncIterator[Page]:
    """Its page, whose console may complain of refused connections."""
    opened = await browser.new_page()
    await opened.goto(empty.url)
    yield opened
    await opened.close()


async def test_a_lost_stream_comes_back_and_so_does_a_new_workspace(browser: Browser) -> None:
    async with Workspace() as workspace:
        page = await browser.new_page()
        await page.goto(workspace.url)
        trouble = page.locator("#trouble")
        await expect(trouble).to_contain_text("winerr is not connected")
        workspace.page.close()
        await workspace.say("ada", "incidents", "the stream was cut")
        await expect(page.locator("#messages")).to_contain_text("the stream was cut")
        await page.fill("#composer-text", "half a sentence")
    await expect(trouble).to_contain_text("Trying again")
    await page.press("#composer-text", "Enter")
    await expect(page.locator("#problem")).to_contain_text("does not answer")
    port = int(workspace.url.rpartition(":")[2])
    async with Workspace(port) as workspace:
        await expect(page.locator("#problem")).to_contain_text("started anew", timeout=15_000)
        await expect(trouble).to_contain_text("winerr is not connected")
        await expect(page.locator("#messages .message")).to_have_count(0)
        await expect(page.locator("#composer-text")).to_have_value("half a sentence")
        await page.press("#composer-text", "Enter")
        await expect(page.locator("#messages .message")).to_have_count(1)
        await page.close()


async def test_only_the_latest_messages_are_drawn_and_only_what_is_new(
    lonely: Page, empty: Workspace
) -> None:
    for number in range(125):
        await empty.say("grace", "incidents", f"message {number}")
    shown = lonely.locator("#messages .message")
    await expect(shown.last).to_contain_text("message 124")
    await expect(shown.first).to_contain_text("message 25")
    await lonely.evaluate("document.querySelectorAll('.message')[50].id = 'kept'")
    await empty.say("grace", "incidents", "one more")
    await expect(shown.last).to_contain_text("one more")
    await expect(shown.last).to_be_in_viewport()
    await expect(shown).to_have_count(100)
    await expect(lonely.locator("#kept")).to_contain_text("message 75")
    await lonely.click("text=Show earlier messages (26)")
    await expect(shown.first).to_contain_text("message 0")
    await expect(lonely.locator("#messages .earlier")).to_have_count(0)


async def test_an_address_of_another_workspace_leads_to_the_first_channel(
    lonely: Page, empty: Workspace
) -> None:
    await lonely.goto("about:blank")
    await lonely.goto(f"{empty.url}/archives/C0NOWHERE/p1700000000000100")
    await expect(lonely.locator("#channel-name")).to_have_text("# incidents")


async def test_slack_is_let_fail_from_the_page(page: Page, workspace: Workspace) -> None:
    await page.click("#faults-button")
    await page.select_option("#fault-kind", "rate_limited")
    await page.fill("#fault-target", "chat.postMessage")
    await page.click("#faults [type=submit]")
    await expect(page.locator("#faults-left")).to_contain_text("1 × 429, too many requests")
    await page.keyboard.press("Escape")
    await expect(page.locator("#faults-button")).to_contain_text("1 to come")
    await write(page, "@winerr 0x2F7")
    await expect(page.locator("#messages .open-thread")).to_be_visible(timeout=10_000)
    await expect(page.locator("#faults-button")).not_to_contain_text("to come")
    assert [call.status for call in workspace.calls("chat.postMessage")] == [429, 200]
    await page.click("#faults-button")
    await page.click("#faults >> text=Drop the sockets")
    await workspace.wait_for(lambda: workspace.is_connected, 10)
