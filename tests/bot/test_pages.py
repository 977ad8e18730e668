"""The pages over real HTTP: one address per code, everything on it, nothing that breaks them."""

from __future__ import annotations

import gzip
import logging
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDict
from yarl import URL

from bot.permalinks import Permalinks
from bot.web.guarding import Guard
from bot.web.pages.endpoints import PageEndpoints
from bot.web.pages.site import Site
from knowledge import KnowledgeBase

Fetched = tuple[int, str, CIMultiDict[str]]


class Browser:
    """Fetches addresses as they are written, without following or normalising."""

    def __init__(self, session: ClientSession, server: TestServer) -> None:
        self._session = session
        self._server = server

    async def get(self, path: str, method: str = "GET", **headers: str) -> Fetched:
        url = URL(f"http://{self._server.host}:{self._server.port}{path}", encoded=True)
        headers = {"Accept-Encoding": "identity", **headers}
        request = self._session.request(method, url, headers=headers, allow_redirects=False)
        async with request as response:
            return response.status, await response.text(), response.headers.copy()

    async def raw(self, path: str, **headers: str) -> bytes:
        url = self._server.make_url(path)
        async with self._session.get(url, headers=headers) as response:
            return await response.read()


@pytest.fixture
async def browser(base: KnowledgeBase) -> AsyncIterator[Browser]:
    async with serving(base, Guard(0)) as opened:
        yield opened


class serving:  # noqa: N801 - used as a context manager only
    def __init__(self, base: KnowledgeBase, guard: Guard) -> None:
        application = web.Application()
        site = Site(base, "https://winerr.example.com")
        application.add_routes(PageEndpoints(lambda: site, guard).routes())
        self._server = TestServer(application)
        self._session = ClientSession(auto_decompress=False)

    async def __aenter__(self) -> Browser:
        await self._server.start_server()
        return Browser(self._session, self._server)

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._server.close()


async def test_an_article_stands_on_the_page_of_its_code(
    browser: Browser, base: KnowledgeBase
) -> None:
    status, page, _ = await browser.get("/codes/win32/ERROR_ACCESS_DENIED")
    assert status == 200
    text = plain(page)
    article = base.article("win32/ERROR_ACCESS_DENIED")
    wanted = [article.title, article.summary, article.meaning, article.impact, article.background]
    wanted += [part for cause in article.causes for part in (cause.text, cause.tell)]
    wanted += [part for step in article.diagnose for part in (step.do, step.run, step.expect)]
    wanted += [part for fix in article.fix for part in (fix.do, fix.run, fix.undo)]
    wanted += [part for never in article.never for part in (never.do, never.why)]
    wanted += [variant.meaning for variant in article.context]
    wanted += [part for question in article.faq for part in (question.ask, question.answer)]
    wanted += [related.why for related in article.related]
    wanted += [source.supports for source in article.sources]
    wanted += [article.developer_notes, "0x80070005", "-2147024891", "0xC0000022", "EACCES"]
    missing = [part for part in wanted if part and plain_words(part) not in text]
    assert missing == []
    assert all(f'href="{source.url}"' in page for source in article.sources)
    assert 'href="/codes/hresult/E_ACCESSDENIED"' in page
    assert 'href="https://winerr.example.com/codes/win32/ERROR_ACCESS_DENIED"' in page


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("/codes/win32/ERROR_INVALID_EA_NAME", "No article is about", id="playbook"),
        pytest.param("/codes/hresult/0x8FFF1234", "no article and no playbook", id="structure"),
        pytest.param("/codes/msi_internal/2203", "msi", id="number-only"),
        pytest.param("/codes/bugcheck/0x7E", "SYSTEM_THREAD_EXCEPTION", id="stop-code"),
        pytest.param("/codes/win32?page=2", "page 2 of", id="family"),
        pytest.param("/codes", "28,5", id="index"),
    ],
)
async def test_what_it_rests_on_is_said(browser: Browser, path: str, expected: str) -> None:
    status, page, headers = await browser.get(path)
    if status == 301:
        status, page, _ = await browser.get(headers["Location"])
    assert status == 200
    assert expected.lower() in page.lower()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/codes/win32/5", "/codes/win32/ERROR_ACCESS_DENIED"),
        ("/codes/win32/0x5", "/codes/win32/ERROR_ACCESS_DENIED"),
        ("/codes/WIN32/error_access_denied", "/codes/win32/ERROR_ACCESS_DENIED"),
        ("/codes/ntstatus/-1073741819", "/codes/ntstatus/STATUS_ACCESS_VIOLATION"),
        ("/codes/ntstatus/3221225477", "/codes/ntstatus/STATUS_ACCESS_VIOLATION"),
        ("/codes/ntstatus/c0000005", "/codes/ntstatus/STATUS_ACCESS_VIOLATION"),
        ("/codes/hresult/0x8fff1234", "/codes/hresult/0x8FFF1234"),
        ("/codes/http_status/0x000001F4", "/codes/http_status/500"),
        ("/codes/", "/codes"),
        ("/codes/Win32", "/codes/win32"),
    ],
)
async def test_every_spelling_leads_to_the_one_address(
    browser: Browser, path: str, target: str
) -> None:
    status, _, headers = await browser.get(path)
    assert (status, headers["Location"]) == (301, target)
    assert (await browser.get(target))[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        pytest.param("0x2F7", 302, "/codes/win32/ERROR_PROCESS_NOT_IN_JOB", id="code"),
        pytest.param("-1073741819", 302, "/codes/ntstatus/STATUS_ACCESS_VIOLATION", id="signed"),
        pytest.param("error_access_denied", 302, "/codes/win32/ERROR_ACCESS_DENIED", id="name"),
        pytest.param("ERROR_ACES_DENIED", 200, "Did you mean", id="near-miss"),
        pytest.param("which process has my file open?", 200, "From the articles", id="question"),
        pytest.param("setup failed with 0x80070005", 200, "Errors in it", id="log"),
        pytest.param("what is for lunch", 200, "Not found", id="nothing"),
        pytest.param("0x8007000500", 200, "32 bits", id="fault"),
        pytest.param("x" * 2_001, 400, "Too long", id="long"),
    ],
)
async def test_search(browser: Browser, query: str, status: int, expected: str) -> None:
    answered, page, headers = await browser.get(str(URL("/codes").with_query(q=query)))
    assert answered == status
    assert expected in (headers["Location"] if status == 302 else page)


