"""The pages in Chromium: axe-core, light and dark, paper, and a phone of 320 pixels."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, expect

from bot.web.guarding import Guard
from bot.web.pages.endpoints import PageEndpoints
from bot.web.pages.site import Site
from knowledge import KnowledgeBase
from tests.browser.test_accessibility import judge

pytestmark = pytest.mark.browser

PAGES = {
    "article": "/codes/win32/ERROR_ACCESS_DENIED",
    "developer-notes": "/codes/win32/ERROR_PROCESS_NOT_IN_JOB",
    "playbook": "/codes/win32/ERROR_INVALID_EA_NAME",
    "structure": "/codes/hresult/0x8FFF1234",
    "longest-name": "/codes/runtime_exception/"
    "VcppException(ERROR_SEVERITY_ERROR,ERROR_MOD_NOT_FOUND)",
    "index": "/codes",
    "family": "/codes/win32",
    "answers": "/codes?q=which+process+has+my+file+open%3F",
    "log": "/codes?q=setup+failed+with+0x80070005",
    "near-miss": "/codes?q=ERROR_ACES_DENIED",
    "not-found": "/codes/win32/ERROR_ACES_DENIED",
}


@pytest.fixture
async def pages(base: KnowledgeBase) -> AsyncIterator[TestServer]:
    application = web.Application()
    application.add_routes(PageEndpoints(lambda: Site(base), Guard(0)).routes())
    server = TestServer(application)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in which nothing may go wrong, refusals by its own security policy included."""
    opened = await browser.new_page(viewport={"width": 1000, "height": 800})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda line: (
            faults.append(line.text) if line.type == "error" and "404" not in line.text else None
        ),
    )
    yield opened
    await opened.close()
    assert faults == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_axe_finds_no_fault(page: Page, pages: TestServer, path: str) -> None:
    await page.goto(f"http://{pages.host}:{pages.port}{path}")
    looks: list[dict[str, Any]] = [
        {"media": "screen", "color_scheme": "light"},
        {"media": "screen", "color_scheme": "dark"},
        {"media": "print", "color_scheme": "dark"},
    ]
    for look in looks:
        await page.emulate_media(**look)
        assert (look, await judge(page)) == (look, [])
    await page.emulate_media(media="screen", color_scheme="light")
    await page.set_viewport_size({"width": 320, "height": 640})
    assert await judge(page) == []
    # What a phone shows needs no scrolling sideways, the page's or a command's.
    wide = await page.evaluate(
        "() => [...document.querySelectorAll('html, body, pre')]"
        ".filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.tagName)"
    )
    assert wide == []


async def test_paper_has_no_controls_and_every_address_of_a_source(
    page: Page, pages: TestServer
) -> None:
    await page.goto(str(pages.make_url(PAGES["article"])))
    await page.emulate_media(media="print")
    await expect(page.locator("header form")).to_be_hidden()
    await expect(page.locator(".command button").first).to_be_hidden()
    shown = await page.evaluate(
        "() => getComputedStyle(document.querySelector('.sources a'), '::after').content"
    )
    assert "https://" in shown


async def test_a_command_is_copied_as_it_is(
    browser: Browser, pages: TestServer, base: KnowledgeBase
) -> None:
    context = await browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = await context.new_page()
    await page.goto(str(pages.make_url(PAGES["developer-notes"])))
    await page.locator(".command button").first.click()
    await expect(page.locator("#said")).to_have_text("Copied")
    copied = await page.evaluate("() => navigator.clipboard.readText()")
    assert copied == base.article("win32/ERROR_PROCESS_NOT_IN_JOB").diagnose[0].run
    await context.close()


async def test_the_page_works_with_the_keyboard_and_without_scripts(
    browser: Browser, pages: TestServer
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(str(pages.make_url("/codes")))
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.fill("#q", "0x2F7")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("ERROR_PROCESS_NOT_IN_JOB")
    await expect(page.locator("pre").first).to_be_visible()
    await page.click(".contents a >> text=Questions")
    assert page.url.endswith("#faq")
    await context.close()
