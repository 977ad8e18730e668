"""What members choose and say: settings of a channel, notes, what fixed it, whether it helped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot import ids
from bot.forms import READERS
from bot.incoming import message_from_event
from bot.memory import Memory
from bot.running import RunningBot
from bot.store.note_table import add_note, unhelpful
from bot.wording import Wording
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM, User
from knowledge.surfaces import THRESHOLDS
from tests.scenarios.conftest import private_to, reply_to, said, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
ALERT = {"bot_id": "B0X", "text": "job failed: HRESULT 0x800702F7"}


def option(value: str) -> dict[str, Any]:
    return {"type": "radio_buttons", "selected_option": {"value": value}}


async def open_settings(workspace: Workspace, channel: str = "incidents") -> dict[str, Any]:
    await workspace.slash("ada", channel, ids.COMMAND, "settings")
    return await workspace.wait_for(lambda: workspace.view("ada"))


def about(workspace: Workspace, verb: str, ts: str) -> str:
    """The value of an option in the menu of the bot's reply."""
    for block in workspace.replies(ts)[0]["blocks"]:
        for element in block.get("elements", []):
            for each in element.get("options", []):
                if each["value"].startswith(f"{verb}|"):
                    return str(each["value"])
    raise LookupError(verb)


async def menu(workspace: Workspace, verb: str, ts: str, user: str = "ada") -> None:
    reply = workspace.replies(ts)[0]["ts"]
    await workspace.click(ids.MORE, user=user, ts=reply, value=about(workspace, verb, ts))


async def test_members_choose_what_happens_in_their_channel(
    workspace: Workspace, bot: RunningBot
) -> None:
    view = await open_settings(workspace)
    assert "As everywhere (alerts)" in said(view)
    given = {
        "policy": {"chosen": "all"}, "senders": {"typed": "b0x, A0Y"},
        "cooldown_seconds": {"chosen": "300"}, "switches": {"chosen": ["digest"]},
    }  # fmt: skip
    assert (await workspace.submit_view("ada", given)).ok
    told = said(await private_to(workspace, "ada"))
    assert "as everywhere → all" in told
    assert "I answer every message" in told
    rules = bot.bot.channels.rules(TEAM, "C0INCIDENT")
    assert (rules.policy, rules.cooldown_seconds) == ("all", 300)
    assert rules.senders == {"B0X", "A0Y"}
    ts = await workspace.say("grace", "incidents", "it failed with HRESULT 0x800702F7")
    assert JOB in said(await reply_to(workspace, ts))
    # Who looks next sees what was chosen, and by whom.
    await workspace.slash("grace", "incidents", ids.COMMAND, "settings")
    again = said(await workspace.wait_for(lambda: workspace.view("grace")))
    assert "Changed lately" in again
    assert "U0ADA" in again
    assert "B0X A0Y" in again


async def test_a_wrong_form_says_what_is_wrong_at_its_fields_and_stays_open(
    workspace: Workspace, bot: RunningBot
) -> None:
    await open_settings(workspace)
    submitted = await workspace.submit_view("ada", {"senders": {"typed": "grafana, B0OK"}})
    assert not submitted.ok
    assert "GRAFANA" in submitted.errors["senders"]
    assert workspace.view("ada") is not None
    assert bot.bot.channels.chosen(TEAM, "C0INCIDENT").senders == ()


@pytest.mark.parametrize("name", sorted(READERS))
@pytest.mark.parametrize(
    "values",
    [{}, {"policy": 5, "senders": [], "note": {"value": 7}, "resolution": None}, {"switches": {}}],
)
def test_missing_and_wrong_fields_are_named_and_break_nothing(name: str, values: Any) -> None:
    _, faults = READERS[name](values)
    assert faults
    assert all(isinstance(words, str) and words for words in faults.values())


async def test_settings_of_a_direct_message_are_explained(
    workspace: Workspace, bot: RunningBot
) -> None:
    direct = next(c for c in workspace.state.channels.values() if c.kind == "im")
    await workspace.slash("ada", direct.id, ids.COMMAND, "settings")
    assert "belong to a channel" in said(await private_to(workspace, "ada"))


