"""The three doors of the bot, opened by hand in the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace

pytestmark = pytest.mark.browser


async def write(page: Page, text: str) -> None:
    await page.fill("#composer-text", text)
    await page.press("#composer-text", "Enter")


async def test_a_command_is_answered_to_the_person_only(page: Page, workspace: Workspace) -> None:
    await write(page, "/winerr 0x2F7")
    answer = page.locator("#messages .whisper")
    await expect(answer).to_contain_text("ERROR_PROCESS_NOT_IN_JOB")
    await expect(answer).to_contain_text("Only visible to you")
    await page.select_option("#user", label="Grace Lindqvist")
    await expect(answer).to_have_count(0)
    assert workspace.messages("incidents") == []


async def test_a_pasted_trace_is_answered_in_its_thread(page: Page, workspace: Workspace) -> None:
    await page.click("#paste-trace")
    await page.click("#composer button[type=submit]")
    await page.click("#messages .open-thread")
    reply = page.locator("#thread-messages .message").nth(1)
    await expect(reply).to_contain_text("ERROR_PROCESS_NOT_IN_JOB")
    await expect(page.locator("#messages .message")).to_have_count(1)
    (root,) = workspace.messages("incidents")
    assert len(workspace.replies(root["ts"])) == 1


async def test_an_alert_is_answered_in_its_thread(page: Page, workspace: Workspace) -> None:
    await page.click("#channel-list >> text=alerts")
    await page.click("#alerts-button")
    await page.click("[data-preset=alertmanager]")
    await page.click("#messages .open-thread")
    reply = page.locator("#thread-messages .message").nth(1)
    await expect(reply).to_contain_text("ERROR_PROCESS_NOT_IN_JOB")
    assert len(workspace.messages("alerts")) == 1


async def test_an_alert_without_a_windows_error_stays_without_a_reply(
    page: Page, workspace: Workspace
) -> None:
    await page.click("#alerts-button")
    await page.click("[data-preset=no_windows_error]")
    await expect(page.locator("#messages .message")).to_have_count(1)
    await workspace.wait_until_delivered()
    # An answer to the next message shows that the bot is done with the first.
    ts = await workspace.mention("ada", "incidents", "0x5")
    await workspace.wait_for(lambda: workspace.replies(ts), 10)
    assert workspace.replies(workspace.messages("incidents")[0]["ts"]) == []


async def test_a_button_opens_a_modal_that_escape_closes(page: Page, workspace: Workspace) -> None:
    await write(page, "/winerr 0x2F7")
    await page.click("#messages .whisper button:has-text('fix')")
    await expect(page.locator("#modal")).to_contain_text("ERROR_PROCESS_NOT_IN_JOB")
    await page.keyboard.press("Escape")
    await expect(page.locator("#modal")).to_be_hidden()
    assert workspace.view("ada") is None


async def test_the_home_tab_is_drawn_and_searched(page: Page, workspace: Workspace) -> None:
    await page.click("#home-button")
    await expect(page.locator("#home")).to_contain_text("Code, name, log line or question")
    await page.fill("#home input", "0x2F7")
    await page.press("#home input", "Enter")
    await expect(page.locator("#modal")).to_contain_text("ERROR_PROCESS_NOT_IN_JOB")


async def test_what_people_write_is_shown_as_text(page: Page) -> None:
    await write(page, "<img src=x onerror=alert(1)> & <b>bold</b>")
    shown = page.locator("#messages .message .text")
    await expect(shown).to_have_text("<img src=x onerror=alert(1)> & <b>bold</b>")
    await expect(page.locator("#messages img")).to_have_count(0)


async def test_the_keyboard_alone_is_enough(page: Page) -> None:
    await page.focus("#alerts-button")
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#messages .message")).to_contain_text("Grafana")
    await expect(page.locator("#alerts-button")).to_be_focused()


async def test_an_unknown_command_is_refused_and_kept_in_the_field(page: Page) -> None:
    await write(page, "/dance")
    await expect(page.locator("#problem")).to_contain_text("/dance is no command")
    await expect(page.locator("#composer-text")).to_have_value("/dance")


async def test_a_long_paste_becomes_a_snippet(page: Page, workspace: Workspace) -> None:
    await write(page, "line of a log\n" * 400)
    await page.click("#messages .file summary")
    await expect(page.locator("#messages .file pre")).to_contain_text("line of a log")
    assert workspace.messages("incidents")[0]["subtype"] == "file_share"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_overflows_and_everything_is_readable(
    page: Page, workspace: Workspace, width: int, scheme: Any
) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({"width": width, "height": 844})
    for preset in ("alertmanager", "sentry", "azure_monitor", "datadog"):
        await workspace.alert(preset, "incidents")
    await write(page, "/winerr 0x2F7")
    await expect(page.locator("#messages .whisper .actions").first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate(_NAMELESS) == []
    assert await page.evaluate(_PALE) == []


# What has no name for a screen reader.
_NAMELESS = """() => [...document.querySelectorAll('button, select, textarea, input, a')]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.ariaLabel || node.textContent.trim() || node.labels?.length))
  .map((node) => node.outerHTML)"""

# Text with less contrast than WCAG 2.2 AA asks for: 4.5 to 1.
_PALE = """() => {
  const parts = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      const style = getComputedStyle(node).backgroundColor;
      const [r, g, b, a = 1] = parts(style);
      if (style.startsWith('rgb') && a === 1) return [r, g, b];
      if (!style.startsWith('rgb')) return null;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim()) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    if (['OPTION', 'SCRIPT', 'STYLE'].includes(node.tagName)) continue;
    const under = behind(node);
    if (!under) continue;
    const [a, b] = [light(parts(getComputedStyle(node).color)), light(under)].sort((x, y) => y - x);
    const words = node.textContent.slice(0, 40);
    if ((a + 0.05) / (b + 0.05) < 4.5) found.add(`${node.className}: ${words}`);
  }
  return [...found];
}"""
