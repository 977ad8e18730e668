"""The real bot in a real workspace, and Chromium to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

from bot.running import running
from bot.settings import Settings
from bot.workspace import Workspace
from bot.workspace.command import bot_settings, page_routes
from knowledge.base import KnowledgeBase

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Where Chromium is: named by TEST_CHROMIUM, else the distribution's."""
    named = os.environ.get("TEST_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None:
        message = "no Chromium here: install the distribution's package chromium"
        if os.environ.get("TEST_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield started
        await started.close()


@pytest.fixture
async def workspace(base: KnowledgeBase, tmp_path: Path) -> AsyncIterator[Workspace]:
    async with Workspace(pages=page_routes(base)) as started:
        settings: Settings = bot_settings(started.credentials, tmp_path, started.url)
        async with running(settings, base):
            yield started


@pytest.fixture
async def page(browser: Browser, workspace: Workspace) -> AsyncIterator[Page]:
    """The page with winerr connected; at the end nothing may have gone wrong in it."""
    opened = await browser.new_page(viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    await opened.goto(workspace.url)
    await opened.wait_for_selector("#connection.on")
    yield opened
    await opened.close()
    assert faults == []
