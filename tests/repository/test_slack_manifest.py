"""The Slack app's manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot import ids
from bot.cli import main
from bot.manifest import (
    BOT_EVENTS,
    BOT_SCOPES,
    LEAVING_EVENTS,
    OLDER_EVENTS,
    OPTIONAL_SCOPES,
    manifest,
)

ROOT = Path(__file__).parents[2]

# Web API method -> scopes of which the bot needs one for each kind of channel it is used in.
# Source: the method pages at docs.slack.dev/reference/methods.
SCOPES_OF_METHODS = {
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_info": {"files:read"},
    "functions_completeError": set(),
    "functions_completeSuccess": set(),
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "conversations_history": {"channels:history", "groups:history", "im:history"},
}
SCOPE_OF_EVENT = {
    "app_home_opened": None,
    "function_executed": None,
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def called_methods() -> set[str]:
    """Every Web API method that the bot's own modules call (the workspace only serves them)."""
    modules = [path for path in (ROOT / "bot").rglob("*.py") if "workspace" not in path.parts]
    source = "\n".join(path.read_text(encoding="utf-8") for path in modules)
    families = (
        "assistant|auth|chat|functions|conversations|views|reactions|users|files|team|bots|apps"
    )
    named = re.findall(rf"\"((?:{families})\.[A-Za-z.]+)\"", source)
    called = re.findall(rf"\.((?:{families})_[A-Za-z_]+)\(", source)
    # The app token, not the bot's scopes, opens a connection.
    return {name.replace(".", "_") for name in [*named, *called]} - {"apps_connections_open"}


def test_the_copy_in_deploy_is_current() -> None:
    text = (ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == manifest()


def test_the_scopes_are_those_of_the_calls_and_events() -> None:
    methods = called_methods()
    assert methods <= SCOPES_OF_METHODS.keys(), "name the scopes of the new method here"
    needed = {"commands"}.union(*(SCOPES_OF_METHODS[method] for method in methods))
    needed |= {scope for event in BOT_EVENTS if (scope := SCOPE_OF_EVENT[event])}
    assert set(BOT_SCOPES) | set(OPTIONAL_SCOPES) == needed
    assert not set(BOT_SCOPES) & set(OPTIONAL_SCOPES)


def test_what_may_be_left_out_is_marked_so() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes["bot_optional"] == list(OPTIONAL_SCOPES)
    assert set(scopes["bot"]) == set(BOT_SCOPES) | set(OPTIONAL_SCOPES)


def test_the_events_are_those_that_have_a_listener() -> None:
    listeners = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "listeners").glob("*.py")
    )
    listened = set(re.findall(r"\.event\(\s*\"(\w+)\"", listeners))
    assert listened == {event.split(".")[0] for event in (*BOT_EVENTS, *OLDER_EVENTS)}
    leaving = (ROOT / "bot" / "installations" / "leaving.py").read_text(encoding="utf-8")
    assert set(re.findall(r"\.event\(\s*\"(\w+)\"", leaving)) == set(LEAVING_EVENTS)


def test_every_shortcut_has_its_listener() -> None:
    offered = {shortcut["callback_id"] for shortcut in manifest()["features"]["shortcuts"]}
    assert offered == {ids.EXPLAIN_MESSAGE}
    source = (ROOT / "bot" / "listeners" / "message_shortcut.py").read_text(encoding="utf-8")
    assert "message_shortcut(ids.EXPLAIN_MESSAGE)" in source


def test_http_mode_names_its_address_everywhere() -> None:
    settings = manifest("https://winerr.example.com/")["settings"]
    url = "https://winerr.example.com/slack/events"
    assert settings["event_subscriptions"]["request_url"] == url
    assert settings["interactivity"]["request_url"] == url
    assert settings["socket_mode_enabled"] is False


def test_several_workspaces_come_back_to_their_address_and_may_leave() -> None:
    one = manifest()
    several = manifest(install_address="https://winerr.example.com/")
    assert several["oauth_config"] == {
        "redirect_urls": ["https://winerr.example.com/slack/oauth_redirect"],
        "scopes": one["oauth_config"]["scopes"],
    }
    settings = several["settings"]
    assert settings["event_subscriptions"]["bot_events"] == [*BOT_EVENTS, *LEAVING_EVENTS]
    assert settings["org_deploy_enabled"]
    assert settings["token_rotation_enabled"]
    assert settings["socket_mode_enabled"]
    both = manifest("https://a.example.com", "https://b.example.com")["settings"]
    assert both["socket_mode_enabled"] is False
    assert "redirect_urls" not in one["oauth_config"]
    assert not one["settings"]["token_rotation_enabled"]


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest"]) == 0
    assert yaml.safe_load(capsys.readouterr().out) == manifest()


def test_the_command_prints_it_for_several_workspaces(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "--install-address", "https://example.com"]) == 0
    expected = manifest(install_address="https://example.com")
    assert yaml.safe_load(capsys.readouterr().out) == expected


@pytest.mark.parametrize("option", ["--address", "--install-address"])
def test_an_address_without_tls_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", option, "http://example.com"]) == 2
    assert "https://" in capsys.readouterr().err
