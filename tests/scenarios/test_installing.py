"""Installing by OAuth over real HTTP: what the person sees, and what is refused."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.manifest import BOT_SCOPES
from bot.running import RunningBot
from bot.secret import Secret
from bot.store.urls import DatabaseUrl
from bot.workspace.server import Workspace
from knowledge import KnowledgeBase
from tests.scenarios.installing import (
    Browser,
    install,
    installations_of,
    open_many,
    workspace_settings,
)


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    async with Workspace(settings=workspace_settings()) as opened:
        yield opened


@pytest.fixture
async def bot(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> AsyncIterator[RunningBot]:
    async with open_many(workspace, base, "http", database_url) as opened:
        yield opened


async def installed(bot: RunningBot) -> int:
    return await installations_of(bot).store.count()


async def test_who_installs_sees_what_to_do_next(workspace: Workspace, bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        page = await browser.install(workspace)
    assert page.status == 200
    assert "winerr is installed in Local workspace" in page.text
    assert "/invite @winerr" in page.text
    assert page.button == "slack://app?team=T0LOCAL01&id=A0WINERR01"
    assert "https://app.slack.com/client/T0LOCAL01" in page.text
    assert await installed(bot) == 1


async def test_what_is_asked_for_is_what_the_manifest_says(bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        page = await browser.get("/slack/install")
    assert f"scope={','.join(BOT_SCOPES)}" in page.button.replace("%3A", ":")
    assert "user_scope=&" in page.button
    assert f"{browser.address}/slack/oauth_redirect" in page.button.replace("%3A", ":").replace(
        "%2F", "/"
    )


async def test_cancelling_at_slack_installs_nothing(workspace: Workspace, bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        page = await browser.install(workspace, cancels=True)
    assert page.status == 200
    assert "You cancelled at Slack" in page.text
    assert page.button == "/slack/install"
    assert await installed(bot) == 0


async def test_a_redirect_works_once(workspace: Workspace, bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        page = await browser.get("/slack/install")
        redirect = await browser.get(page.button, follow=False)
        assert redirect.status == 302
        assert (await browser.get(str(redirect.url))).status == 200
        again = await browser.get(str(redirect.url))
    assert again.status == 400
    assert await installed(bot) == 1


async def test_the_state_is_good_once_also_where_the_cookie_is_still_there(
    workspace: Workspace, bot: RunningBot
) -> None:
    async with Browser(bot) as browser:
        page = await browser.get("/slack/install")
        redirect = await browser.get(page.button, follow=False)
        state = redirect.url.query["state"]
        states = installations_of(bot)
        from bot.installations.store import StateStore

        store = StateStore(states.store.engine)
        assert await store.async_consume(state)
        assert not await store.async_consume(state)
        refused = await browser.get(str(redirect.url))
    assert refused.status == 400
    assert "used before" in refused.text
    assert await installed(bot) == 0


async def test_another_browser_cannot_end_what_one_began(
    workspace: Workspace, bot: RunningBot
) -> None:
    async with Browser(bot) as one, Browser(bot) as other:
        page = await one.get("/slack/install")
        redirect = await one.get(page.button, follow=False)
        refused = await other.get(str(redirect.url))
    assert refused.status == 400
    assert "not begun in this browser" in refused.text
    assert await installed(bot) == 0


async def test_a_state_expires(workspace: Workspace, bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        page = await browser.get("/slack/install")
        redirect = await browser.get(page.button, follow=False)
        past = (datetime.now(UTC) - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S.000000")
        sql = f"UPDATE slack_oauth_states SET expire_at = '{past}'"  # noqa: S608
        await bot.bot.database.run(lambda tx: tx.execute(sql))
        refused = await browser.get(str(redirect.url))
        assert refused.status == 400
        assert "ten minutes" in refused.text
        # And those that nobody came back with are forgotten.
        await bot.bot.database.run(lambda tx: tx.execute(sql))
        await browser.get("/slack/install")
    rows = await bot.bot.database.run(lambda tx: tx.execute("SELECT id FROM slack_oauth_states"))
    assert len(rows) == 1


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?code=x&state=y", "?state=%00", "?error=%3Cscript%3E", "?error=",
     "?code=x&code=y&state[]=1", "?state=" + "x" * 5_000],
)  # fmt: skip
async def test_odd_redirects_are_refused_without_a_trace(
    query: str, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    async with Browser(bot) as browser:
        page = await browser.get(f"/slack/oauth_redirect{query}")
    assert page.status in (200, 400)
    assert "winerr is not installed" in page.text
    assert "<script>" not in page.text
    assert "Traceback" not in caplog.text
    assert await installed(bot) == 0


async def test_a_wrong_client_secret_is_named_in_the_log_and_not_to_people(
    workspace: Workspace,
    base: KnowledgeBase,
    database_url: DatabaseUrl,
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = Secret("not-the-secret-of-the-app")
    opening = open_many(workspace, base, "http", database_url, slack_client_secret=wrong)
    async with opening as bot, Browser(bot) as browser:
        page = await browser.get("/slack/install")
        redirect = await browser.get(page.button, follow=False)
        page = await browser.get(str(redirect.url))
        assert await installed(bot) == 0
    assert page.status == 502
    assert "bad_client_secret" in page.text
    reference = re.search(r"under <code>(\w+)</code>", page.text)
    assert reference is not None
    assert f"reference {reference[1]}: bad_client_secret" in caplog.text
    assert "not-the-secret" not in caplog.text + page.text
    assert redirect.url.query["code"] not in caplog.text


@pytest.mark.parametrize(
    ("fault", "values", "reason"),
    [
        ("http_error", {"status": 500}, "http_500"),
        ("drop", {}, "ServerDisconnectedError"),
        ("slack_error", {"error": "invalid_code"}, "invalid_code"),
    ],
)
async def test_a_broken_slack_is_no_broken_page(
    fault: str,
    values: dict[str, object],
    reason: str,
    workspace: Workspace,
    bot: RunningBot,
) -> None:
    workspace.fault(fault, target="oauth.v2.access", **values)
    async with Browser(bot) as browser:
        page = await browser.install(workspace)
        assert page.status == 502
        assert reason in page.text
        assert (await browser.install(workspace)).status == 200


async def test_the_pages_load_nothing_and_are_kept_by_nobody(bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        for path in ("/slack/install", "/slack/oauth_redirect"):
            async with browser._session.get(browser.address + path) as response:
                assert response.headers["Cache-Control"] == "no-store"
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
                assert response.headers["Referrer-Policy"] == "no-referrer"
            async with browser._session.get(browser.address + "/slack/install") as response:
                cookie = response.headers["Set-Cookie"]
                assert "HttpOnly" in cookie
                assert "Secure" in cookie
            async with browser._session.head(browser.address + path) as response:
                assert response.status == 405


async def test_views_of_the_page_are_limited(bot: RunningBot) -> None:
    async with Browser(bot) as browser:
        pages = await asyncio.gather(*(browser.get("/slack/install") for _ in range(250)))
    statuses = [page.status for page in pages]
    assert statuses.count(429) > 50
    assert statuses.count(429) <= 130


async def test_installing_again_replaces_the_token(workspace: Workspace, bot: RunningBot) -> None:
    for _ in range(2):
        await install(bot, workspace)
    assert await installed(bot) == 1
    for table in ("slack_bots", "slack_installations"):
        sql = f"SELECT bot_token FROM {table}"  # noqa: S608
        assert await bot.bot.database.run(lambda tx: tx.execute(sql)) == [  # noqa: B023
            (workspace.newest_token,)
        ]


async def test_without_the_settings_there_is_nothing_to_install(
    workspace: Workspace, base: KnowledgeBase, database_url: DatabaseUrl
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        opening = open_many(
            workspace, base, "http", database_url,
            slack_client_id=None, slack_client_secret=None,
            slack_bot_token=Secret(workspace.newest_token),
        )  # fmt: skip
        bot = await stack.enter_async_context(opening)
        browser = await stack.enter_async_context(Browser(bot))
        for path in ("/slack/install", "/slack/oauth_redirect"):
            assert (await browser.get(path)).status == 404
