"""The Home tab: searching, what was met, what nobody could explain, a person's channels."""

from __future__ import annotations

from typing import Any

import pytest

from bot import ids
from bot.running import RunningBot
from bot.store.occurrence_table import Occurrence, note_occurrences
from bot.store.unknown_table import unknowns
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM, User
from tests.scenarios.conftest import private_to, reply_to, said, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
ALERT = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}
QUUX = "ERROR_QUUX_IS_BROKEN"


async def home(workspace: Workspace, bot: RunningBot, user: str = "ada") -> dict[str, Any]:
    await workspace.open_home(user)
    await settle(workspace, bot)
    return await workspace.wait_for(lambda: workspace.home(user))


async def window(workspace: Workspace, words: str, user: str = "ada") -> dict[str, Any]:
    return await workspace.wait_for(
        lambda: (view := workspace.view(user)) and words in said(view) and view
    )


async def test_it_is_published_when_it_changed_and_not_at_every_look(
    workspace: Workspace, bot: RunningBot
) -> None:
    first = await home(workspace, bot)
    assert "I have met no Windows error" in said(first)
    assert "/winerr settings" in said(first)
    for _ in range(3):
        assert await home(workspace, bot) == first
    assert len(workspace.calls("views.publish")) == 1
    await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    second = await home(workspace, bot)
    assert JOB in said(second)
    assert second["id"] == first["id"]
    call = workspace.calls("views.publish")[-1]
    assert (len(workspace.calls("views.publish")), call.args["hash"]) == (2, first["hash"])


async def test_looks_at_the_messages_tab_publish_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.open_home("ada", "messages")
    await settle(workspace, bot)
    assert workspace.calls("views.publish") == []


async def test_a_hash_conflict_is_no_failure(
    workspace: Workspace, bot: RunningBot, caplog: pytest.LogCaptureFixture
) -> None:
    await home(workspace, bot)
    await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    workspace.fault("slack_error", target="views.publish", error="hash_conflict")
    await home(workspace, bot)
    assert "job failed" not in caplog.text
    assert JOB in said(await home(workspace, bot))


async def test_a_search_is_answered_in_a_window(workspace: Workspace, bot: RunningBot) -> None:
    await home(workspace, bot)
    await workspace.click_in_view(ids.SEARCH, value="0x2F7")
    answer = await window(workspace, JOB)
    # There is no channel to share in, and no thread to mute.
    assert ids.SHARE not in said(answer)
    assert "mute|" not in said(answer)
    await workspace.click_in_view(ids.SHOW_FIX)
    fix = await workspace.wait_for(
        lambda: (view := workspace.view("ada")) and view["id"] != answer["id"] and view
    )
    assert fix["previous_view_id"] == answer["id"]
    await workspace.close_view("ada", everything=True)
    for asked, words in (
        (" ", "I explain Windows errors"),
        ("which process has my file open?", "from the article"),
        ("ERROR_ACESS_DENIED", "Did you mean"),
        ("why ERROR_ACCESS_\u200bDENIED", "ERROR_ACCESS_DENIED"),
        ("<!channel> `hello`", "I found no Windows error"),
        ("x" * 3_000, "I found no Windows error"),
    ):
        await workspace.click_in_view(ids.SEARCH, value=asked)
        assert "<!channel>" not in said(await window(workspace, words))
        await workspace.close_view("ada", everything=True)


async def test_a_window_too_many_replaces_the_last(workspace: Workspace, bot: RunningBot) -> None:
    await home(workspace, bot)
    await workspace.click_in_view(ids.SEARCH, value="STOP code 0x7E")
    await window(workspace, "0x0000007E")
    await workspace.click_in_view(ids.SHOW_READINGS)
    await window(workspace, "Other readings")
    await workspace.click_in_view(ids.pick_id(0))
    third = await workspace.wait_for(
        lambda: (view := workspace.view("ada")) and "Other readings" not in said(view) and view
    )
    await settle(workspace, bot)
    assert third["previous_view_id"]


async def test_a_note_from_a_search_is_kept_and_confirmed(
    workspace: Workspace, bot: RunningBot
) -> None:
    await home(workspace, bot)
    await workspace.click_in_view(ids.SEARCH, value="0x2F7")
    await window(workspace, JOB)
    await workspace.click_in_view(ids.HELPFUL)
    await window(workspace, "Thanks, noted")
    await workspace.close_view("ada")
    await workspace.click_in_view(ids.MORE)
    await window(workspace, "New note")
    assert (await workspace.submit_view("ada", {"note": {"typed": "restart the agent"}})).ok
    await window(workspace, "The note is shown first")
    ts = await workspace.mention("grace", "incidents", "0x2F7")
    assert "restart the agent" in said(await reply_to(workspace, ts))


