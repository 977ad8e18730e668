"""Settings: every fault at once, in words that help, and never a secret in them."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import MISSING, FrozenInstanceError, asdict, fields
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Settings, load_settings, variable_names

BOT, APP, SECRET = "xoxb-111-bot-token", "xapp-1-app-token", "0123456789abcdef0123"
SOCKET = {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
MANY = {
    "SLACK_CLIENT_ID": "111.222",
    "SLACK_CLIENT_SECRET": "0123456789abcdef",
    "WINERR_PUBLIC_URL": "https://winerr.example.com/",
    "SLACK_APP_TOKEN": APP,
}
EXAMPLE = Path(__file__).parents[2] / ".env.example"


def load(env: dict[str, str], env_file: Path | None = None) -> Settings:
    return load_settings(env, env_file)


def faults(env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load(env)
    return str(caught.value)


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load({})
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 3000)
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.policy_for("C1") == "mentions"
    assert settings.slack_bot_token is None


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        pytest.param({"SLACK_BOT_TOKEN": BOT}, "SLACK_BOT_TOKEN is set alone", id="bot-alone"),
        pytest.param({"SLACK_APP_TOKEN": APP}, "without SLACK_BOT_TOKEN", id="app-alone"),
        pytest.param(
            {"SLACK_SIGNING_SECRET": SECRET}, "without SLACK_BOT_TOKEN", id="secret-alone"
        ),
        pytest.param({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}, "are swapped", id="swapped"),
        pytest.param({**SOCKET, "SLACK_BOT_TOKEN": "xoxp-1"}, "this is a user token", id="user"),
        pytest.param({**SOCKET, "SLACK_APP_TOKEN": "hello"}, "begin with xapp-", id="no-token"),
        pytest.param({**SOCKET, "SLACK_SIGNING_SECRET": "a,b,c"}, "or two", id="three-secrets"),
        pytest.param({**SOCKET, "SLACK_SIGNING_SECRET": BOT}, "this is a token", id="token-secret"),
        pytest.param({**MANY, "SLACK_CLIENT_ID": ""}, "without SLACK_CLIENT_ID", id="no-id"),
        pytest.param(
            {**MANY, "SLACK_CLIENT_SECRET": ""},
            "without SLACK_CLIENT_SECRET",
            id="no-client-secret",
        ),
        pytest.param({**MANY, "SLACK_CLIENT_ID": "A0123"}, "two numbers", id="app-id"),
        pytest.param({**MANY, "WINERR_PUBLIC_URL": ""}, "needs WINERR_PUBLIC_URL", id="no-url"),
        pytest.param({**MANY, "WINERR_PUBLIC_URL": "http://x.org"}, "https://", id="plain-url"),
        pytest.param({**MANY, "WINERR_PUBLIC_URL": "winerr"}, "is no address", id="url-word"),
        pytest.param({**MANY, "WINERR_PUBLIC_URL": "https://x:y/"}, "is no address", id="url-port"),
        pytest.param({**MANY, "SLACK_APP_TOKEN": ""}, "needs SLACK_SIGNING_SECRET", id="no-way"),
        pytest.param({**MANY, "SLACK_BOT_TOKEN": BOT}, "remove one of them", id="one-and-many"),
        pytest.param({"WINERR_HTTP_PROT": "1"}, "mean WINERR_HTTP_PORT?", id="near-miss"),
        pytest.param({"WINERR_BANANA": "1"}, ".env.example lists all", id="unknown"),
        pytest.param({"WINERR_HTTP_PORT": "99999"}, "WINERR_HTTP_PORT", id="port-range"),
        pytest.param({"WINERR_HTTP_PORT": "http"}, "WINERR_HTTP_PORT", id="port-word"),
        pytest.param({"SLACK_API_URL": "slack.com"}, "SLACK_API_URL", id="url"),
        pytest.param({"WINERR_CHANNEL_POLICY": "loud"}, "WINERR_CHANNEL_POLICY", id="policy"),
        pytest.param({"WINERR_CHANNEL_POLICIES": "general=all"}, "no channel id", id="channel"),
        pytest.param({"WINERR_CHANNEL_POLICIES": "C1=x"}, "use off, mentions", id="policies"),
        pytest.param({"WINERR_CHANNEL_POLICIES": "{"}, "no valid JSON", id="policies-json"),
        pytest.param({"WINERR_CONFIDENCE": "slack=0.5"}, "no surface", id="confidence"),
        pytest.param({"WINERR_CONFIDENCE": "alert=2"}, "from 0 to 1", id="confidence-number"),
        pytest.param({"WINERR_CHANNEL_POLICIES": "C1=all,C1=off"}, "twice", id="policies-twice"),
        pytest.param({"WINERR_TRUSTED_PROXIES": "10.0.0.0/8,proxy"}, "'proxy' is no", id="proxy"),
        pytest.param({"WINERR_PAGES": "perhaps"}, "WINERR_PAGES", id="pages"),
        pytest.param({"WINERR_KNOWLEDGE_DIRS": "/no/such"}, "names no folder", id="folder"),
        pytest.param({"WINERR_SHUTDOWN_GRACE_SECONDS": "-1"}, "GRACE_SECONDS", id="grace"),
    ],
)
def test_a_fault_is_named_with_what_to_do(env: dict[str, str], expected: str) -> None:
    assert expected in faults(env)


def test_the_pages_have_an_address_when_they_are_served_and_it_is_known() -> None:
    url = {**SOCKET, "WINERR_PUBLIC_URL": "https://winerr.example.com/"}
    assert load(url).pages_url == "https://winerr.example.com"
    assert load({**url, "WINERR_PAGES": "false"}).pages_url is None
    assert load(SOCKET).pages_url is None


def test_every_fault_is_listed_not_only_the_first() -> None:
    text = faults({"SLACK_BOT_TOKEN": BOT, "WINERR_HTTP_PORT": "x", "WINERR_PROT": "1"})
    assert all(part in text for part in ("3 faults", "WINERR_HTTP_PORT", "WINERR_PROT", "alone"))


def test_every_fault_of_several_workspaces_is_named_at_once() -> None:
    text = faults({"SLACK_CLIENT_SECRET": "x", "SLACK_BOT_TOKEN": BOT})
    assert "4 faults" in text
    for words in ("without SLACK_CLIENT_ID", "WINERR_PUBLIC_URL", "remove one", "SLACK_APP_TOKEN"):
        assert words in text


def test_several_workspaces_need_no_bot_token() -> None:
    app = load(MANY).oauth
    assert app is not None
    assert (app.client_id, app.public_url) == ("111.222", "https://winerr.example.com")
    assert MANY["SLACK_CLIENT_SECRET"] in load(MANY).secrets
    assert MANY["SLACK_CLIENT_SECRET"] not in repr(load(MANY)) + repr(app)
    assert load(SOCKET).oauth is None
    here = {**MANY, "WINERR_PUBLIC_URL": "http://127.0.0.1:3000"}
    assert load(here).public_url == "http://127.0.0.1:3000"


@pytest.mark.parametrize(
    "name",
    ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"],
)
def test_no_secret_appears_in_faults_or_repr(name: str) -> None:
    assert "hunter2hunter2" not in faults({name: "hunter2hunter2", "WINERR_HTTP_PORT": "x"})
    settings = load({**SOCKET, "SLACK_SIGNING_SECRET": "hunter2hunter2"})
    assert "hunter2" not in repr(settings)
    assert BOT not in str(settings)


def test_two_signing_secrets_are_accepted_while_rotating() -> None:
    settings = load({"SLACK_BOT_TOKEN": BOT, "SLACK_SIGNING_SECRET": "old-secret, new-secret"})
    assert settings.signing_secrets == ("old-secret", "new-secret")


@pytest.mark.parametrize("text", ["C1=alerts, G2=ALL", '{"C1": "alerts", "G2": "all"}'])
def test_channel_policies_are_read_as_pairs_and_as_json(text: str) -> None:
    settings = load({"WINERR_CHANNEL_POLICIES": text, "WINERR_CHANNEL_POLICY": "off"})
    policies = [settings.policy_for(channel) for channel in ("C1", "G2", "C3")]
    assert policies == ["alerts", "all", "off"]


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("WINERR_HTTP_PORT=4000\nWINERR_HTTP_HOST=localhost\n")
    settings = load({"WINERR_HTTP_PORT": "5000"}, env_file)
    assert (settings.http_host, settings.http_port) == ("localhost", 5000)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        load({}).http_port = 1  # type: ignore[misc]


def test_the_example_file_names_exactly_the_settings_with_their_defaults() -> None:
    lines = [line.lstrip("#") for line in EXAMPLE.read_text().splitlines()]
    pairs = dict(
        line.split("=", 1) for line in lines if "=" in line and line.split("=")[0].isupper()
    )
    assert set(pairs) == set(variable_names())
    given = {name: value for name, value in pairs.items() if value}
    assert load(given) == load({})
    assert set(given) == {
        field.metadata["variable"]
        for field in fields(Settings)
        if field.default not in (None, (), MISSING)
    }


def test_confidence_is_set_for_the_surfaces_that_are_named() -> None:
    assert load({}).thresholds == {"command": 0.4, "mention": 0.5, "alert": 0.7}
    settings = load({"WINERR_CONFIDENCE": "alert=0.95, command = 0"})
    assert settings.thresholds == {"command": 0.0, "mention": 0.5, "alert": 0.95}


@pytest.mark.parametrize(
    ("text", "port"), [("0", 0), ("+80", 80), ("8080.0", 8080), ("1_024", 1024)]
)
def test_whole_numbers_are_read_in_each_usual_form(text: str, port: int) -> None:
    assert load({"WINERR_HTTP_PORT": text}).http_port == port


@pytest.mark.parametrize("text", ["nan", "inf", "1e9", "0", "-1", "１", "1,5", "ten"])
def test_seconds_that_are_no_time_to_wait_are_refused(text: str) -> None:
    assert "WINERR_SLACK_TIMEOUT_SECONDS: input should be" in faults(
        {"WINERR_SLACK_TIMEOUT_SECONDS": text}
    )


def test_a_secret_given_as_plain_text_is_not_printed_either() -> None:
    settings = Settings(slack_bot_token=BOT)  # type: ignore[arg-type]
    assert BOT in settings.secrets
    assert BOT not in repr(settings)


@pytest.mark.parametrize(
    "url",
    ["hunter2hunter2", "me:hunter2hunter2@db/winerr", "postgresql://hunter2"],
)
def test_a_database_url_that_is_none_is_not_quoted_where_it_may_be_secret(url: str) -> None:
    told = faults({"DATABASE_URL": url})
    assert "DATABASE_URL" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://me:gehe%40im1@db/winerr", "gehe@im1"),
        ("postgresql://me:gehe%40im1@db/winerr", "gehe%40im1"),
        ("postgresql://db/winerr?user=me&password=gehe%40im1", "gehe@im1"),
    ],
)
def test_a_password_of_the_database_is_hidden_in_each_form(url: str, password: str) -> None:
    assert password in load({**SOCKET, "DATABASE_URL": url}).secrets


@pytest.mark.parametrize("url", ["https://x:99999/", "https://[x/", "https://x:port/"])
def test_an_api_url_that_cannot_be_asked_is_a_fault(url: str) -> None:
    assert "SLACK_API_URL: is not a URL" in faults({**SOCKET, "SLACK_API_URL": url})


def test_no_secret_is_copied_out_of_the_settings() -> None:
    settings = load(MANY)
    secret, app = MANY["SLACK_CLIENT_SECRET"], settings.oauth
    assert app is not None
    shown = repr(asdict(settings)) + repr(asdict(app)) + f"{settings!r} {app}"
    assert secret not in shown + json.dumps(asdict(settings), default=str)
    assert copy.deepcopy(settings) == settings
    for whole in (settings, app, settings.slack_client_secret):
        with pytest.raises(TypeError, match="secret"):
            pickle.dumps(whole)
