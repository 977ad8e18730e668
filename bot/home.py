"""The Home tab: published when it has changed since the person saw it, and what is done in it."""

from __future__ import annotations

from bot import ids
from bot.delivery import Delivery
from bot.home_opened import HomeOpened
from bot.incoming import IncomingAction
from bot.lookups import named_answer
from bot.memory import Memory
from bot.mrkdwn import seen
from bot.rendering import notices
from bot.rendering.home_tab import SEARCH_CHARS, HomeContent, Unhelpful, mark_of, render_home
from bot.rendering.remembering import with_memory
from bot.store.channel_table import channels_changed_by, read_channel
from bot.store.database import Database, Transaction
from bot.store.note_table import unhelpful
from bot.store.occurrence_table import frequent
from bot.store.unknown_table import unknowns
from bot.team_replies import TeamReplies
from bot.telling import Telling
from bot.tenant import Tenant
from bot.wording import Wording, asks_for_help

_SHOWN = 5
_SHOWN_UNKNOWN = 10
_SHOWN_CHANNELS = 15
_LOOKED_AT_CHANNELS = 200
_NOT_YOURS = (
    "Only channels whose settings you changed are chosen from here."
    " Type /winerr settings in the channel."
)


class Home:
    """Works off looks at the Home tab and what is pressed in it."""

    def __init__(
        self,
        wording: Wording,
        database: Database,
        memory: Memory,
        delivery: Delivery,
        telling: Telling,
        team: TeamReplies,
        days: float,
    ) -> None:
        self._wording = wording
        self._database = database
        self._memory = memory
        self._delivery = delivery
        self._telling = telling
        self._team = team
        self._days = min(days, 30.0)
        self.actions = {ids.SEARCH: self._search, ids.CHANNEL_SETTINGS: self._settings}

    async def show(self, opened: HomeOpened) -> None:
        """Publish it, unless it stands there already."""
        view = await self._render(opened.tenant, opened.user)
        if mark_of(view) != opened.shown:
            await self._delivery.publish_home(opened.user, view, opened.hash)

    async def refresh(self, tenant: Tenant, user: str) -> None:
        """Publish it after the person changed something."""
        await self._delivery.publish_home(user, await self._render(tenant, user))

    async def _render(self, tenant: Tenant, user: str) -> dict[str, object]:
        def read(tx: Transaction) -> HomeContent:
            team, days = tenant.team, self._days
            mine = channels_changed_by(tx, team, user, _SHOWN_CHANNELS)
            return HomeContent(
                int(days) or 1,
                # None: the public channels, which alone everybody may know of.
                frequent(tx, team, None, days, _SHOWN),
                frequent(tx, team, None, days, _SHOWN, newest_first=True),
                unknowns(tx, team, _SHOWN_UNKNOWN),
                [Unhelpful(code, int(n)) for _, code, n in unhelpful(tx, team, _SHOWN)],
                [(channel, read_channel(tx, team, channel)) for channel in mine],
            )

        content = await self._database.run(read)
        return render_home(content, lambda code: named_answer(code, self._wording.base))

    async def _search(self, action: IncomingAction) -> None:
        """The same as `/winerr` with this text, in a window."""
        asked = seen(action.value[:SEARCH_CHARS]).strip()
        if asks_for_help(asked):
            await self._telling.tell(action, notices.render_help())
            return
        found = self._wording.asked(asked, "command")
        rendered = found or self._wording.question(asked)
        if rendered.answers:
            rendered = with_memory(rendered, await self._memory.remembered(action, rendered))
        await self._telling.tell(action, rendered)
        await self._memory.note_unknown(action.team, asked, rendered)

    async def _settings(self, action: IncomingAction) -> None:
        """The settings of one of the person's channels; the value is checked, whoever sent it."""
        team, user, channel = action.team, action.user, action.value
        mine = await self._database.run(
            lambda tx: channels_changed_by(tx, team, user, _LOOKED_AT_CHANNELS)
        )
        if channel not in mine:
            await self._telling.say(action, _NOT_YOURS)
            return
        view = await self._team.settings_window(team, channel, about=ids.HOME)
        await self._telling.show(action, view)
