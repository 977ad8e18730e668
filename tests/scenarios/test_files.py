"""Snippets and text files, from all places where people leave them, and what is wrong with some."""

from __future__ import annotations

import logging

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.running import RunningBot, running
from bot.workspace.file_objects import Told
from bot.workspace.server import Workspace
from bot.workspace.settings import DEFAULT_SCOPES, WorkspaceSettings
from knowledge import KnowledgeBase
from tests.scenarios.conftest import OpenBot, private_to, reply_to, said, settings_for, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
LINE = "CreateProcess failed: HRESULT 0x800702F7\n"
# The error stands far behind what a preview shows.
LONG = "12:00:01 step done\n" * 500 + LINE
WHAT = "@winerr what is this?"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200)


async def test_a_long_paste_with_a_mention_is_read_to_its_end(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.upload("ada", "incidents", LONG, text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))
    assert bot.bot.metrics.file_reads.labels("read")._value.get() == 1


async def test_a_snippet_in_a_direct_message_is_explained(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.say("ada", "dm-ada", LONG)
    assert JOB in said(await reply_to(workspace, ts))


async def test_the_shortcut_reads_the_files_of_its_message(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.upload("grace", "random", LONG)
    await workspace.shortcut("ada", "random", ts)
    assert JOB in said(await private_to(workspace, "ada"))


async def test_a_mention_in_a_thread_reads_the_thread_s_files(
    workspace: Workspace, bot: RunningBot
) -> None:
    root = await workspace.upload("grace", "incidents", LONG)
    await workspace.mention("ada", "incidents", "what is that?", root)
    assert JOB in said(await reply_to(workspace, root))


async def test_an_alert_with_its_log_attached_is_answered(
    workspace: Workspace, bot: RunningBot
) -> None:
    shared = await workspace.upload("grace", "random", LONG)
    (message,) = [each for each in workspace.messages("random") if each["ts"] == shared]
    alert = {"bot_id": "B0X", "subtype": "bot_message", "text": "build broke"}
    ts = await workspace.post_as_app({**alert, "files": message["files"]}, "alerts")
    assert JOB in said(await reply_to(workspace, ts))


async def test_an_alert_by_e_mail_is_answered_from_its_words_without_a_fetch(
    workspace: Workspace, bot: RunningBot
) -> None:
    mail = {
        "id": "F0MAIL", "mode": "email", "filetype": "email", "mimetype": "text/html",
        "subject": "[PRTG] Sensor down", "preview": "<div>Last message</div>",
        "plain_text": "Last message: failed with HRESULT 0x80070005",
        "url_private": "https://evil.test/mail",
    }  # fmt: skip
    post = {"user": "USLACKBOT", "subtype": "file_share", "text": "", "files": [mail]}
    ts = await workspace.post_as_app(post, "alerts")
    assert "ERROR_ACCESS_DENIED" in said(await reply_to(workspace, ts))
    subject = {**mail, "plain_text": "", "subject": "Backup failed: HRESULT 0x80070070"}
    other = await workspace.post_as_app({**post, "files": [subject]}, "alerts")
    assert "ERROR_DISK_FULL" in said(await reply_to(workspace, other))
    assert workspace.calls("files.info") == []


@pytest.mark.parametrize("tells", ["id", "connect"])
async def test_a_file_of_which_only_the_id_is_told_is_looked_up(
    workspace: Workspace, bot: RunningBot, tells: Told
) -> None:
    ts = await workspace.upload("ada", "incidents", LONG, text=WHAT, tells=tells)
    assert JOB in said(await reply_to(workspace, ts))
    assert len(workspace.calls("files.info")) == 1


async def test_what_nobody_sees_in_a_file_hides_no_code(
    workspace: Workspace, bot: RunningBot
) -> None:
    hidden = LINE.replace("0x8007", "0x8007\u200b")
    ts = await workspace.upload("ada", "incidents", hidden, text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
async def test_the_encodings_of_windows_are_read(
    workspace: Workspace, bot: RunningBot, encoding: str
) -> None:
    content = f"Für Größe übrig\n{LINE}".encode(encoding)
    ts = await workspace.upload("ada", "incidents", content, "run.log", text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))


async def test_of_a_huge_file_the_beginning_is_read(workspace: Workspace, bot: RunningBot) -> None:
    content = LINE + "x y z\n" * 2_000_000
    ts = await workspace.upload("ada", "incidents", content, "big.log", text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))
    ts = await workspace.upload("ada", "incidents", content[::-1], "big.log", text=WHAT)
    assert "only the beginning of a long file" in said(await reply_to(workspace, ts))


@pytest.mark.parametrize(
    ("content", "name", "mimetype"),
    [
        (PNG, "screen.png", "image/png"),
        (PNG, "screen.log", "text/plain"),
        (bytes(range(256)) * 50, "core.dmp", "application/octet-stream"),
        (b"\x01\x02\x03\x04noise" * 900, "noise.txt", "text/plain"),
    ],
)
async def test_what_is_no_text_is_said_to_the_one_who_asked_and_ignored_in_alerts(
    workspace: Workspace, bot: RunningBot, content: bytes, name: str, mimetype: str
) -> None:
    asked = await workspace.upload("ada", "incidents", content, name, text=WHAT, mimetype=mimetype)
    told = said(await private_to(workspace, "ada"))
    assert f"“{name}” is no text" in told
    (asked_about,) = [each for each in workspace.messages("incidents") if each["ts"] == asked]
    alert = {"bot_id": "B0X", "text": "", "files": asked_about["files"]}
    ignored = await workspace.post_as_app(alert, "alerts")
    await settle(workspace, bot)
    assert workspace.replies(asked) == []
    assert workspace.replies(ignored) == []


async def test_a_picture_sent_to_the_bot_alone_gets_a_sentence(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.upload("ada", "dm-ada", PNG, "screen.png", mimetype="image/png")
    assert "“screen.png” is no text" in said(await reply_to(workspace, ts))


async def test_a_question_beside_a_picture_is_answered_all_the_same(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.upload(
        "ada", "incidents", PNG, "screen.png", text="@winerr 0x2F7", mimetype="image/png"
    )
    reply = said(await reply_to(workspace, ts))
    assert JOB in reply
    assert "“screen.png” is no text" in reply


async def test_what_an_edit_leaves_unreadable_is_said_to_the_one_who_asked(
    workspace: Workspace, bot: RunningBot
) -> None:
    text = "@winerr 0x2F7"
    ts = await workspace.upload(
        "ada", "incidents", PNG, "screen.png", text=text, mimetype="image/png"
    )
    assert JOB in said(await reply_to(workspace, ts))
    await workspace.edit("incidents", ts, WHAT)
    told = said(await private_to(workspace, "ada"))
    assert "“screen.png” is no text" in told
    # Nothing in the message is about that error any more.
    await settle(workspace, bot)
    assert workspace.replies(ts) == []


async def test_an_answer_from_a_file_stays_while_the_file_cannot_be_read(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.upload("ada", "incidents", LONG, "x.log", text=WHAT)
    reply = await reply_to(workspace, ts)
    assert JOB in said(reply)
    workspace.fault("http_error", "files", status=403)
    await workspace.edit("incidents", ts, f"{WHAT} and why?")
    assert "I may not read “x.log”" in said(await private_to(workspace, "ada"))
    await settle(workspace, bot)
    assert workspace.replies(ts) == [reply]


async def test_a_deleted_file_is_said_to_be_gone(workspace: Workspace, bot: RunningBot) -> None:
    await workspace.upload("ada", "incidents", "", text=WHAT, tells="deleted")
    assert "was deleted or is kept no longer" in said(await private_to(workspace, "ada"))
    workspace.fault("slack_error", "files.info", error="file_not_found")
    await workspace.upload("ada", "incidents", LONG, text=WHAT, tells="connect")
    assert "was deleted" in said(await private_to(workspace, "ada", 2))


@pytest.mark.parametrize(
    ("status", "words"), [(403, "I may not read “x.log”"), (404, "“x.log” was deleted")]
)
async def test_a_file_that_is_refused_is_named(
    workspace: Workspace, bot: RunningBot, status: int, words: str
) -> None:
    workspace.fault("http_error", "files", status=status)
    await workspace.upload("ada", "incidents", "a\n" * 9 + LINE, "x.log", text=WHAT)
    assert words in said(await private_to(workspace, "ada"))


async def test_a_host_that_fails_in_passing_is_asked_again(
    workspace: Workspace, bot: RunningBot
) -> None:
    workspace.fault("http_error", "files", status=503)
    ts = await workspace.upload("ada", "incidents", LONG, text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))


async def test_a_slow_host_holds_up_nobody_for_long(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    workspace.fault("slow", "files", count=2, seconds=20)
    async with open_bot(channel_policy="alerts", slack_timeout_seconds=0.3):
        await workspace.upload("ada", "incidents", "a\n" * 9 + LINE, "x.log", text=WHAT)
        told = await workspace.wait_for(lambda: workspace.ephemerals("ada"), 10)
    assert "did not hand me “x.log” just now" in said(told[0])


async def test_the_token_follows_no_redirect_and_no_foreign_address(
    workspace: Workspace, bot: RunningBot
) -> None:
    """Another server on this machine is another host: its port differs."""
    asked: list[str] = []

    async def trap(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.Response(text=LINE)

    elsewhere = web.Application()
    elsewhere.router.add_get("/{any:.*}", trap)
    async with TestServer(elsewhere) as server:
        url = str(server.make_url("/x.log"))
        workspace.fault("redirect", url=url)
        await workspace.upload("ada", "incidents", "a\n" * 9 + LINE, "x.log", text=WHAT)
        assert "“x.log” lies outside of Slack" in said(await private_to(workspace, "ada"))
        file = {"id": "F1", "mimetype": "text/plain", "title": "y.log", "url_private": url}
        alert = {"bot_id": "B0X", "text": "HRESULT", "files": [file]}
        ts = await workspace.post_as_app(alert, "alerts")
        await settle(workspace, bot)
    assert asked == []
    assert workspace.replies(ts) == []


async def test_a_redirect_within_the_host_is_followed_so_far(
    workspace: Workspace, bot: RunningBot
) -> None:
    shared = await workspace.upload("grace", "random", LONG)
    (message,) = [each for each in workspace.messages("random") if each["ts"] == shared]
    workspace.fault("redirect", url=message["files"][0]["url_private"])
    ts = await workspace.upload("ada", "incidents", "nothing\n" * 9, "x.log", text=WHAT)
    assert JOB in said(await reply_to(workspace, ts))
    workspace.fault("redirect", count=9, url=message["files"][0]["url_private"])
    await workspace.upload("ada", "incidents", "a\n" * 9 + LINE, "x.log", text=WHAT)
    assert "lies outside of Slack" in said(await private_to(workspace, "ada"))


async def test_without_the_scope_the_preview_is_used_or_the_lack_is_said(
    base: KnowledgeBase,
) -> None:
    settings = WorkspaceSettings(scopes=DEFAULT_SCOPES - {"files:read"})
    async with Workspace(settings=settings) as workspace:
        options = settings_for(workspace, "socket", channel_policy="alerts")
        async with running(options, base):
            await workspace.wait_for(lambda: workspace.is_connected)
            ts = await workspace.upload("ada", "incidents", LINE, text=WHAT)
            assert JOB in said(await reply_to(workspace, ts))
            await workspace.upload("ada", "incidents", LONG, "x.log", text=WHAT)
            assert "needs the scope files:read" in said(await private_to(workspace, "ada"))
            await workspace.upload("ada", "incidents", LONG, "x.log", text=WHAT, tells="connect")
            assert "needs the scope files:read" in said(await private_to(workspace, "ada", 2))


async def test_of_several_files_five_are_read(workspace: Workspace, bot: RunningBot) -> None:
    shared = [await workspace.upload("grace", "random", f"{n}\n" * 9) for n in range(5)]
    shared.append(await workspace.upload("grace", "random", LONG))
    files = [each["files"][0] for each in workspace.messages("random") if each["ts"] in shared]
    alert = {"bot_id": "B0X", "subtype": "bot_message", "text": "logs"}
    unread = await workspace.post_as_app({**alert, "files": files}, "alerts")
    await settle(workspace, bot)
    read = await workspace.post_as_app({**alert, "files": files[1:]}, "alerts")
    assert JOB in said(await reply_to(workspace, read))
    assert workspace.replies(unread) == []


async def test_the_content_of_a_file_stands_in_no_log(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ts = await workspace.upload("ada", "incidents", "a\n" * 9 + LINE + "xyzzy-secret", text=WHAT)
    await reply_to(workspace, ts)
    await workspace.upload("ada", "incidents", b"\x01\x02" * 99 + b"xyzzy-secret", text=WHAT)
    await private_to(workspace, "ada")
    await settle(workspace, bot)
    assert "xyzzy-secret" not in caplog.text
    assert workspace.bot_token not in caplog.text