async def test_a_wrong_address_names_what_is_near(browser: Browser) -> None:
    status, page, _ = await browser.get("/codes/win32/ERROR_ACESS_DENIED")
    assert status == 404
    assert 'href="/codes/win32/ERROR_ACCESS_DENIED"' in page
    status, page, _ = await browser.get("/codes/win32/STATUS_ACCESS_VIOLATION")
    assert status == 404
    assert 'href="/codes/ntstatus/STATUS_ACCESS_VIOLATION"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/codes/win32/../../etc/passwd",
        "/codes/win32/..%2f..%2f..%2fetc%2fpasswd",
        "/codes/_/..%2fsite.py",
        "/codes/_/page.css%00",
        "/codes/_/nothing.js",
        "/codes/win32/%00",
        "/codes/win32/%ff%fe",
        "/codes/win32/%e2%80%ae%e2%80%8b",
        "/codes/win32/" + "A" * 5_000,
        "/codes/" + "b" * 5_000 + "/X",
        "/codes/win32/%7b%7b7*7%7d%7d",
        "/codes/win32/{{7*7}}",
        "/codes/win32/<script>alert(1)</script>",
        "/codes/win32/'%20OR%201=1--",
        "/codes/win32/%D9%A3",
        "/codes/win32/-",
        "/codes/win32/99999999999999999999",
        "/codes/%F0%9F%92%A9/%F0%9F%92%A9",
        "/codes/win32/a/b/c",
        "/codes/win32/",
        "/codes//",
        "/codes/win32?page=0",
        "/codes/win32?page=99999",
        "/codes/win32?page=%D9%A3",
        "/codes/win32?page=1%00",
    ],
)
async def test_a_hostile_address_is_not_found_and_leaves_no_traceback(
    browser: Browser, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    status, page, headers = await browser.get(path)
    assert status in (400, 404)
    assert "alert(1)</script>" not in page
    assert "\u202e" not in page
    assert "49" not in page
    assert "Traceback" not in page
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
    assert "default-src 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "query", ["\x00", "\u202egnp.exe", "<script>x</script>", "'\"><b>", "😀" * 99]
)
async def test_a_hostile_search_is_answered_and_inert(browser: Browser, query: str) -> None:
    status, page, _ = await browser.get(str(URL("/codes").with_query(q=query)))
    assert status == 200
    assert "<script>x" not in page
    assert "<b>" not in page
    assert "\u202e" not in page


