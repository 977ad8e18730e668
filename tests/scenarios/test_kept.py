"""What stays in the store of what people and apps write: codes and counts, and no word of it."""

from __future__ import annotations

from typing import Any

from bot import ids
from bot.running import RunningBot
from bot.store.schema import metadata
from bot.store.unknown_table import unknowns
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import OpenBot, private_to, reply_to, said, settle

MARK = "zebrafish"
LINE = "CreateProcess failed: HRESULT 0x800702F7"
QUUX = "ERROR_QUUX_IS_BROKEN"
LOG = f"{MARK} started by {MARK}@corp.example\n" * 30
UNKNOWN = f"{LOG}12:00 worker-{MARK} ended with 0x8ABC1234, then {QUUX}\n{LOG}"


async def rows_with(bot: RunningBot, word: str) -> list[str]:
    """The tables that hold the word anywhere, in any spelling."""

    def look(tx: Any) -> list[str]:
        return [
            name
            for name in metadata.tables
            for row in tx.execute(f"SELECT * FROM {name}")  # noqa: S608
            if word in str(row).lower()
        ]

    return await bot.bot.database.run(look)


async def test_no_word_of_a_message_or_a_file_is_kept(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="alerts") as bot:
        with_error, without = f"{LOG}{LINE} of {MARK}.exe\n", LOG
        for channel in ("incidents", "dm-ada"):
            for content in (with_error, UNKNOWN, without):
                ts = await workspace.upload(
                    "ada", channel, content, f"{MARK}.log", text=f"@winerr what is it, {MARK}?"
                )
                await reply_to(workspace, ts)
        asked = (
            f"{MARK} says 0x2F7", f"{MARK}: 0x8ABC1234", f"why does {MARK} fail?",
            f"ERROR_ACESS_DENIED {MARK}", f"STOP 0x7E in {MARK}.sys", f"{MARK} 5",
        )  # fmt: skip
        for count, text in enumerate(asked, 1):
            await reply_to(workspace, await workspace.mention("ada", "incidents", text))
            await workspace.slash("ada", "incidents", ids.COMMAND, text)
            await private_to(workspace, "ada", count)
        root = await workspace.upload("grace", "random", with_error, f"{MARK}.log")
        await workspace.shortcut("grace", "random", root)
        await private_to(workspace, "grace")
        # Two of a kind: the first reply counts, and is kept to be changed.
        shared = [each["files"] for each in workspace.messages("random") if each["ts"] == root]
        for text in (f"{MARK}: {LINE}", f"{MARK} again: {LINE}", f"build of {MARK} broke"):
            alert = {"bot_id": "B0X", "text": text, "files": shared[0]}
            await workspace.post_as_app(alert, "alerts")
        await workspace.edit("incidents", workspace.messages("incidents")[0]["ts"], f"{MARK} 0x5")
        await workspace.open_home("ada")
        await settle(workspace, bot)
        await workspace.click_in_view(ids.SEARCH, value=f"{MARK} 0x2F7")
        await workspace.wait_for(lambda: workspace.view("ada"))
        await settle(workspace, bot)
        kept = await bot.bot.database.run(lambda tx: tx.execute("SELECT count, text FROM burst"))
        assert [count for count, _ in kept] == [3]
        assert await rows_with(bot, MARK) == []
        assert await rows_with(bot, QUUX.lower()) == ["unknown_code"]


async def test_unknown_codes_are_counted_from_files_too(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    pointers = "".join(f"frame {n} at 0x{n * 7919:08x}, ERROR_\n" for n in range(1, 400))
    async with open_bot() as bot:
        ts = await workspace.upload("ada", "incidents", pointers + UNKNOWN, text="@winerr this?")
        await reply_to(workspace, ts)
        root = await workspace.upload("grace", "random", UNKNOWN)
        await workspace.shortcut("ada", "random", root)
        assert "found no Windows error" in said(await private_to(workspace, "ada"))
        await settle(workspace, bot)
        found = await bot.bot.database.run(lambda tx: unknowns(tx, TEAM, 10))
    assert {(each.written, each.count) for each in found} == {("0x8ABC1234", 2), (QUUX, 2)}
