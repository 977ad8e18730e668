"""Posts of monitoring systems over the whole bot: those about Windows errors, and all others."""

from __future__ import annotations

from bot.workspace.presets import load_presets
from bot.workspace.server import Workspace
from tests.alerts import OTHER_ALERTS
from tests.scenarios.conftest import OpenBot, reply_to, settle


async def test_every_sender_is_answered_about_windows_and_about_nothing_else(
    workspace: Workspace, open_bot: OpenBot
) -> None:
    async with open_bot(channel_policy="alerts", cooldown_seconds=0) as bot:
        left_alone = [await workspace.post_as_app(each.fields(), "alerts") for each in OTHER_ALERTS]
        await settle(workspace, bot)
        assert [ts for ts in left_alone if workspace.replies(ts)] == []
        assert workspace.calls("chat.postMessage") == []
        for preset in load_presets():
            if preset.has_windows_error:
                await reply_to(workspace, await workspace.alert(preset.id))
