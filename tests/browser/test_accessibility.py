"""The page as axe-core judges it, where the package axe-playwright-python is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.workspace import Workspace

pytestmark = pytest.mark.browser

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
    await expect(page.locator("dialog")).to_be_visible()
    assert await judge(page) == []