async def test_only_public_channels_are_told_of(workspace: Workspace, bot: RunningBot) -> None:
    secret = Occurrence(TEAM, "G0SECRET", "x", "win32:0x00000020", is_public=False)
    await bot.bot.database.run(lambda tx: note_occurrences(tx, [secret]))
    await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    shown = said(await home(workspace, bot, "grace"))
    assert JOB in shown
    assert "SHARING_VIOLATION" not in shown
    assert "U0" not in shown
    await workspace.click_in_view(ids.pick_id(0), user="grace")
    assert "759" in said(await window(workspace, JOB, "grace"))


async def test_my_channels_are_those_that_i_chose_for(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "random", ids.COMMAND, "settings")
    await workspace.wait_for(lambda: workspace.view("ada"))
    assert (await workspace.submit_view("ada", {"policy": {"chosen": "off"}})).ok
    await private_to(workspace, "ada")
    shown = said(await home(workspace, bot))
    assert "<#C0RANDOM01> · answers commands only" in shown
    assert "C0RANDOM01" not in said(await home(workspace, bot, "grace"))
    await workspace.click_in_view(ids.CHANNEL_SETTINGS)
    form = await window(workspace, "What I do in")
    assert "C0RANDOM01" in said(form)
    # The bot is not in that channel: what was saved is said where the person is.
    assert (await workspace.submit_view("ada", {"policy": {"chosen": "all"}})).ok
    await window(workspace, "I answer every message")
    await workspace.wait_for(lambda: "answers everything" in said(workspace.home("ada") or {}))
    assert bot.bot.channels.rules(TEAM, "C0RANDOM01").policy == "all"


@pytest.mark.parametrize(
    ("action_id", "value", "words"),
    [
        (ids.CHANNEL_SETTINGS, "C0ALERTS01", "Only channels whose settings you changed"),
        (ids.CHANNEL_SETTINGS, "<!channel>", "Only channels whose settings you changed"),
        (ids.pick_id(0), '{"f": "gone", "v": 1', "no longer known here"),
        (ids.pick_id(0), "", "no longer known here"),
    ],
)
async def test_buttons_whose_state_is_gone_say_so(
    workspace: Workspace, bot: RunningBot, action_id: str, value: str, words: str
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "settings")
    await workspace.wait_for(lambda: workspace.view("ada"))
    assert (await workspace.submit_view("ada", {"policy": {"chosen": "off"}})).ok
    await private_to(workspace, "ada")
    await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    await home(workspace, bot)
    await workspace.click_in_view(action_id, value=value)
    await window(workspace, words)


async def test_people_of_another_organisation_search_and_choose_nothing(
    workspace: Workspace, bot: RunningBot
) -> None:
    outsider = User("U0EVE", "eve", "Eve Elsewhere", team="T0ELSE")
    workspace.state.users[outsider.id] = outsider
    await home(workspace, bot, "eve")
    await workspace.click_in_view(ids.SEARCH, user="eve", value="0x2F7")
    await window(workspace, "Only members of the workspace", "eve")


async def test_what_nobody_could_explain_is_counted_without_its_text(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, QUUX)
    await private_to(workspace, "ada")
    ts = await workspace.mention("grace", "incidents", f"who has seen {QUUX} on host mail-7?")
    await reply_to(workspace, ts)
    ts = await workspace.say("ada", "dm-ada", "0x8ABC1234")
    await reply_to(workspace, ts)
    ts = await workspace.say("ada", "incidents", "it says error_zork_9 somewhere")
    await workspace.shortcut("ada", "incidents", ts)
    await private_to(workspace, "ada", 2)
    # What has an answer, and what is no code, is not among them.
    await workspace.slash("ada", "incidents", ids.COMMAND, "0x2F7")
    await private_to(workspace, "ada", 3)
    await workspace.slash("ada", "incidents", ids.COMMAND, "hello my password is Tr0ub4dor")
    await private_to(workspace, "ada", 4)
    await settle(workspace, bot)
    found = await bot.bot.database.run(lambda tx: unknowns(tx, TEAM, 10))
    assert {(each.written, each.count) for each in found} == {
        (QUUX, 2), ("0x8ABC1234", 1), ("ERROR_ZORK_9", 1),
    }  # fmt: skip
    shown = said(await home(workspace, bot, "grace"))
    assert "Asked for, and not explained" in shown
    assert QUUX in shown
    assert "asked 2 times" in shown
    assert "mail-7" not in shown


async def test_answers_that_did_not_help_are_counted_without_names(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    reply = await reply_to(workspace, ts)
    await workspace.click(ids.NOT_HELPFUL, ts=reply["ts"])
    await private_to(workspace, "ada")
    shown = said(await home(workspace, bot, "grace"))
    assert "one person said that it did not help" in shown
    assert "U0ADA" not in shown
