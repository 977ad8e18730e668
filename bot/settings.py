"""Every setting, from the environment or a `.env` file, checked before anything starts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from rapidfuzz import fuzz, process

from bot.errors import SettingsError
from bot.knowledge_paths import overlay_folders
from bot.networks import Network, parse_networks
from bot.settings_faults import combination_faults, public_url_fault
from bot.store.urls import default_database_url, parse_database_url
from knowledge.surfaces import THRESHOLDS, Surface, Thresholds

ChannelPolicy = Literal["off", "mentions", "alerts", "all"]
LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]

POLICIES: tuple[ChannelPolicy, ...] = ("off", "mentions", "alerts", "all")
SLACK_API = "https://slack.com/api/"
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{1,30}")
_SHARE = re.compile(r"0(?:\.\d{1,4})?|1(?:\.0{1,4})?")
_NEAR_MISS = 80  # of 100: enough for a swapped letter or a forgotten word, not for a guess


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """What Slack knows the app by when a workspace installs it; `public_url` has no last slash."""

    client_id: str
    client_secret: str = field(repr=False)
    public_url: str


class Settings(BaseSettings):
    """All settings; frozen, and never printing a secret. `.env.example` describes each."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        str_strip_whitespace=True,
    )

    slack_bot_token: SecretStr | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(None, alias="SLACK_CLIENT_SECRET")
    public_url: str | None = Field(None, alias="WINERR_PUBLIC_URL")
    slack_api_url: str = Field(SLACK_API, alias="SLACK_API_URL")
    slack_timeout_seconds: float = Field(10.0, gt=0, le=120, alias="WINERR_SLACK_TIMEOUT_SECONDS")

    sockets: int = Field(2, ge=1, le=10, alias="WINERR_SOCKETS")

    http_host: str = Field("127.0.0.1", min_length=1, alias="WINERR_HTTP_HOST")
    http_port: int = Field(3000, ge=0, le=65535, alias="WINERR_HTTP_PORT")

    pages: bool = Field(True, alias="WINERR_PAGES")
    api: bool = Field(True, alias="WINERR_API")
    web_per_minute: int = Field(120, ge=0, le=1_000_000, alias="WINERR_WEB_PER_MINUTE")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), alias="WINERR_TRUSTED_PROXIES"
    )

    knowledge_dirs: Annotated[tuple[Path, ...], NoDecode] = Field((), alias="WINERR_KNOWLEDGE_DIRS")
    cache_dir: Path | None = Field(None, alias="WINERR_CACHE_DIR")

    channel_policy: ChannelPolicy = Field("mentions", alias="WINERR_CHANNEL_POLICY")
    channel_policies: Annotated[dict[str, ChannelPolicy], NoDecode] = Field(
        default_factory=dict, alias="WINERR_CHANNEL_POLICIES"
    )

    cooldown_seconds: int = Field(1_800, ge=0, le=86_400, alias="WINERR_COOLDOWN_SECONDS")

    confidence: Annotated[dict[Surface, float], NoDecode] = Field(
        default_factory=dict, alias="WINERR_CONFIDENCE"
    )

    log_level: LogLevel = Field("info", alias="WINERR_LOG_LEVEL")
    log_format: LogFormat = Field("text", alias="WINERR_LOG_FORMAT")

    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(default_database_url()), alias="DATABASE_URL"
    )
    retention_days: float = Field(30.0, gt=0, le=3650, alias="WINERR_RETENTION_DAYS")
    lease_seconds: float = Field(15.0, ge=1, le=600, alias="WINERR_LEASE_SECONDS")
    max_attempts: int = Field(40, ge=1, le=10_000, alias="WINERR_MAX_ATTEMPTS")
    user_per_minute: int = Field(60, ge=0, le=100_000, alias="WINERR_USER_PER_MINUTE")
    channel_backlog: int = Field(2_000, ge=1, le=1_000_000, alias="WINERR_CHANNEL_BACKLOG")
    inbox_capacity: int = Field(10_000, ge=1, le=1_000_000, alias="WINERR_INBOX_CAPACITY")
    shutdown_grace_seconds: float = Field(8.0, ge=0, le=300, alias="WINERR_SHUTDOWN_GRACE_SECONDS")

    @field_validator("slack_api_url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not a URL: write it like https://slack.com/api/")
        return value if value.endswith("/") else value + "/"

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str | None) -> str | None:
        if value is not None and (fault := public_url_fault(value)):
            raise ValueError(fault)
        return value.rstrip("/") if value else None

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: SecretStr) -> SecretStr:
        parse_database_url(value.get_secret_value())
        return value

    @field_validator("channel_policy", "log_level", "log_format", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        return parse_networks(value) if isinstance(value, str) else value

    @field_validator("knowledge_dirs", mode="before")
    @classmethod
    def _split_dirs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return overlay_folders(value)

    @field_validator("knowledge_dirs")
    @classmethod
    def _check_dirs(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        missing = [str(path) for path in value if not path.is_dir()]
        if missing:
            raise ValueError(
                f"names no folder: {', '.join(missing)}. Create it or correct the path"
                f" (several are separated by {os.pathsep!r})"
            )
        return value

    @field_validator("channel_policies", mode="before")
    @classmethod
    def _split_policies(cls, value: object) -> object:
        return parse_channel_policies(value) if isinstance(value, str) else value

    @field_validator("confidence", mode="before")
    @classmethod
    def _split_confidence(cls, value: object) -> object:
        return parse_confidence(value) if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is passed: `load_settings` reads environment and `.env` itself."""
        # One reader, so that a fault in a name and a fault in a value are found in the same
        # values, and so that tests never depend on the environment of the machine.
        return (init_settings,)

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
        secret = self.slack_client_secret.get_secret_value()
        return OAuthApp(self.slack_client_id, secret, self.public_url or "")

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
            *filter(None, (urlsplit(self.database_url.get_secret_value()).password,)),
        )

    def policy_for(self, channel: str) -> ChannelPolicy:
        """The policy of one channel, by its id."""
        return self.channel_policies.get(channel, self.channel_policy)

    @property
    def thresholds(self) -> Thresholds:
        """How sure the bot must be to speak, for every surface."""
        return {**THRESHOLDS, **self.confidence}


def variable_names() -> tuple[str, ...]:
    """The name of every environment variable that is read."""
    return tuple(str(field.alias) for field in Settings.model_fields.values())


def parse_channel_policies(text: str) -> dict[str, str]:
    """Read `C1=alerts,C2=all` or the same as a JSON object; ValueError lists every fault."""
    pairs = _json_pairs(text) if text.lstrip().startswith("{") else _plain_pairs(text)
    faults: list[str] = []
    policies: dict[str, str] = {}
    for channel, policy in pairs:
        wanted = policy.lower()
        if not _CHANNEL.fullmatch(channel):
            faults.append(f"{channel[:40]!r} is no channel id (they look like C0123ABCD)")
        elif channel in policies:
            faults.append(f"{channel} is named twice")
        elif wanted not in POLICIES:
            faults.append(f"{channel} has the policy {policy[:20]!r}: use {', '.join(POLICIES)}")
        policies[channel] = wanted
    if faults:
        raise ValueError("; ".join(faults))
    return policies


def parse_confidence(text: str) -> dict[str, float]:
    """Read `mention=0.5,alert=0.8`; ValueError lists every fault."""
    faults: list[str] = []
    confidence: dict[str, float] = {}
    for surface, written in _plain_pairs(text):
        if surface not in THRESHOLDS:
            faults.append(f"{surface[:20]!r} is no surface: use {', '.join(THRESHOLDS)}")
        elif not _SHARE.fullmatch(written):
            faults.append(f"{surface} has {written[:20]!r}: use a number from 0 to 1")
        else:
            confidence[surface] = float(written)
    if faults:
        raise ValueError("; ".join(faults))
    return confidence


def _json_pairs(text: str) -> list[tuple[str, str]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError('is no valid JSON: write {"C0123ABCD": "alerts"}') from error
    return [(str(channel), str(policy)) for channel, policy in data.items()]


def _plain_pairs(text: str) -> list[tuple[str, str]]:
    items = [item.strip() for item in text.split(",") if item.strip()]
    split = [item.partition("=") for item in items]
    return [(channel.strip(), policy.strip()) for channel, _, policy in split]


def load_settings(
    environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
) -> Settings:
    """The settings from the environment, and from `env_file` where the environment is silent.

    Raises SettingsError with every fault; its text never holds a value that may be secret.
    """
    values = _collect(os.environ if environ is None else environ, env_file)
    faults = [*_unknown_variables(values), *combination_faults(values)]
    try:
        settings = Settings(**{name: values[name] for name in variable_names() if name in values})
    except ValidationError as error:
        raise SettingsError([*_field_faults(error), *faults]) from None
    if faults:
        raise SettingsError(faults)
    return settings


def _collect(environ: Mapping[str, str], env_file: Path | None) -> dict[str, Any]:
    values: dict[str, str] = {}
    if env_file is not None and env_file.is_file():
        values |= {name: value or "" for name, value in dotenv_values(env_file).items()}
    values |= environ
    return {name: value.strip() for name, value in values.items() if value.strip()}


def _field_faults(error: ValidationError) -> list[str]:
    faults = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(item["loc"][0]) if item["loc"] else "settings"
        message = item["msg"].removeprefix("Value error, ")
        faults.append(f"{name}: {message[:1].lower()}{message[1:]}")
    return faults


def _unknown_variables(values: Mapping[str, str]) -> list[str]:
    known = variable_names()
    faults = []
    for name in sorted(values):
        if not name.startswith("WINERR_") or name in known:
            continue
        near = process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=_NEAR_MISS)
        hint = f"did you mean {near[0]}?" if near else "remove it; .env.example lists all"
        faults.append(f"{name}: there is no such setting; {hint}")
    return faults
