"""How strict and how fast the workspace is; the defaults are Slack's own numbers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What the features of winerr need, and nothing that is only handy.
DEFAULT_SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "im:history",
        "reactions:write",
    }
)


DEFAULT_EVENTS = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "function_executed",
        "message.channels",
        "message.groups",
        "message.im",
    }
)


# Steps of workflows by callback id: the type of each output.
DEFAULT_STEPS: Mapping[str, Mapping[str, str]] = {
    "winerr_explain_step": {"summary": "string", "code": "string", "found": "boolean"}
}


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A message shortcut of the app's manifest."""

    name: str
    callback_id: str


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    """Numbers in seconds. Sources: docs.slack.dev on the Events API, on interactivity, on rate
    limits. `posts_per_second` is None for no limit on posts; `retry_delays_seconds` are the waits
    before each redelivery of an event. With `token_seconds` the app has token rotation, and what
    is installed by OAuth gets tokens that live as long."""

    ack_seconds: float = 3.0
    retry_delays_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger_seconds: float = 3.0
    response_url_seconds: float = 1800.0
    response_url_uses: int = 5
    ticket_seconds: float = 60.0
    ping_seconds: float = 10.0
    max_sockets: int = 10
    posts_per_second: float | None = None
    post_burst: int = 5
    token_seconds: float | None = None
    snippet_chars: int = 4000
    scopes: frozenset[str] = DEFAULT_SCOPES
    events: frozenset[str] = DEFAULT_EVENTS
    agent_view: bool = True
    steps: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: DEFAULT_STEPS)
    commands: tuple[str, ...] = ("/winerr",)
    shortcuts: tuple[Shortcut, ...] = (
        Shortcut("Explain Windows errors", "winerr_explain_message"),
    )


def settings_from_manifest(manifest: Mapping[str, Any]) -> WorkspaceSettings:
    """The defaults, with what the manifest of a Slack app asks for and nothing beside it."""
    features = manifest["features"]
    shortcuts = tuple(
        Shortcut(shortcut["name"], shortcut["callback_id"])
        for shortcut in features.get("shortcuts", ())
        if shortcut["type"] == "message"
    )
    steps = {
        callback_id: {name: each["type"] for name, each in step["output_parameters"].items()}
        for callback_id, step in manifest.get("functions", {}).items()
    }
    return WorkspaceSettings(
        steps=steps,
        scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
        events=frozenset(manifest["settings"]["event_subscriptions"]["bot_events"]),
        agent_view="agent_view" in features,
        commands=tuple(each["command"] for each in features.get("slash_commands", ())),
        shortcuts=shortcuts,
    )


@dataclass(frozen=True, slots=True)
class WorkspaceCredentials:
    """What a bot needs to talk to the workspace; made anew for each, valid nowhere else."""

    api_url: str = ""
    bot_token: str = field(default_factory=lambda: f"xoxb-local-{secrets.token_hex(12)}")
    app_token: str = field(default_factory=lambda: f"xapp-1-local-{secrets.token_hex(12)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    client_id: str = field(default_factory=lambda: f"100{secrets.randbelow(10**9)}.200")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def url(self) -> str:
        """The workspace's own address, without a slash at the end."""
        return self.api_url.removesuffix("/api/")