async def test_a_dry_run_reports_what_it_would_have_answered(
    workspace: Workspace, bot: RunningBot
) -> None:
    await open_settings(workspace, "alerts")
    assert (await workspace.submit_view("ada", {"switches": {"chosen": ["dry_run"]}})).ok
    await private_to(workspace, "ada")
    for _ in range(3):
        await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    view = said(await open_settings(workspace, "alerts"))
    assert "I would have answered once, for 3 messages" in view
    assert f"{JOB} 3" in view


async def test_recent_errors_are_listed_and_explained_at_a_press(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "alerts", ids.COMMAND, "recent")
    assert "no Windows error here" in said(await private_to(workspace, "ada"))
    for _ in range(2):
        await workspace.post_as_app(ALERT, "alerts")
    await settle(workspace, bot)
    await workspace.slash("ada", "alerts", ids.COMMAND, "recent")
    listed = said(await private_to(workspace, "ada", 2))
    assert JOB in listed
    assert "2 times" in listed
    await workspace.click(ids.pick_id(0))
    assert "759" in said(await private_to(workspace, "ada", 3))


async def test_a_note_is_shown_first_next_time_and_can_be_removed(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    await reply_to(workspace, ts)
    await menu(workspace, "note", ts)
    await workspace.wait_for(lambda: workspace.view("ada"))
    text = (
        "Restart the **launcher**, <!channel>:\n- `net stop agent`\n- [book](https://wiki.test/x)"
    )
    assert (await workspace.submit_view("ada", {"note": {"typed": text}})).ok
    await private_to(workspace, "ada")
    again = await workspace.mention("grace", "incidents", "HRESULT 0x800702F7 again")
    blocks = (await reply_to(workspace, again))["blocks"]
    note = said(blocks[1])
    assert "Team note" in note
    assert "net stop agent" in note
    assert '"type": "broadcast"' not in note
    await menu(workspace, "note", again, "grace")
    await workspace.wait_for(lambda: workspace.view("grace"))
    await workspace.click_in_view(ids.NOTE_REMOVE, user="grace")
    removed = said(await workspace.wait_for(
        lambda: (view := workspace.view("grace")) and "removed by" in said(view) and view
    ))  # fmt: skip
    assert "net stop agent" not in removed
    last = await workspace.mention("ada", "incidents", "0x2F7 once more")
    assert "net stop agent" not in said(await reply_to(workspace, last))


async def test_an_odd_address_in_a_note_spoils_no_answer(
    workspace: Workspace, bot: RunningBot
) -> None:
    topic, odd = "win32/ERROR_PROCESS_NOT_IN_JOB", "[the log](http://[srv1/x)"
    await bot.bot.database.run(lambda tx: add_note(tx, TEAM, topic, odd, "U0ADA"))
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    assert odd in said(await reply_to(workspace, ts))


async def test_what_fixed_it_is_said_next_time(workspace: Workspace, bot: RunningBot) -> None:
    ts = await workspace.post_as_app(ALERT, "alerts")
    await reply_to(workspace, ts)
    await menu(workspace, "fixed", ts)
    await workspace.wait_for(lambda: workspace.view("ada"))
    given = {"resolution": {"typed": "rolled the agent back to 4.2"}}
    assert (await workspace.submit_view("ada", given)).ok
    await private_to(workspace, "ada")
    again = await workspace.mention("grace", "incidents", "what is 0x2F7?")
    reply = said(await reply_to(workspace, again))
    assert "Fixed last time" in reply
    assert "rolled the agent back to 4.2" in reply
    await workspace.slash("grace", "incidents", ids.COMMAND, "0x2F7")
    assert "rolled the agent back" in said(await private_to(workspace, "grace"))


async def test_what_helped_and_what_did_not_is_kept_once_a_person(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    reply = await reply_to(workspace, ts)
    for count, action_id in enumerate((ids.HELPFUL, ids.NOT_HELPFUL, ids.NOT_HELPFUL), 1):
        await workspace.click(action_id, ts=reply["ts"])
        await private_to(workspace, "ada", count)
    found = await bot.bot.database.run(lambda tx: unhelpful(tx, TEAM))
    assert [row[2] for row in found] == [1]


async def test_a_thread_is_muted_and_unmuted_from_the_menu(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.post_as_app(ALERT, "alerts")
    await reply_to(workspace, ts)
    await menu(workspace, "mute", ts)
    assert "This thread is muted" in said(await private_to(workspace, "ada"))
    await workspace.edit("alerts", ts, "job failed: HRESULT 0x80070005")
    await settle(workspace, bot)
    assert JOB in said(workspace.replies(ts)[0])
    await workspace.click(ids.UNMUTE)
    assert "muted no longer" in said(await private_to(workspace, "ada", 2))
    await workspace.edit("alerts", ts, "job failed: HRESULT 0x80070005 again")
    await workspace.wait_for(lambda: "ERROR_ACCESS_DENIED" in said(workspace.replies(ts)[0]))


async def test_another_reading_opens_on_top_of_the_window_it_was_picked_in(
    workspace: Workspace, bot: RunningBot
) -> None:
    ts = await workspace.mention("ada", "incidents", "STOP code 0x7E")
    reply = await reply_to(workspace, ts)
    await workspace.click(ids.SHOW_READINGS, ts=reply["ts"])
    first = await workspace.wait_for(lambda: workspace.view("ada"))
    await workspace.click_in_view(ids.pick_id(0))
    second = await workspace.wait_for(
        lambda: (view := workspace.view("ada")) and view["id"] != first["id"] and view
    )
    assert second["previous_view_id"] == first["id"]


@pytest.mark.parametrize("action_id", [ids.HELPFUL, ids.MORE])
async def test_people_of_another_organisation_change_nothing(
    workspace: Workspace, bot: RunningBot, action_id: str
) -> None:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    reply = await reply_to(workspace, ts)
    outsider = User("U0EVE", "eve", "Eve Elsewhere", team="T0ELSE")
    workspace.state.users[outsider.id] = outsider
    workspace.state.channel_named("incidents").members.add(outsider.id)
    value = about(workspace, "note", ts) if action_id == ids.MORE else None
    await workspace.click(action_id, user="eve", ts=reply["ts"], value=value)
    assert "Only members of the workspace" in said(await private_to(workspace, "eve"))
    assert workspace.view("eve") is None
    # What the buttons show is for everybody.
    await workspace.click(ids.SHOW_FIX, user="eve", ts=reply["ts"])
    assert JOB in said(await workspace.wait_for(lambda: workspace.view("eve")))


async def test_a_window_of_another_organisations_person_is_kept_by_nobody(
    workspace: Workspace, bot: RunningBot
) -> None:
    view = await open_settings(workspace)
    outsider = User("U0EVE", "eve", "Eve Elsewhere", team="T0ELSE")
    workspace.state.users[outsider.id] = outsider
    submitted = await workspace._interactions.submit(outsider, view, {"policy": {"chosen": "all"}})
    assert not submitted.ok
    assert "Only members" in said(dict(submitted.errors))
    assert bot.bot.channels.chosen(TEAM, "C0INCIDENT").policy is None


async def test_what_the_team_knows_is_not_told_where_another_organisation_reads_along(
    workspace: Workspace, bot: RunningBot
) -> None:
    topic = "win32/ERROR_PROCESS_NOT_IN_JOB"
    await bot.bot.database.run(lambda tx: add_note(tx, TEAM, topic, "ask Ada", "U0ADA"))
    event = message_from_event({
        "team_id": TEAM, "is_ext_shared_channel": True,
        "event": {"type": "app_mention", "channel": "C0INCIDENT", "ts": "1.0", "text": "0x2F7"},
    })  # fmt: skip
    assert event is not None
    for message, told in ((event, False), (replace(event, is_shared=False), True)):
        rendered = Wording(bot.bot.knowledge, THRESHOLDS).asked("0x2F7", "mention")
        assert rendered is not None
        memory = Memory(bot.bot.database, 30.0)
        known = await memory.recall(message, rendered, dry=False, cooldown=0)
        assert bool(known.remembered.notes) == told
