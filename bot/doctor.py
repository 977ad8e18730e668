"""`winerr doctor`: one check after the other, and for each that fails what to do about it.

Nothing is changed: the store is opened as at a start (its tables are made when it is new), a
connection to Slack is opened and closed, nothing is posted.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.checked import Checked
from bot.errors import StartError, StoreError
from bot.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from bot.rendering.answer_blocks import render_answers
from bot.settings import OAuthApp, Settings
from bot.slack_client import call_at_start, error_code, web_client
from bot.store.database import open_database
from bot.store.inbox_table import count_jobs
from bot.store.urls import parse_database_url
from knowledge import KnowledgeBase, KnowledgeError, explain, open_knowledge

if TYPE_CHECKING:
    from bot.installations.examining import Examined

# Slack refuses a signature that is five minutes old; a clock half as wrong will get there.
_CLOCK_WARNING_SECONDS = 60
_CLOCK_FAULT_SECONDS = 240


class Doctor:
    """Runs the checks against the settings of a bot; use as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: AsyncWebClient = web_client(settings)
        self._headers: Mapping[str, Any] = {}
        token = settings.slack_bot_token
        self._bot_token = token.get_secret_value() if token else None
        self._base: KnowledgeBase | None = None

    async def __aenter__(self) -> Doctor:
        seconds = self._settings.slack_timeout_seconds
        self._client.session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client.session is not None:
            await self._client.session.close()
        if self._base is not None:
            self._base.close()

    async def examine(self) -> list[Checked]:
        """Every check, in an order in which each can use what the former found."""
        checks: tuple[tuple[str, Callable[[], Awaitable[Checked]]], ...] = (
            ("knowledge", self._knowledge),
            ("store", self._store),
            ("token", self._token),
            ("scopes", self._scopes),
            ("clock", self._clock),
            ("blocks", self._blocks),
            ("socket", self._socket),
        )
        found = []
        for name, check in checks:
            found.append(await check())
            if name == "token" and self._settings.oauth is not None:
                found.append(await self._installations(self._settings.oauth))
        return found

    async def _knowledge(self) -> Checked:
        try:
            folders = self._settings.knowledge_dirs
            self._base = open_knowledge(folders, self._settings.cache_dir)
            explain("0x2F7", self._base)
        except (KnowledgeError, OSError) as error:
            return Checked("knowledge", "fault", f"{error}; `winerr check` lists every fault")
        counts = self._base.stats()
        return Checked(
            "knowledge", "ok", f"{counts['codes']:,} codes, {counts['articles']:,} articles"
        )

    async def _store(self) -> Checked:
        url = parse_database_url(self._settings.database_url.get_secret_value())
        try:
            database = await open_database(url)
            try:
                counts = await database.run(count_jobs)
            finally:
                await database.close()
        except StoreError as error:
            return Checked("store", "fault", str(error))
        dead, waiting = counts.get("dead", 0), counts.get("open", 0)
        told = f"{url.kind} at {url.shown}: {waiting} waiting, {dead} given up"
        if dead:
            return Checked("store", "warning", f"{told}; see `winerr inbox list`")
        return Checked("store", "ok", told)

    async def _installations(self, app: OAuthApp) -> Checked:
        examined = self._examined(app)
        found = await examined.installations()
        self._bot_token = examined.token
        self._headers = examined.headers or self._headers
        return found

    def _examined(self, app: OAuthApp) -> Examined:
        # It needs SQLAlchemy, which the doctor of one workspace does not.
        from bot.installations.examining import Examined

        url = parse_database_url(self._settings.database_url.get_secret_value())
        return Examined(app, url, self._client)

    async def _token(self) -> Checked:
        if self._settings.oauth is not None:
            examined = self._examined(self._settings.oauth)
            found = await examined.app()
            self._headers = examined.headers
            return found
        if self._settings.slack_bot_token is None:
            return Checked(
                "token", "fault", "SLACK_BOT_TOKEN is not set: see README, Install in Slack"
            )
        try:
            response = await self._client.auth_test()
        except (SlackApiError, TimeoutError, aiohttp.ClientError, OSError) as error:
            return Checked("token", "fault", await _told_at_start(self._client, error))
        self._headers = response.headers
        who = (
            f"user {response.get('user_id')} of {response.get('team')} ({response.get('team_id')})"
        )
        return Checked("token", "ok", who)

    async def _scopes(self) -> Checked:
        given = _header(self._headers, "x-oauth-scopes")
        if given is None:
            return Checked("scopes", "skipped", "Slack did not say which scopes the token has")
        have = {scope.strip() for scope in given.split(",") if scope.strip()}
        missing = {scope: what for scope, what in BOT_SCOPES.items() if scope not in have}
        if missing:
            listed = ", ".join(f"{scope} ({what})" for scope, what in missing.items())
            return Checked(
                "scopes",
                "fault",
                f"missing: {listed}. Paste `winerr manifest` into the app's manifest and install"
                " the app again",
            )
        extra = sorted(have - BOT_SCOPES.keys() - OPTIONAL_SCOPES.keys())
        if extra:
            return Checked(
                "scopes", "warning", f"not needed, better taken away: {', '.join(extra)}"
            )
        left_out = {scope: what for scope, what in OPTIONAL_SCOPES.items() if scope not in have}
        if left_out:
            listed = ", ".join(f"{scope} ({what})" for scope, what in left_out.items())
            return Checked("scopes", "ok", f"{len(have)}; left out, as one may: {listed}")
        return Checked("scopes", "ok", f"{len(have)}, those of the manifest")

    async def _clock(self) -> Checked:
        return judge_clock(_header(self._headers, "date"), time.time())

    async def _blocks(self) -> Checked:
        if not self._headers or self._base is None or self._bot_token is None:
            return Checked("blocks", "skipped", "needs a token that works, and the knowledge")
        rendered = render_answers(explain("0x80070005", self._base).answers)
        try:
            body = {"blocks": list(rendered.blocks), "token": self._bot_token}
            await self._client.api_call("blocks.validate", json=body)
        except SlackApiError as error:
            code = error_code(error)
            if code == "unknown_method":
                return Checked("blocks", "skipped", "this server has no blocks.validate")
            return Checked(
                "blocks", "fault", f"Slack refuses our blocks ({code}): please report it"
            )
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Checked("blocks", "warning", f"not answered ({type(error).__name__})")
        return Checked("blocks", "ok", f"Slack takes {len(rendered.blocks)} blocks of an answer")

    async def _socket(self) -> Checked:
        if self._settings.slack_app_token is None:
            mode = "HTTP mode" if self._settings.signing_secrets else "no mode"
            return Checked("socket", "skipped", f"SLACK_APP_TOKEN is not set: {mode}")
        try:
            token = self._settings.slack_app_token.get_secret_value()
            opening = self._client.apps_connections_open(app_token=token)
            answer = await call_at_start(self._client, opening, "SLACK_APP_TOKEN")
            from bot.socket_mode import try_connection

            await try_connection(self._client, str(answer.get("url", "")))
        except StartError as error:
            return Checked("socket", "fault", str(error))
        return Checked("socket", "ok", "Slack said hello")


def judge_clock(date: str | None, now: float) -> Checked:
    """Compare the time in Slack's header with ours (seconds since 1970)."""
    try:
        theirs = parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return Checked("clock", "skipped", "Slack did not say what time it is")
    off = abs(now - theirs)
    told = f"{off:.0f} s off Slack's"
    if off >= _CLOCK_FAULT_SECONDS:
        return Checked("clock", "fault", f"{told}: signatures are refused; set up NTP")
    if off >= _CLOCK_WARNING_SECONDS:
        return Checked("clock", "warning", f"{told}; set up NTP")
    return Checked("clock", "ok", told)


def is_well(found: list[Checked]) -> bool:
    """Whether no check found a fault."""
    return all(check.state != "fault" for check in found)


async def _told_at_start(client: AsyncWebClient, error: Exception) -> str:
    """What a start would say of the same refusal."""

    async def failed() -> Any:
        raise error

    try:
        await call_at_start(client, failed(), "SLACK_BOT_TOKEN")
    except StartError as told:
        return str(told)
    return str(error)


def _header(headers: Mapping[str, Any], name: str) -> str | None:
    for key, value in headers.items():
        if key.lower() == name:
            return str(value[0] if isinstance(value, list) else value)
    return None
