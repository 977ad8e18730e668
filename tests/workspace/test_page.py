"""What the page calls: driven only from this machine, and only by the page."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp

from bot import ids
from bot.running import running
from bot.workspace import Workspace, WorkspaceCredentials
from bot.workspace.command import bot_settings, page_routes, run_workspace
from bot.workspace.inputs import find_element
from bot.workspace.markup import read_typed
from bot.workspace.presets import load_presets, trace_sample
from bot.workspace.validation import block_problems
from knowledge import KnowledgeBase


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


async def test_the_page_and_its_parts_are_served(
    workspace: Workspace, session: aiohttp.ClientSession
) -> None:
    for path in ("/", "/static/main.js", "/static/layout.css", "/workspace/about"):
        async with session.get(workspace.url + path) as response:
            assert response.status == 200
            assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("path", ["/static/..%2fserver.py", "/static/none.js", "/static/.keep"])
async def test_nothing_else_is_served(
    workspace: Workspace, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(workspace.url + path) as response:
        assert response.status == 404


async def test_the_page_can_say_something_and_look_at_it(
    workspace: Workspace, session: aiohttp.ClientSession
) -> None:
    body = {"user": "ada", "channel": "incidents", "text": "hello"}
    async with session.post(f"{workspace.url}/workspace/say", json=body) as response:
        ts = (await response.json())["ts"]
    query = {"user": "ada", "channel": "incidents"}
    async with session.get(f"{workspace.url}/workspace/look", params=query) as response:
        assert [message["ts"] for message in (await response.json())["messages"]] == [ts]


@pytest.mark.parametrize("deed", ["edit", "delete"])
async def test_nobody_changes_what_somebody_else_wrote(
    workspace: Workspace, session: aiohttp.ClientSession, deed: str
) -> None:
    ts = await workspace.say("ada", "incidents", "mine")
    body = {"user": "grace", "channel": "incidents", "ts": ts, "text": "yours"}
    async with session.post(f"{workspace.url}/workspace/{deed}", json=body) as response:
        assert response.status == 400
    assert [message["text"] for message in workspace.messages("incidents")] == ["mine"]


async def test_a_look_shows_the_latest_and_counts_the_others(
    workspace: Workspace, session: aiohttp.ClientSession
) -> None:
    for text in ("one", "two", "three"):
        await workspace.say("ada", "incidents", text)
    query = {"user": "ada", "channel": "incidents", "last": "2"}
    async with session.get(f"{workspace.url}/workspace/look", params=query) as response:
        seen = await response.json()
    assert [message["text"] for message in seen["messages"]] == ["two", "three"]
    assert seen["earlier"] == 1
    async with session.get(
        f"{workspace.url}/workspace/look", params={**query, "channel": "nowhere"}
    ) as response:
        assert response.status == 404


async def test_a_closed_tab_is_no_fault(
    workspace: Workspace, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async with session.get(f"{workspace.url}/workspace/live") as response:
        await response.content.readline()
    for count in range(3):  # the first change only finds out that nobody reads
        await workspace.say("ada", "incidents", f"hello {count}")
        await asyncio.sleep(0.05)
    assert "Error handling request" not in caplog.text


FOREIGN = {
    "another origin": {"Origin": "http://evil.example"},
    "another port": {"Origin": "http://127.0.0.1:1"},
    "no origin at all": {"Origin": "null"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "rebound name": {"Host": "evil.example"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
async def test_a_foreign_page_can_do_nothing(
    workspace: Workspace, session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    body = {"user": "ada", "channel": "incidents", "text": "hello"}
    url = f"{workspace.url}/workspace/say"
    async with session.post(url, json=body, headers=headers) as response:
        assert response.status == 403
    assert workspace.messages("incidents") == []


async def test_a_form_of_a_foreign_page_is_no_json(
    workspace: Workspace, session: aiohttp.ClientSession
) -> None:
    url = f"{workspace.url}/workspace/say"
    async with session.post(url, data="text=hello", headers={"Content-Type": "text/plain"}) as r:
        assert r.status == 415


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("say", {"text": " "}, "text is empty"),
        ("say", {"text": "x", "channel": "nowhere"}, "no channel 'nowhere'"),
        ("alert", {"preset": "none"}, "no preset 'none'"),
        ("faults", {"kind": "explode"}, "kind must be one of"),
        ("faults", {"sockets": "melt"}, "sockets must be"),
        ("click", {"action_id": "x", "ts": "1.1"}, "no message"),
        ("say", [], "JSON object"),
    ],
)
async def test_a_bad_request_is_explained(
    workspace: Workspace, session: aiohttp.ClientSession, path: str, body: Any, words: str
) -> None:
    async with session.post(f"{workspace.url}/workspace/{path}", json=body) as response:
        assert response.status == 400
        assert words in (await response.json())["error"]


async def test_faults_can_be_set_and_cleared_over_http(
    workspace: Workspace, session: aiohttp.ClientSession
) -> None:
    url = f"{workspace.url}/workspace/faults"
    fault = {"kind": "slow", "target": "chat.update", "seconds": 2, "count": 3}
    async with session.post(url, json=fault) as response:
        assert (await response.json())["faults"][0]["count"] == 3
    async with session.post(url, json={"clear": True}) as response:
        assert (await response.json())["faults"] == []


async def test_changes_are_streamed(workspace: Workspace, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{workspace.url}/workspace/live") as response:
        await response.content.readuntil(b"\n\n")
        await workspace.say("ada", "incidents", "hello")
        line = await asyncio.wait_for(response.content.readuntil(b"\n\n"), 2)
    assert b'"what": "message"' in line


async def test_a_button_of_another_app_does_not_reach_the_bot(
    workspace: Workspace, bot: AsyncApp
) -> None:
    await workspace.alert("pagerduty", "incidents")
    outcome = await workspace.click("acknowledge")
    assert outcome.reason == "other_app"
    assert "another app" in workspace.notices("ada")[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "example.com"])  # noqa: S104
def test_the_workspace_is_not_opened_to_others(host: str) -> None:
    with pytest.raises(ValueError, match=r"use 127\.0\.0\.1"):
        Workspace(host=host)


async def test_a_port_in_use_is_an_os_error(workspace: Workspace) -> None:
    with pytest.raises(OSError, match="in use"):
        async with Workspace(int(workspace.url.rpartition(":")[2])):
            pass


async def test_the_command_prints_the_address_once_the_bot_listens() -> None:
    started: list[WorkspaceCredentials] = []
    stop = asyncio.Event()

    @asynccontextmanager
    async def start_bot(credentials: WorkspaceCredentials) -> AsyncIterator[None]:
        started.append(credentials)
        stop.set()
        yield

    out = io.StringIO()
    await run_workspace("127.0.0.1", 0, start_bot, stop=stop, out=out)
    assert started[0].url in out.getvalue()


async def test_a_posted_alert_is_answered_without_any_setting(
    base: KnowledgeBase, tmp_path: Path
) -> None:
    async with (
        Workspace() as workspace,
        running(bot_settings(workspace.credentials, tmp_path), base),
    ):
        for channel in ("incidents", "alerts"):
            ts = await workspace.alert("alertmanager", channel)
            await workspace.wait_for(lambda ts=ts: workspace.replies(ts), 10)


async def test_the_full_page_of_an_answer_is_there(
    base: KnowledgeBase, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    async with Workspace(pages=page_routes(base)) as workspace:
        settings = bot_settings(workspace.credentials, tmp_path, workspace.credentials.url)
        async with running(settings, base):
            await workspace.slash("ada", "incidents", "/winerr", "0x2F7")
            (answer,) = await workspace.wait_for(lambda: workspace.ephemerals("ada"), 10)
            await workspace.click(ids.SHOW_FIX, ts=answer["ts"])
            view = await workspace.wait_for(lambda: workspace.view("ada"))
            for blocks in (answer["blocks"], view["blocks"]):
                address = find_element(blocks, ids.OPEN_PAGE)[1]["url"]
                assert address.startswith(workspace.url)
                async with session.get(address) as response:
                    assert "ERROR_PROCESS_NOT_IN_JOB" in await response.text()
                    # The page's own rules are stricter than the workspace's.
                    policy = response.headers["Content-Security-Policy"]
                    assert policy.startswith("default-src 'none'")
            # Slack tells the app of the press, and expects to be heard.
            outcome = await workspace.click(ids.OPEN_PAGE, ts=answer["ts"])
            assert outcome.ok


# What the page offers


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.id)
def test_a_preset_is_a_message_that_slack_would_take(preset: Any) -> None:
    fields = preset.fields()
    assert fields["bot_id"]
    assert block_problems(fields.get("blocks", [])) == []
    for attachment in fields.get("attachments", []):
        assert attachment["fallback"]
        assert block_problems(attachment.get("blocks", [])) == []


def test_the_presets_cover_every_shape_of_sender_and_one_without_an_error() -> None:
    presets = load_presets()
    assert {preset.form for preset in presets} == {"app", "webhook", "legacy"}
    assert [preset.id for preset in presets if not preset.has_windows_error] == ["no_windows_error"]


def test_the_trace_to_paste_is_no_snippet() -> None:
    assert "Win32Exception (759)" in trace_sample()
    assert len(trace_sample()) < 2000


# Typed text

TYPED = {
    "escaped": ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
    "mention": ("@winerr hi", "<@U1> hi"),
    "unknown name": ("@nobody hi", "@nobody hi"),
    "channel": ("see #incidents", "see <#C1|>"),
    "url": ("see https://a.example/?a=1&b=2 now", "see <https://a.example/?a=1&amp;b=2> now"),
    "bare domain": ("on ASP.NET today", "on <http://ASP.NET|ASP.NET> today"),
    "namespace stays": ("System.Net.Sockets.SocketException", "System.Net.Sockets.SocketException"),
    "path stays": (r"C:\srv\app.py:12", r"C:\srv\app.py:12"),
    "mail": ("to a@b.example", "to <mailto:a@b.example|a@b.example>"),
    "address": ("at 10.0.0.1 now", "at <http://10.0.0.1|10.0.0.1> now"),
    "version stays": ("10.0.14393.0", "10.0.14393.0"),
    "inline code": ("`@winerr <x>`", "`@winerr &lt;x&gt;`"),
    "fence": ("```\n@winerr see ASP.NET\n```", "```@winerr see <http://ASP.NET|ASP.NET>```"),
    "open fence": ("a ``` b", "a ``` b"),
}


@pytest.mark.parametrize(("typed", "text"), TYPED.values(), ids=TYPED)
def test_typed_text_arrives_as_slack_passes_it_on(typed: str, text: str) -> None:
    assert read_typed(typed, {"winerr": "U1"}, {"incidents": "C1"}).text == text


def test_a_mention_inside_code_is_none() -> None:
    assert read_typed("```@winerr```", {"winerr": "U1"}, {}).mentioned == frozenset()


@pytest.mark.parametrize("piece", ["a.", "@", "`", "```", "http://", "1.", "a@a.", "<&>", "-a-."])
def test_a_hostile_megabyte_is_read_in_linear_time(piece: str) -> None:
    text = (piece * (1_000_000 // len(piece)))[:1_000_000]
    began = time.perf_counter()
    read_typed(text, {}, {})
    assert time.perf_counter() - began < 10
