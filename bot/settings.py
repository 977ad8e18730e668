"""Every setting, from the environment or a `.env` file, checked before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from bot import setting_readers as read
from bot.errors import SettingsError
from bot.networks import Network, parse_networks
from bot.secret import Secret
from bot.settings_faults import combination_faults
from bot.store.urls import default_database_url, passwords_in
from knowledge.surfaces import THRESHOLDS, Surface, Thresholds

ChannelPolicy = Literal["off", "mentions", "alerts", "all"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]

POLICIES: tuple[ChannelPolicy, ...] = ("off", "mentions", "alerts", "all")
SLACK_API = "https://slack.com/api/"
_LOG_LEVELS: tuple[LogLevel, ...] = ("debug", "info", "warning", "error")
_LOG_FORMATS: tuple[LogFormat, ...] = ("text", "json")
_NEAR_MISS = 80  # of 100: enough for a swapped letter or a forgotten word, not for a guess


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What Slack knows the app by when a workspace installs it; `public_url` has no last slash."""

    client_id: str
    client_secret: Secret
    public_url: str


def _setting(variable: str, reader: read.Reader, default: object) -> Any:
    """A field that is read from an environment variable."""
    return field(default=default, metadata={"variable": variable, "reader": reader})


def _made(variable: str, reader: read.Reader, make: Any) -> Any:
    """A field whose default is made anew for each object."""
    return field(default_factory=make, metadata={"variable": variable, "reader": reader})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """All settings; frozen, and never printing a secret. `.env.example` describes each.

    Only `load_settings` checks them: whoever makes them otherwise gives values that are right.
    """

    slack_bot_token: Secret | None = _setting("SLACK_BOT_TOKEN", Secret, None)
    slack_app_token: Secret | None = _setting("SLACK_APP_TOKEN", Secret, None)
    slack_signing_secret: Secret | None = _setting("SLACK_SIGNING_SECRET", Secret, None)
    slack_client_id: str | None = _setting("SLACK_CLIENT_ID", str, None)
    slack_client_secret: Secret | None = _setting("SLACK_CLIENT_SECRET", Secret, None)
    public_url: str | None = _setting("WINERR_PUBLIC_URL", read.public_url, None)
    slack_api_url: str = _setting("SLACK_API_URL", read.api_url, SLACK_API)
    slack_timeout_seconds: float = _setting("WINERR_SLACK_TIMEOUT_SECONDS", read.seconds(120), 10.0)

    sockets: int = _setting("WINERR_SOCKETS", read.whole(1, 10), 2)

    http_host: str = _setting("WINERR_HTTP_HOST", str, "127.0.0.1")
    http_port: int = _setting("WINERR_HTTP_PORT", read.whole(0, 65535), 3000)

    pages: bool = _setting("WINERR_PAGES", read.yes_or_no, True)
    api: bool = _setting("WINERR_API", read.yes_or_no, True)
    web_per_minute: int = _setting("WINERR_WEB_PER_MINUTE", read.whole(0, 1_000_000), 120)
    trusted_proxies: tuple[Network, ...] = _setting("WINERR_TRUSTED_PROXIES", parse_networks, ())

    knowledge_dirs: tuple[Path, ...] = _setting("WINERR_KNOWLEDGE_DIRS", read.folders, ())
    cache_dir: Path | None = _setting("WINERR_CACHE_DIR", Path, None)

    channel_policy: ChannelPolicy = _setting(
        "WINERR_CHANNEL_POLICY", read.one_of(POLICIES), "mentions"
    )
    channel_policies: dict[str, ChannelPolicy] = _made(
        "WINERR_CHANNEL_POLICIES", read.policies_of(POLICIES), dict
    )

    cooldown_seconds: int = _setting("WINERR_COOLDOWN_SECONDS", read.whole(0, 86_400), 1_800)

    confidence: dict[Surface, float] = _made("WINERR_CONFIDENCE", read.confidence, dict)

    log_level: LogLevel = _setting("WINERR_LOG_LEVEL", read.one_of(_LOG_LEVELS), "info")
    log_format: LogFormat = _setting("WINERR_LOG_FORMAT", read.one_of(_LOG_FORMATS), "text")

    database_url: Secret = _made(
        "DATABASE_URL", read.database_url, lambda: Secret(default_database_url())
    )
    retention_days: float = _setting("WINERR_RETENTION_DAYS", read.seconds(3650), 30.0)
    lease_seconds: float = _setting("WINERR_LEASE_SECONDS", read.seconds(600, least=1), 15.0)
    max_attempts: int = _setting("WINERR_MAX_ATTEMPTS", read.whole(1, 10_000), 40)
    user_per_minute: int = _setting("WINERR_USER_PER_MINUTE", read.whole(0, 100_000), 60)
    channel_backlog: int = _setting("WINERR_CHANNEL_BACKLOG", read.whole(1, 1_000_000), 2_000)
    inbox_capacity: int = _setting("WINERR_INBOX_CAPACITY", read.whole(1, 1_000_000), 10_000)
    shutdown_grace_seconds: float = _setting(
        "WINERR_SHUTDOWN_GRACE_SECONDS", read.seconds(300, least=0), 8.0
    )

    def __post_init__(self) -> None:
        """Take a secret that is given as plain text for one, so that it is never printed."""
        for name in _SECRETS:
            value = getattr(self, name)
            if isinstance(value, str):
                object.__setattr__(self, name, Secret(value))

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        """The signing secrets that are accepted: one, or two while rotating."""
        if self.slack_signing_secret is None:
            return ()
        parts = self.slack_signing_secret.get_secret_value().split(",")
        return tuple(part.strip() for part in parts if part.strip())

    @property
    def oauth(self) -> OAuthApp | None:
        """How workspaces install the app, None when it serves the one of its bot token."""
        if self.slack_client_id is None or self.slack_client_secret is None:
            return None
        return OAuthApp(self.slack_client_id, self.slack_client_secret, self.public_url or "")

    @property
    def pages_url(self) -> str | None:
        """The address before the path of a code's page, None where nobody can open one."""
        return self.public_url if self.pages else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the log filter."""
        tokens = (self.slack_bot_token, self.slack_app_token, self.slack_client_secret)
        return (
            *(token.get_secret_value() for token in tokens if token is not None),
            *self.signing_secrets,
            *passwords_in(self.database_url.get_secret_value()),
        )

    def policy_for(self, channel: str) -> ChannelPolicy:
        """The policy of one channel, by its id."""
        return self.channel_policies.get(channel, self.channel_policy)

    @property
    def thresholds(self) -> Thresholds:
        """How sure the bot must be to speak, for every surface."""
        return {**THRESHOLDS, **self.confidence}


_SECRETS = (
    "slack_bot_token",
    "slack_app_token",
    "slack_signing_secret",
    "slack_client_secret",
    "database_url",
)


def variable_names() -> tuple[str, ...]:
    """The name of every environment variable that is read."""
    return tuple(str(each.metadata["variable"]) for each in fields(Settings))


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
) -> Settings:
    """The settings from the environment, and from `env_file` where the environment is silent.

    Raises SettingsError with every fault; its text never holds a value that may be secret.
    """
    values = _collect(os.environ if environ is None else environ, env_file)
    found: dict[str, Any] = {}
    faults: list[str] = []
    for each in fields(Settings):
        variable = each.metadata["variable"]
        if variable in values:
            try:
                found[each.name] = each.metadata["reader"](values[variable])
            except ValueError as error:
                text = str(error)
                faults.append(f"{variable}: {text[:1].lower()}{text[1:]}")
    faults += [*_unknown_variables(values), *combination_faults(values)]
    if faults:
        raise SettingsError(faults)
    return Settings(**found)


def _collect(environ: Mapping[str, str], env_file: Path | None) -> dict[str, str]:
    values: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        from dotenv import dotenv_values

        values |= {name: value or "" for name, value in dotenv_values(env_file).items()}
    values |= environ
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _unknown_variables(values: Mapping[str, str]) -> list[str]:
    known = variable_names()
    unknown = sorted(name for name in values if name.startswith("WINERR_") and name not in known)
    return [f"{name}: there is no such setting; {_hint(name, known)}" for name in unknown]


def _hint(name: str, known: tuple[str, ...]) -> str:
    from rapidfuzz import fuzz, process

    near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_NEAR_MISS)
    return f"did you mean {near[0]}?" if near else "remove it; .env.example lists all"
