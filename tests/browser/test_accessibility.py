"""The page as axe-core judges it, where the package axe-playwright-python is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace

pytestmark = pytest.mark.browser

PHONE: Any = {"width": 390, "height": 844}

# Best practices are advice; the rest are the levels A and AA of WCAG.
_RUN = """() => axe
  .run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
  .then((result) => result.violations.map((each) =>
    `${each.id}: ${each.help}: ` + each.nodes.map((node) => node.target.join(' ')).join(', ')))"""


def axe_source() -> str:
    """The script of axe-core as the package brings it."""
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not here: pip install axe-playwright-python")
    found = sorted(Path(spec.origin).parent.rglob("axe*.js"))
    return found[0].read_text("utf-8")


async def judge(page: Page) -> list[str]:
    # The page forbids foreign scripts; axe comes in through the debugger, past that rule.
    await page.evaluate(axe_source())
    faults: list[str] = await page.evaluate(_RUN)
    return faults


async def test_axe_is_awake(page: Page) -> None:
    await page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in await judge(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_no_fault(page: Page, workspace: Workspace, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    assert await judge(page) == []
    for preset in ("alertmanager", "sentry", "azure_monitor"):
        ts = await workspace.alert(preset, "incidents")
        await workspace.wait_for(lambda ts=ts: workspace.replies(ts), 10)
    await page.locator("#messages .open-thread").last.click()
    await expect(page.locator("#thread-messages .message").nth(1)).to_be_visible()
    await page.fill("#composer-text", "/winerr 0x2F7")
    await page.press("#composer-text", "Enter")
    await page.click("#alerts-button")
    assert await judge(page) == []
    await page.keyboard.press("Escape")
    await page.click("#messages .whisper button:has-text('fix')")
    await expect(page.locator("dialog[open]")).to_be_visible()
    assert await judge(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_no_fault_on_a_phone(page: Page, workspace: Workspace, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size(PHONE)
    await workspace.alert("alertmanager", "alerts")
    await page.click("#menu-button")
    assert await judge(page) == []
    await page.click("#home-button")
    await expect(page.locator("#home .kit")).to_contain_text("Explain")
    assert await judge(page) == []
    await page.click("#menu-button")
    await page.click("#direct-list button")
    await expect(page.locator(".prompt").first).to_be_visible()
    assert await judge(page) == []
    await page.click("#menu-button")
    await page.click("#faults-button")
    assert await judge(page) == []
    await page.keyboard.press("Escape")
    await page.click("#channel-list >> text=alerts")
    await page.fill("#composer-text", "/winerr settings")
    await page.press("#composer-text", "Enter")
    await expect(page.locator("#modal")).to_be_visible()
    assert await judge(page) == []
    await page.keyboard.press("Escape")
    await page.click("#messages .open-thread")
    await page.click("#thread .more")
    assert await judge(page) == []
    async with page.expect_popup() as opening:
        await page.click("#thread >> text=Full page")
    codes = await opening.value
    await codes.emulate_media(color_scheme=scheme)
    await codes.set_viewport_size(PHONE)
    await expect(codes.locator("h1")).to_have_text("ERROR_PROCESS_NOT_IN_JOB")
    assert await judge(codes) == []
    await codes.fill("#q", "which program has my file open?")
    await codes.press("#q", "Enter")
    await expect(codes.locator("main")).to_contain_text("handle.exe")
    assert await judge(codes) == []
