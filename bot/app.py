"""build_app(): the one place where the parts are joined."""

from __future__ import annotations

import logging
import secrets
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.answered import Answered
from bot.delivery import Delivery
from bot.errors import InboxFullError, StartError, StoreError, TooManyError
from bot.inbox import Inbox
from bot.intake import Intake
from bot.limits import RateLimit
from bot.listeners import register_all
from bot.message_replies import MessageReplies
from bot.metrics import Metrics
from bot.policy import Identity
from bot.rendering.notices import failure_words
from bot.replies import Replies
from bot.settings import Settings
from bot.slack_client import call_at_start, web_client
from bot.store.database import Database
from bot.wording import Wording
from knowledge import KnowledgeBase

log = logging.getLogger(__name__)

# Enough for every lane of the inbox to wait for Slack at once, with some for the acknowledgements.
_CONNECTIONS = 64
_CONNECT_SECONDS = 5


class Bot:
    """The joined parts. `start` before anything is dispatched, `stop` when done."""

    def __init__(self, settings: Settings, knowledge: KnowledgeBase, database: Database) -> None:
        self.settings = settings
        self.knowledge = knowledge
        self.database = database
        self.metrics = Metrics()
        self.client = web_client(settings)
        self.delivery = Delivery(self.client, self.metrics)
        wording = Wording(knowledge, settings.thresholds)
        messages = MessageReplies(
            wording, self.delivery, Answered(database), self.identity, self.metrics
        )
        self.replies = Replies(wording, self.delivery, messages, self.metrics)
        self.inbox = Inbox(
            database,
            self.replies.handle,
            self.metrics,
            capacity=settings.inbox_capacity,
            lane_capacity=settings.channel_backlog,
            lease_seconds=settings.lease_seconds,
            max_attempts=settings.max_attempts,
            retention_days=settings.retention_days,
        )
        self._authorize = _ReadyAuthorize()
        self.bolt = _bolt_app(self.client, self._authorize)
        limit = RateLimit(settings.user_per_minute)
        intake = Intake(self.inbox, settings.policy_for, self.identity, self.metrics, limit)
        register_all(self.bolt, intake)
        self.metrics.watch(
            "winerr_inbox_waiting",
            "Accepted jobs that are not finished.",
            lambda: self.inbox.waiting,
        )
        self.metrics.watch(
            "winerr_store_available",
            "1 while the last transaction was committed, else 0.",
            lambda: float(database.is_available),
        )
        self.bolt.error(_on_listener_error)

    def identity(self) -> Identity:
        """Who we are; StartError before `start`."""
        result = self._authorize.result
        if result is None:
            raise StartError("the bot has not asked Slack yet who it is")
        return Identity(result.team_id or "", result.bot_user_id or "", result.bot_id)

    @property
    def is_ready(self) -> bool:
        """Whether Slack has accepted the token and work is taken."""
        return self._authorize.result is not None and self.inbox.is_open

    async def start(self) -> None:
        """Open the connections and ask Slack who we are; StartError when it refuses."""
        self.client.session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
            timeout=aiohttp.ClientTimeout(
                total=self.settings.slack_timeout_seconds, sock_connect=_CONNECT_SECONDS
            ),
        )
        try:
            self._authorize.result = await self._ask_who_we_are()
        except BaseException:
            await self.client.session.close()
            raise
        log.info("I am user %s of workspace %s", self.identity().user, self.identity().team)
        await self.inbox.start()

    async def stop(self) -> None:
        """Finish accepted work within the grace, then close the connections."""
        left = await self.inbox.drain(self.settings.shutdown_grace_seconds)
        if left:
            log.warning("%d accepted jobs wait in the store for the next start", left)
        if self.client.session is not None:
            await self.client.session.close()

    async def _ask_who_we_are(self) -> AuthorizeResult:
        token = self.settings.slack_bot_token
        if token is None:
            raise StartError(
                "No Slack token is set: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (docs: README,"
                " Install in Slack), or try `winerr workspace`, which needs none."
            )
        answer = await call_at_start(self.client, self.client.auth_test(), "SLACK_BOT_TOKEN")
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer.get("team_id"),
            bot_user_id=answer.get("user_id"),
            bot_id=answer.get("bot_id"),
            bot_token=token.get_secret_value(),
        )


def build_app(settings: Settings, knowledge: KnowledgeBase, database: Database) -> Bot:
    """Join the parts; nothing is opened and nobody is asked before `Bot.start`.

    The knowledge and the database are open, and stay the caller's to close. Must be called inside
    a running event loop.
    """
    return Bot(settings, knowledge, database)


def _bolt_app(client: AsyncWebClient, authorize: AsyncAuthorize) -> AsyncApp:
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
        process_before_response=True,
        # Else Bolt logs a suggestion made from the payload, and stumbles over odd ones.
        raise_error_for_unhandled_request=True,
        request_verification_enabled=False,
        ignoring_self_events_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


class _ReadyAuthorize(AsyncAuthorize):
    """Answers from what auth.test said at start, so that no event waits for Slack."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.result: AuthorizeResult | None = None

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        return self.result


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