async def test_nothing_comes_from_elsewhere_and_nothing_stands_inline(browser: Browser) -> None:
    for path in (
        "/codes/win32/ERROR_ACCESS_DENIED",
        "/codes",
        "/codes?q=0x80070005+x",
        "/codes/x/y",
    ):
        _, page, headers = await browser.get(path)
        loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]*)"', page)
        own = [url for url in loaded if not url.startswith(("/codes/_/", "data:,"))]
        assert [url for url in own if not url.startswith("https://winerr.example.com/")] == []
        assert not re.search(r"<style|<script>| style=| on[a-z]+=", page)
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_a_browser_asks_again_and_is_told_that_nothing_changed(browser: Browser) -> None:
    path = "/codes/win32/ERROR_ACCESS_DENIED"
    _, page, headers = await browser.get(path)
    assert "max-age" in headers["Cache-Control"]
    again = {"If-None-Match": headers["ETag"]}
    assert (await browser.get(path, **again))[:2] == (304, "")
    assert (await browser.get(path, **{"If-None-Match": '"other"'}))[0] == 200
    status, body, head = await browser.get(path, "HEAD")
    assert (status, body, head["ETag"]) == (200, "", headers["ETag"])
    assert int(head["Content-Length"]) in (len(page.encode()), len(await browser.raw(path)))


async def test_a_page_is_sent_compressed_to_who_takes_it(browser: Browser) -> None:
    path = "/codes/win32/ERROR_ACCESS_DENIED"
    plain_body = await browser.raw(path, **{"Accept-Encoding": "identity"})
    small = await browser.raw(path, **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(small) == plain_body
    assert len(small) < len(plain_body) / 2


async def test_a_client_that_asks_too_much_is_told_when_to_come_back(base: KnowledgeBase) -> None:
    async with serving(base, Guard(per_minute=3)) as browser:
        answered = [await browser.get(f"/codes?q=nothing+{n}") for n in range(4)]
        assert [status for status, _, _ in answered] == [200, 200, 200, 429]
        assert int(answered[-1][2]["Retry-After"]) > 0
        # What stays in memory costs nothing.
        assert (await browser.get("/codes/_/page.css"))[0] == 200


async def test_what_is_kept_is_bounded(base: KnowledgeBase) -> None:
    endpoints = PageEndpoints(lambda: Site(base), Guard(0))
    application = web.Application()
    application.add_routes(endpoints.routes())
    server = TestServer(application)
    async with ClientSession() as session:
        await server.start_server()
        for code in base.codes_of_family("bugcheck", 300):
            await Browser(session, server).get(Permalinks(base).path_of(code))
        await server.close()
    assert len(endpoints._kept) == 256


def test_every_code_has_one_address_that_leads_to_it(base: KnowledgeBase) -> None:
    links = Permalinks(base)
    wrong = []
    for code in base.codes():
        path = links.path_of(code)
        _, _, family, slug = path.split("/")
        place = links.find(family, unquote(slug))
        if place is None or place.path != path or place.reading.value != code.value:
            wrong.append((code, place))
    assert wrong == []


def test_whatever_is_answered_has_an_address(base: KnowledgeBase) -> None:
    from knowledge.entries import number_readings

    links = Permalinks(base)
    values = [code.value for code in base.codes()[::7]] + [0x8FFF1234, 0xE1234567, 0x80070522]
    readings = [reading for value in values for reading in number_readings(value, base)]
    lost = []
    for reading in readings:
        _, _, family, slug = links.path_of(reading).split("/")
        place = links.find(family, unquote(slug))
        if place is None or place.reading.value != reading.value:
            lost.append(reading)
    assert lost == []


def plain(page: str) -> str:
    """The words of a page, as somebody reads them."""
    from html import unescape

    body = page.partition("<main")[2]
    return plain_words(unescape(re.sub(r"<(?:wbr|/?code)>", "", body).replace("<", " <")))


def plain_words(words: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", str(words).replace("`", "")).split())
