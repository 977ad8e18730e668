"""What members choose and say: a channel's settings, notes, what fixed it, whether it helped."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot import ids
from bot.channels import Channels
from bot.delivery import Delivery
from bot.forms import IncomingForm
from bot.incoming import IncomingAction, IncomingCommand
from bot.lookups import answer_ref, named_answer
from bot.memory import topic_of
from bot.rendering import notices, team_words
from bot.rendering.refs import WindowRef, decode_ref
from bot.rendering.settings_form import change_words, render_settings
from bot.rendering.team_forms import render_notes, render_resolution
from bot.settings import Settings
from bot.store.channel_table import ChannelSettings, mute_thread, unmute_thread
from bot.store.database import Database, Transaction
from bot.store.note_table import (
    Note,
    add_note,
    add_resolution,
    note_feedback,
    notes_of,
    remove_note,
)
from bot.store.occurrence_table import Frequent, frequent, is_known_public
from bot.telling import Telling
from bot.wording import Wording

if TYPE_CHECKING:
    from knowledge import Answer

_DRY_RUN_DAYS = 1.0
_NOTE_NUMBER = re.compile(r"[0-9]{1,18}")
_SHOWN = 10


class TeamReplies:
    """Commands, presses and forms that change or show what a team keeps."""

    def __init__(
        self,
        settings: Settings,
        wording: Wording,
        database: Database,
        channels: Channels,
        delivery: Delivery,
        telling: Telling,
    ) -> None:
        self._settings = settings
        self._wording = wording
        self._database = database
        self._channels = channels
        self._delivery = delivery
        self._telling = telling
        self.commands: dict[str, Callable[[IncomingCommand], Awaitable[None]]] = {
            "settings": self._show_settings,
            "recent": self._show_recent,
        }
        self.actions: dict[str, Callable[[IncomingAction], Awaitable[None]]] = {
            ids.MORE: self._choose,
            ids.HELPFUL: self._take_feedback,
            ids.NOT_HELPFUL: self._take_feedback,
            ids.UNMUTE: self._unmute,
            ids.NOTE_REMOVE: self._remove_note,
        }
        self._forms: dict[str, Callable[[IncomingForm], Awaitable[None]]] = {
            ids.SETTINGS_FORM: self._save_settings,
            ids.NOTE_FORM: self._save_note,
            ids.RESOLUTION_FORM: self._save_resolution,
        }

    async def take_form(self, form: IncomingForm) -> None:
        """Keep what a person submitted."""
        await self._forms[form.form](form)

    # Settings

    async def _show_settings(self, command: IncomingCommand) -> None:
        if command.channel.startswith("D"):
            await self._telling.say(command, team_words.SETTINGS_ARE_OF_CHANNELS)
            return
        view = await self.settings_window(command.team, command.channel, command.response_url)
        await self._telling.show(command, view)

    async def settings_window(
        self, team: str, channel: str, response_url: str = "", about: str = ""
    ) -> dict[str, Any]:
        """The form with a channel's settings; see WindowRef."""
        chosen = self._channels.chosen(team, channel)
        would = await self._frequent(team, channel, _DRY_RUN_DAYS, dry=True)
        return render_settings(
            chosen,
            self._settings.policy_for(channel),
            self._settings.cooldown_seconds,
            WindowRef(channel, None, about, response_url),
            changes=await self._channels.changes(team, channel),
            would=team_words.dry_run_words(would, self._named) if chosen.dry_run else "",
        )

    async def _save_settings(self, form: IncomingForm) -> None:
        values = json.loads(form.values)
        settings = ChannelSettings(**{**values, "senders": tuple(values["senders"])})
        change = await self._channels.save(form.tenant, form.channel, settings, form.user)
        rules = self._channels.rules(form.team, form.channel)
        words = change_words(change) if change else ""
        await self._telling.say(form, team_words.saved_words(words, rules.policy))

    async def _show_recent(self, command: IncomingCommand) -> None:
        direct = command.channel.startswith("D")
        channel = None if direct else command.channel
        days = min(self._settings.retention_days, 30.0)
        found = await self._frequent(command.team, channel, days, newest_first=True)
        rendered = team_words.render_recent(found, self._named, everywhere=direct)
        await self._telling.tell(command, rendered)

    # Presses

    async def _choose(self, action: IncomingAction) -> None:
        """An option of the menu: `verb|` and the reference of the code."""
        verb, _, value = action.value.partition("|")
        answer = self._answer_of(value)
        if answer is None:
            await self._telling.say(action, notices.GONE)
        elif verb == "note":
            view = render_notes(
                answer, await self._notes(action.team, answer), _window(action, value)
            )
            await self._telling.show(action, view)
        elif verb == "fixed":
            await self._telling.show(action, render_resolution(answer, _window(action, value)))
        elif verb == "mute":
            await self._mute(action)
        else:
            await self._telling.say(action, notices.GONE)

    async def _mute(self, action: IncomingAction) -> None:
        root = action.thread_ts or action.message_ts
        if not root:
            await self._telling.say(action, team_words.NO_THREAD)
            return
        team, channel, user = action.team, action.channel, action.user
        await self._database.run(lambda tx: mute_thread(tx, team, channel, root, user))
        await self._telling.tell(action, team_words.render_muted(root))

    async def _unmute(self, action: IncomingAction) -> None:
        team, channel, root = action.team, action.channel, action.value
        was_muted = await self._database.run(lambda tx: unmute_thread(tx, team, channel, root))
        await self._telling.say(action, team_words.UNMUTED if was_muted else team_words.NOT_MUTED)

    async def _take_feedback(self, action: IncomingAction) -> None:
        answer = self._answer_of(action.value)
        if answer is None:
            await self._telling.say(action, notices.GONE)
            return
        helpful = action.action_id == ids.HELPFUL
        team, user, topic = action.team, action.user, topic_of(answer)
        code = f"{answer.reading.family}:{answer.reading.hex}"
        await self._database.run(
            lambda tx: note_feedback(tx, team, user, topic, code, helpful=helpful)
        )
        await self._telling.say(action, team_words.THANKS if helpful else team_words.SORRY)

    async def _remove_note(self, action: IncomingAction) -> None:
        team, user = action.team, action.user
        answer = self._answer_of(action.about)
        number = int(action.value) if _NOTE_NUMBER.fullmatch(action.value) else -1
        removed = await self._database.run(lambda tx: remove_note(tx, team, number, user))
        if answer is None or not action.view_id:
            await self._telling.say(action, notices.GONE)
            return
        said = "" if removed else team_words.NOTE_GONE
        notes = await self._notes(team, answer)
        view = render_notes(answer, notes, _window(action, action.about), said)
        await self._delivery.update_modal(action.view_id, view)

    # Forms about an error

    async def _save_note(self, form: IncomingForm) -> None:
        answer, text = self._answer_of(form.about), json.loads(form.values)["text"]
        if answer is None:
            await self._telling.say(form, team_words.lost_words(text))
            return
        team, user, topic = form.team, form.user, topic_of(answer)
        await self._database.run(lambda tx: add_note(tx, team, topic, text, user))
        await self._telling.say(form, team_words.NOTE_SAVED)

    async def _save_resolution(self, form: IncomingForm) -> None:
        answer, text = self._answer_of(form.about), json.loads(form.values)["text"]
        if answer is None:
            await self._telling.say(form, team_words.lost_words(text))
            return
        team, channel, user, topic = form.team, form.channel, form.user, topic_of(answer)

        def work(tx: Transaction) -> None:
            public = is_known_public(tx, team, channel)
            add_resolution(tx, team, topic, channel, text, user, is_public=public)

        await self._database.run(work)
        await self._telling.say(form, team_words.RESOLUTION_SAVED)

    # What they need

    def _answer_of(self, value: str) -> Answer | None:
        ref = decode_ref(value)
        return answer_ref(ref, self._wording.base) if ref else None

    def _named(self, code: str) -> Answer | None:
        return named_answer(code, self._wording.base)

    async def _notes(self, team: str, answer: Answer) -> list[Note]:
        topic = topic_of(answer)
        return await self._database.run(lambda tx: notes_of(tx, team, topic))

    async def _frequent(
        self, team: str, channel: str | None, days: float,
        *, dry: bool = False, newest_first: bool = False,
    ) -> list[Frequent]:  # fmt: skip
        return await self._database.run(
            lambda tx: frequent(tx, team, channel, days, _SHOWN, dry=dry, newest_first=newest_first)
        )


def _window(action: IncomingAction, about: str) -> WindowRef:
    return WindowRef(action.channel, action.thread_ts, about, action.response_url)
