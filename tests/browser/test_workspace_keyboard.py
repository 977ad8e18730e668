"""The page without a mouse: where the focus is, where it returns to, and what Escape closes."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace
from tests.browser.test_workspace_page import write

pytestmark = pytest.mark.browser

_FOCUS_IS_INSIDE = "(selector) => document.querySelector(selector).contains(document.activeElement)"


async def test_the_focus_returns_to_where_it_was(page: Page, workspace: Workspace) -> None:
    ts = await workspace.mention("ada", "incidents", "what is 0x2F7?")
    await workspace.wait_for(lambda: workspace.replies(ts), 10)
    opener = page.locator("#messages .open-thread")
    await expect(opener).to_be_visible()
    # The list is one stop; the arrow goes to its last message, the Tab key into it.
    await page.focus("#messages")
    await page.keyboard.press("ArrowUp")
    await expect(page.locator("#messages .message")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread-text")).to_be_focused()

    more = page.locator("#thread .more")
    await more.focus()
    await page.keyboard.press("Enter")
    items = page.locator("#thread [role=menuitem]")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await expect(items.first).to_be_hidden()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#modal textarea")).to_be_focused()
    for _ in range(6):
        await page.keyboard.press("Tab")
        # Outside the window there is only the browser itself, which the page sees as its body.
        where = await page.evaluate("document.activeElement.tagName")
        assert where == "BODY" or await page.evaluate(_FOCUS_IS_INSIDE, "#modal")
    await page.focus("#modal textarea")
    await page.keyboard.type("look at the **launcher** first")
    await page.click("#modal [type=submit]")
    # The note made the message another one, and its button a new one.
    await expect(page.locator("#thread .whisper")).to_contain_text("Saved")
    await expect(page.locator("#thread .more")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(opener).to_be_focused()


async def test_a_message_is_edited_in_its_place_and_deleted_when_sure(
    page: Page, workspace: Workspace
) -> None:
    await write(page, "@winerr what is `0x2F7`?\nsee below")
    await expect(page.locator("#messages .open-thread")).to_be_visible()
    await page.focus("#messages")
    await page.keyboard.press("ArrowUp")
    await page.click("#messages .deeds >> text=Edit")
    field = page.locator("#messages .in-place textarea")
    await expect(field).to_be_focused()
    await expect(field).to_have_value("@winerr what is `0x2F7`?\nsee below")
    # A change from elsewhere does not take the words away.
    await workspace.say("grace", "incidents", "hello")
    await expect(page.locator("#messages .message")).to_have_count(2)
    await field.fill("@winerr what is 0x80070005?")
    await field.press("Enter")
    root, _ = workspace.messages("incidents")
    await workspace.wait_for(
        lambda: "E_ACCESSDENIED" in str(workspace.replies(root["ts"])[0]["blocks"]), 10
    )
    shown = page.locator("#messages .message").first
    await expect(shown).to_contain_text("0x80070005?(edited)")
    await shown.hover()
    await shown.locator(".deeds >> text=Delete").click()
    await page.click("#question >> text=Cancel")
    await expect(shown.locator(".deeds >> text=Delete")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.click("#question .danger")
    await workspace.wait_for(lambda: not workspace.replies(root["ts"]), 10)
    await expect(page.locator("#messages")).not_to_contain_text("0x80070005")
    edit = page.locator("#messages .deeds >> text=Edit")
    await expect(edit).to_have_count(0)
    await page.select_option("#user", label="Grace Lindqvist")
    await expect(edit).to_have_count(1)
