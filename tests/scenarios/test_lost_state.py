"""Buttons and windows after the database was emptied, or with fields that nobody filled in."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot import ids
from bot.running import RunningBot
from bot.store.note_table import add_note, last_resolution, notes_of
from bot.store.schema import metadata
from bot.workspace.server import Workspace
from bot.workspace.state import TEAM
from tests.scenarios.conftest import OpenBot, private_to, reply_to, said, settle

JOB = "ERROR_PROCESS_NOT_IN_JOB"
TOPIC = "win32/ERROR_PROCESS_NOT_IN_JOB"
UNKNOWN = json.dumps({"f": "gone", "v": 0x5A5A5A5A})
TYPED = {"note": "note", "fixed": "resolution"}


@pytest.fixture
async def bot(open_bot: OpenBot) -> AsyncIterator[RunningBot]:
    """A bot over Socket Mode."""
    async with open_bot() as opened:
        yield opened


async def empty(bot: RunningBot) -> None:
    """Lose all that was kept."""

    def work(tx: Any) -> None:
        for name in metadata.tables:
            tx.execute(f"DELETE FROM {name}")  # noqa: S608

    await bot.bot.database.run(work)


async def answer(workspace: Workspace) -> dict[str, Any]:
    ts = await workspace.mention("ada", "incidents", "0x2F7")
    return await reply_to(workspace, ts)


def pressable(reply: dict[str, Any]) -> list[tuple[str, str | None]]:
    """Every button, and every option of a menu, of a message."""
    found: list[tuple[str, str | None]] = []
    for block in reply["blocks"]:
        for element in block.get("elements", []) if block["type"] == "actions" else ():
            options = [each["value"] for each in element.get("options", [])]
            found += [(element["action_id"], value) for value in options or [None]]
    return found


def told(workspace: Workspace) -> list[str]:
    """What the person was told or shown, so far."""
    view = workspace.view("ada")
    return [said(each) for each in workspace.ephemerals("ada")] + ([said(view)] if view else [])


async def test_every_button_of_an_answer_works_when_the_database_was_emptied(
    workspace: Workspace, bot: RunningBot
) -> None:
    reply = await answer(workspace)
    await settle(workspace, bot)
    buttons = pressable(reply)
    assert len(buttons) >= 6
    for action_id, value in buttons:
        await empty(bot)
        before = len(told(workspace))
        assert (await workspace.click(action_id, ts=reply["ts"], value=value)).ok
        await workspace.wait_for(lambda: len(told(workspace)) > before)  # noqa: B023
        assert not any("something broke" in each for each in told(workspace))
        await workspace.close_view("ada", everything=True)
    await settle(workspace, bot)
    assert workspace.replies(reply["thread_ts"]) == [reply]


async def test_a_thread_that_is_muted_no_longer_is_said_so(
    workspace: Workspace, bot: RunningBot
) -> None:
    reply = await answer(workspace)
    mute = next(value for _, value in pressable(reply) if value and value.startswith("mute|"))
    await workspace.click(ids.MORE, ts=reply["ts"], value=mute)
    await private_to(workspace, "ada")
    await settle(workspace, bot)
    await empty(bot)
    await workspace.click(ids.UNMUTE)
    assert "not muted any more" in said(await private_to(workspace, "ada", 2))


async def test_a_verb_of_another_version_is_said_to_be_gone(
    workspace: Workspace, bot: RunningBot
) -> None:
    reply = await answer(workspace)
    about = next(value for _, value in pressable(reply) if value and value.startswith("note|"))
    element = next(
        element
        for block in workspace.state.channel_named("incidents").messages[reply["ts"]]["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == ids.MORE
    )
    odd = about.replace("note|", "escalate|")
    element["options"].append({"text": {"type": "plain_text", "text": "x"}, "value": odd})
    await workspace.click(ids.MORE, ts=reply["ts"], value=odd)
    assert "older answer" in said(await private_to(workspace, "ada"))


async def test_a_note_that_is_gone_is_said_to_be_gone(
    workspace: Workspace, bot: RunningBot
) -> None:
    await bot.bot.database.run(lambda tx: add_note(tx, TEAM, TOPIC, "ask Grace", "U0ADA00001"))
    view = await open_window(workspace, await answer(workspace), "note")
    assert "ask Grace" in said(view)
    await settle(workspace, bot)
    await empty(bot)
    await workspace.click_in_view(ids.NOTE_REMOVE)
    shown = said(await workspace.wait_for(
        lambda: (view := workspace.view("ada")) and "removed before" in said(view) and view
    ))  # fmt: skip
    assert "ask Grace" not in shown


@pytest.mark.parametrize("value", ["", "x", "9" * 500, "-1", "٣"])
async def test_a_note_s_button_with_an_odd_value_removes_nothing(
    workspace: Workspace, bot: RunningBot, value: str
) -> None:
    await bot.bot.database.run(lambda tx: add_note(tx, TEAM, TOPIC, "ask Grace", "U0ADA00001"))
    await open_window(workspace, await answer(workspace), "note")
    await workspace.click_in_view(ids.NOTE_REMOVE, value=value)
    shown = said(await workspace.wait_for(
        lambda: (view := workspace.view("ada")) and "removed before" in said(view) and view
    ))  # fmt: skip
    assert "ask Grace" in shown


async def open_window(workspace: Workspace, reply: dict[str, Any], verb: str) -> dict[str, Any]:
    value = next(value for _, value in pressable(reply) if value and value.startswith(f"{verb}|"))
    await workspace.click(ids.MORE, ts=reply["ts"], value=value)
    return await workspace.wait_for(lambda: workspace.view("ada"))


@pytest.mark.parametrize("verb", ["note", "fixed"])
async def test_what_is_typed_into_a_window_is_kept_although_the_database_was_emptied(
    workspace: Workspace, bot: RunningBot, verb: str
) -> None:
    await open_window(workspace, await answer(workspace), verb)
    await settle(workspace, bot)
    await empty(bot)
    assert (await workspace.submit_view("ada", {TYPED[verb]: {"typed": "restarted it"}})).ok
    assert "Saved." in said(await private_to(workspace, "ada"))

    def kept(tx: Any) -> str:
        found = last_resolution(tx, TEAM, "C0INCIDENT", TOPIC)
        return "".join([*(each.text for each in notes_of(tx, TEAM, TOPIC)),
                        found.text if found else ""])  # fmt: skip

    assert await bot.bot.database.run(kept) == "restarted it"


@pytest.mark.parametrize("verb", ["note", "fixed"])
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (None, "sentence or two"),
        (" \n\t\u200b ", "sentence or two"),
        ("x" * 2_500, "keep"),
        (5, "sent"),
    ],
)
async def test_a_window_with_a_wrong_field_stays_open_and_says_what_is_wrong(
    workspace: Workspace, bot: RunningBot, verb: str, typed: Any, words: str
) -> None:
    view = await open_window(workspace, await answer(workspace), verb)
    values = {} if typed is None else {TYPED[verb]: {"typed": typed}}
    unchecked(workspace)
    submitted = await workspace.submit_view("ada", values)
    assert not submitted.ok
    assert words in submitted.errors[TYPED[verb]]
    assert (workspace.view("ada") or {})["id"] == view["id"]


@pytest.mark.parametrize("verb", ["note", "fixed"])
@pytest.mark.parametrize("about", ["", "older", '{"f": 5}'])
async def test_a_window_that_lost_its_code_stays_open(
    workspace: Workspace, bot: RunningBot, verb: str, about: str
) -> None:
    await open_window(workspace, await answer(workspace), verb)
    lose(workspace, about)
    submitted = await workspace.submit_view("ada", {TYPED[verb]: {"typed": "restarted it"}})
    assert not submitted.ok
    assert "kept nothing" in submitted.errors[TYPED[verb]]


@pytest.mark.parametrize("verb", ["note", "fixed"])
async def test_what_was_typed_about_a_code_that_is_gone_comes_back(
    workspace: Workspace, bot: RunningBot, verb: str
) -> None:
    await open_window(workspace, await answer(workspace), verb)
    lose(workspace, UNKNOWN)
    typed = "restarted <!channel> `it`"
    assert (await workspace.submit_view("ada", {TYPED[verb]: {"typed": typed}})).ok
    private = await private_to(workspace, "ada")
    assert "known here, so I kept nothing" in said(private)
    assert "`it`" in said(private)
    assert "<!channel>" not in private["text"]
    assert '"broadcast"' not in said(private)


async def test_settings_are_kept_although_the_database_was_emptied(
    workspace: Workspace, bot: RunningBot
) -> None:
    await workspace.slash("ada", "incidents", ids.COMMAND, "settings")
    await workspace.wait_for(lambda: workspace.view("ada"))
    await settle(workspace, bot)
    await empty(bot)
    assert (await workspace.submit_view("ada", {"policy": {"chosen": "all"}})).ok
    assert "Saved" in said(await private_to(workspace, "ada"))
    assert bot.bot.channels.rules(TEAM, "C0INCIDENT").policy == "all"


def lose(workspace: Workspace, about: str) -> None:
    """Let the open window be about something else."""
    view = workspace._views.top(workspace.state.user_named("ada").id)
    assert view is not None
    metadata = json.loads(view["private_metadata"])
    view["private_metadata"] = json.dumps({**metadata, "a": about})


def unchecked(workspace: Workspace) -> None:
    """Let the open window be submitted as another client than Slack's would."""
    view = workspace._views.top(workspace.state.user_named("ada").id)
    assert view is not None
    for block in view["blocks"]:
        if block["type"] == "input":
            block["optional"] = True
            block["element"].pop("max_length", None)
