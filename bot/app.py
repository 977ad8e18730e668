"""build_app(): the one place where the parts are joined."""

from __future__ import annotations

import asyncio
import logging
import secrets
from importlib import import_module
from typing import TYPE_CHECKING, Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.bursts import Bursts
from bot.channels import Channels
from bot.delivery import Delivery
from bot.dispatching import Dispatcher
from bot.errors import InboxFullError, StoreError, TooManyError
from bot.inbox import Inbox
from bot.installations.base import Authorize
from bot.installations.opening import open_installations
from bot.intake import Intake, Unasked
from bot.limits import RateLimit
from bot.listeners import register_all
from bot.metrics import Metrics
from bot.outcomes import Later
from bot.rendering.notices import failure_words
from bot.settings import Settings
from bot.slack_client import web_client
from bot.store.database import Database
from bot.tracing import NO_TRACING, Tracing
from bot.working import for_installations

if TYPE_CHECKING:
    from bot.answering import Answering
    from bot.outcomes import Attempt, Outcome
    from knowledge import KnowledgeBase

log = logging.getLogger(__name__)

# Enough for every lane of the inbox to wait for Slack at once, with some for the acknowledgements.
_CONNECTIONS = 64
_CONNECT_SECONDS = 5


class Bot:
    """The joined parts. `start` before anything is dispatched, `stop` when done."""

    def __init__(
        self,
        settings: Settings,
        knowledge: KnowledgeBase,
        database: Database,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self.settings = settings
        self.knowledge = knowledge
        self.database = database
        self.metrics = Metrics()
        self.client = web_client(settings)
        self.delivery = Delivery(self.client, self.metrics)
        self.installations = open_installations(settings, database, self.client)
        self.channels = Channels(settings, database)
        self.bursts = Bursts(database, self.delivery, self.installations)
        self._answering: asyncio.Task[Answering] | None = None
        self._unasked: Unasked | None = None
        self.inbox = Inbox(
            database,
            for_installations(self.installations, self._handle),
            self.metrics,
            capacity=settings.inbox_capacity,
            lane_capacity=settings.channel_backlog,
            lease_seconds=settings.lease_seconds,
            max_attempts=settings.max_attempts,
            retention_days=settings.retention_days,
            tracing=tracing,
        )
        self.bolt = _bolt_app(settings, self.client, Authorize(self.installations))
        self.installations.listen(self.bolt)
        limit = RateLimit(settings.user_per_minute)
        intake = Intake(
            self.inbox, self.installations, self.channels.rules, self.metrics, limit,
            lambda: self._unasked,
        )  # fmt: skip
        register_all(self.bolt, intake)
        self.dispatcher = Dispatcher(self.bolt, intake, _on_listener_error)
        self.metrics.watch(
            "winerr_inbox_waiting",
            "Accepted jobs that are not finished.",
            lambda: self.inbox.waiting,
        )
        self.metrics.watch(
            "winerr_store_available",
            "1 while the last transaction was committed and none hangs, else 0.",
            lambda: float(database.is_available),
        )
        self.bolt.error(_on_listener_error)

    @property
    def is_ready(self) -> bool:
        """Whether it is known who installed us, and work is taken."""
        return self.installations.is_ready and self.inbox.is_open

    async def start(self) -> None:
        """Open the connections and ask Slack who we are; StartError when it refuses."""
        self.client.session = aiohttp.ClientSession(
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(
                total=self.settings.slack_timeout_seconds, sock_connect=_CONNECT_SECONDS
            ),
        )
        try:
            await self.installations.start()
        except BaseException:
            await self.installations.stop()
            await self.client.session.close()
            raise
        await self.channels.start()
        await self.bursts.start()
        await self.inbox.start()

    async def answering(self) -> Answering:
        """The half that answers, imported and joined when it is first needed."""
        if self._answering is None:
            self._answering = asyncio.create_task(self._join_answering(), name="joining")
        return await asyncio.shield(self._answering)

    async def _join_answering(self) -> Answering:
        module = await asyncio.to_thread(import_module, "bot.answering")
        answering: Answering = module.Answering(self)
        await answering.start()
        self._unasked = answering.unasked
        return answering

    async def _handle(self, attempt: Attempt) -> Outcome:
        try:
            answering = await self.answering()
        except Exception as error:
            # `running` ends with it. What was accepted meanwhile waits for the next start.
            return Later(f"the half that answers cannot be had: {type(error).__name__}")
        return await answering.handle(attempt)

    async def stop(self) -> None:
        """Finish accepted work within the grace, then close the connections."""
        left = await self.inbox.drain(self.settings.shutdown_grace_seconds)
        if left:
            log.warning("%d accepted jobs wait in the store for the next start", left)
        if self._answering is not None:
            (answering,) = await asyncio.gather(self._answering, return_exceptions=True)
            if not isinstance(answering, BaseException):
                await answering.stop()
        await self.bursts.stop()
        await self.channels.stop()
        await self.installations.stop()
        if self.client.session is not None:
            await self.client.session.close()


def build_app(
    settings: Settings,
    knowledge: KnowledgeBase,
    database: Database,
    tracing: Tracing = NO_TRACING,
) -> Bot:
    """Join the parts; nothing is opened and nobody is asked before `Bot.start`.

    The knowledge and the database are open, and stay the caller's to close. Must be called inside
    a running event loop.
    """
    return Bot(settings, knowledge, database, tracing)


def _bolt_app(settings: Settings, client: AsyncWebClient, authorize: AsyncAuthorize) -> AsyncApp:
    """Bolt with only the middleware that does something here.

    The signature is checked in `bot.web` before anything is parsed, our own posts are left alone
    by `bot.policy`, and listeners only put work into the inbox, so acknowledging after them loses
    nothing and saves a task per event.
    """
    logger = logging.getLogger("slack_bolt")
    # Without a token: Bolt prefers it to `authorize` and would ask Slack again for each event.
    bare = AsyncWebClient(base_url=client.base_url, logger=client.logger)
    return AsyncApp(
        name="winerr",
        logger=logger,
        client=bare,
        authorize=authorize,  # type: ignore[arg-type]  # an AsyncAuthorize is taken as it is
        user_facing_authorize_error_message=_not_installed(settings),
        process_before_response=True,
        # Else Bolt logs a suggestion made from the payload, and stumbles over odd ones.
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


def _not_installed(settings: Settings) -> str:
    """What a person is told whose workspace has no installation."""
    url = settings.oauth.public_url if settings.oauth else ""
    return (
        f"winerr is not installed here any more. Somebody may install it again: {url}/slack/install"
    )


async def _on_listener_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """The one handler of what goes wrong before the inbox has the work."""
    if isinstance(error, BoltUnhandledRequestError):
        log.info("a delivery of type %s is for nobody", str(body.get("type"))[:40])
        return BoltResponse(status=404, body={"error": "unhandled request"})
    if isinstance(error, TooManyError):
        return BoltResponse(status=200, body=str(error) if "command" in body else "")
    if isinstance(error, InboxFullError | StoreError):
        log.warning("the inbox takes nothing: %s", error)
        return BoltResponse(status=503, body="")
    reference = secrets.token_hex(4)
    log.error("listener failed, reference %s", reference, exc_info=error)
    # 200: the same delivery would fail in the same way, and Slack switches an app off that fails.
    return BoltResponse(status=200, body=failure_words(reference) if "command" in body else "")
