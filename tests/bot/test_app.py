"""The moments of a start in which the bot takes work and cannot do it yet."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import build_app
from bot.incoming import IncomingMessage
from bot.jobs import MessageJob
from bot.secret import Secret
from bot.settings import Settings
from bot.store.database import Database
from bot.store.inbox_table import count_jobs
from bot.workspace.server import Workspace
from knowledge import open_knowledge


async def test_what_came_before_a_start_failed_waits_for_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise ImportError(name)

    async with Workspace() as workspace:
        settings = Settings(
            slack_bot_token=Secret(workspace.bot_token), slack_api_url=workspace.api_url
        )
        bot = build_app(settings, open_knowledge(), database)
        message = IncomingMessage("T0LOCAL01", "C1", "1.1", "mention", "0x5")
        with monkeypatch.context() as patch:
            patch.setattr("bot.app.import_module", broken)
            await bot.start()
            assert await bot.inbox.accept(MessageJob(message, "mention"))
            with pytest.raises(ImportError):
                await bot.answering()
            await asyncio.sleep(0.1)
            await bot.stop()
    assert await database.run(count_jobs) == {"open": 1}
