"""The web side: hostile requests get a 4xx and one log line, real ones reach Bolt."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import hmac
import io
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.app import Bot, build_app
from bot.logs import configure_logging
from bot.secret import Secret
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.urls import DatabaseUrl
from bot.web.application import build_web
from bot.web.payload import PayloadError, check_shape, parse_payload
from bot.web.signature import signature_fault
from bot.workspace.server import Workspace
from knowledge import open_knowledge

SECRETS = ("old-signing-secret", "new-signing-secret")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    database = await open_database(DatabaseUrl("sqlite", str(tmp_path / "winerr.db")))
    async with Workspace() as workspace:
        chosen = Settings(
            slack_bot_token=Secret(workspace.bot_token),
            slack_signing_secret=Secret(",".join(SECRETS)),
            slack_api_url=workspace.api_url,
        )
        built = build_app(chosen, open_knowledge(), database)
        await built.start()
        yield built
        await built.stop()
    await database.close()


@pytest.fixture
async def client(bot: Bot) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(build_web(bot))) as opened:
        yield opened


def sign(body: bytes, timestamp: str, secret: str) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(body: bytes, content_type: str = JSON, secret: str = SECRETS[0]) -> dict[str, str]:
    now = str(int(time.time()))
    return {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": now,
        "X-Slack-Signature": sign(body, now, secret),
    }


@pytest.mark.parametrize("secret", SECRETS)
async def test_both_secrets_are_accepted_while_rotating(client: Any, secret: str) -> None:
    body = b'{"type": "url_verification", "challenge": "abc"}'
    response = await client.post("/slack/events", data=body, headers=signed(body, secret=secret))
    assert response.status == 200
    assert "abc" in await response.text()


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"type": "message", "text": "hello"}, id="message"),
        pytest.param({"type": "message", "subtype": "channel_join"}, id="join"),
        pytest.param({"type": "message", "subtype": "new_in_2031", "x": [1]}, id="unknown-subtype"),
        pytest.param({"type": "reaction_added", "item": {}}, id="not-subscribed"),
    ],
)
async def test_every_event_is_acknowledged(client: Any, event: dict[str, Any]) -> None:
    body = json.dumps({"type": "event_callback", "team_id": "T1", "event": event}).encode()
    response = await client.post("/slack/events", data=body, headers=signed(body))
    assert response.status == 200


BAD_BODIES = [
    pytest.param(b"{", JSON, id="json-cut"),
    pytest.param(b"[1]", JSON, id="json-array"),
    pytest.param(b"null", JSON, id="json-null"),
    pytest.param(b"\xff\xfe", JSON, id="not-utf8"),
    pytest.param(b'{"a":' * 100_000, JSON, id="nested"),
    pytest.param(b"[" * 100_000 + b"]" * 100_000, JSON, id="nested-closed"),
    pytest.param(b'{"type":"event_callback"}', JSON, id="no-event"),
    pytest.param(b'{"type":"event_callback","event":[]}', JSON, id="event-list"),
    pytest.param(b'{"event":{"type":{}}}', JSON, id="event-type"),
    pytest.param(b'{"type":["x"]}', JSON, id="type-list"),
    pytest.param(b'{"team":[1]}', JSON, id="team-list"),
    pytest.param(b'{"authorizations":["x"]}', JSON, id="authorizations"),
    pytest.param(b"payload=%7B", FORM, id="form-json-cut"),
    pytest.param(b"payload=[]", FORM, id="form-json-array"),
    pytest.param(b"&".join(b"a=1" for _ in range(1_000)), FORM, id="form-fields"),
    pytest.param(b"hello", "text/plain", id="text"),
    pytest.param(b"", JSON, id="empty"),
    pytest.param(b"{}", "application/octet-stream", id="octets"),
]


@pytest.mark.parametrize(("body", "content_type"), BAD_BODIES)
async def test_a_signed_body_that_slack_never_sends_is_refused_without_a_traceback(
    client: Any, body: bytes, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    headers = signed(body, content_type)
    response = await client.post("/slack/events", data=io.BytesIO(body), headers=headers)
    assert 400 <= response.status < 500
    assert [record.exc_info for record in caplog.records if record.name[:4] == "bot."] == [None]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda h: h.pop("X-Slack-Signature"), id="no-signature"),
        pytest.param(lambda h: h.pop("X-Slack-Request-Timestamp"), id="no-timestamp"),
        pytest.param(lambda h: h.update({"X-Slack-Signature": "v0=00"}), id="wrong"),
        pytest.param(lambda h: h.update({"X-Slack-Signature": "v0=é€"}), id="not-ascii"),
        pytest.param(lambda h: h.update({"X-Slack-Request-Timestamp": "1"}), id="old"),
        pytest.param(lambda h: h.update({"X-Slack-Request-Timestamp": "soon"}), id="word"),
        pytest.param(lambda h: h.update({"X-Slack-Request-Timestamp": "9" * 5000}), id="huge"),
        pytest.param(lambda h: h.update({"X-Slack-Request-Timestamp": "٣"}), id="digits"),
    ],
)
async def test_what_is_not_signed_by_slack_is_refused_before_it_is_parsed(
    client: Any, change: Callable[[dict[str, str]], Any], caplog: pytest.LogCaptureFixture
) -> None:
    body = b"{broken"
    headers = signed(body)
    change(headers)
    response = await client.post("/slack/events", data=body, headers=headers)
    assert response.status == 401
    assert [record.exc_info for record in caplog.records] == [None]


async def test_a_body_over_the_cap_is_refused(client: Any) -> None:
    body = b'{"a":"' + b"x" * (1024 * 1024) + b'"}'
    response = await client.post("/slack/events", data=io.BytesIO(body), headers=signed(body))
    assert response.status == 413


@pytest.mark.parametrize("path", ["/slack/events", "/api/v1/explain", "/healthz"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_encoded_as_it_says_costs_a_line_each(
    client: Any, path: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging(Settings(), stream)
    headers = {**signed(b"{}"), "Content-Encoding": encoding}
    response = await client.post(path, data=io.BytesIO(b"zebra"), headers=headers)
    assert 400 <= response.status < 500
    await client.close()
    assert stream.getvalue()
    assert "Traceback" not in stream.getvalue()
    assert "ERROR" not in stream.getvalue()


async def test_a_body_that_grows_when_it_is_unpacked_is_refused(client: Any) -> None:
    body = gzip.compress(b"0" * (64 * 1024 * 1024))
    headers = {**signed(body), "Content-Encoding": "gzip"}
    response = await client.post("/slack/events", data=io.BytesIO(body), headers=headers)
    assert response.status == 413


async def test_a_signed_unknown_command_or_button_is_no_server_error(client: Any) -> None:
    for fields in ({"command": "/other", "text": "x"}, {"payload": '{"type":"block_actions"}'}):
        body = urlencode(fields).encode()
        response = await client.post("/slack/events", data=body, headers=signed(body, FORM))
        assert response.status < 500


KEYS = st.sampled_from(
    ["type", "event", "team", "team_id", "user", "channel", "actions", "view", "message", "command",
     "authorizations", "container", "callback_id", "text", "ts", "subtype", "enterprise", "item",
     "action_id", "block_id", "value", "id", "response_urls", "is_ext_shared_channel"]
)  # fmt: skip
WORDS = st.sampled_from(["event_callback", "message", "block_actions", "/winerr", "view_submission",
                         "app_mention", "url_verification", "shortcut", ""])  # fmt: skip
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


async def test_no_signed_shape_is_a_server_error(client: Any, caplog: Any) -> None:
    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.dictionaries(KEYS, STRANGE, max_size=8))
    def collect(payload: dict[str, Any]) -> None:
        payloads.append(payload)

    payloads: list[dict[str, Any]] = []
    collect()
    for payload in payloads:
        body = json.dumps(payload).encode()
        response = await client.post("/slack/events", data=body, headers=signed(body))
        assert response.status < 500, payload
    assert not [record for record in caplog.records if record.exc_info]


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM]))
def test_parsing_raises_nothing_but_payload_errors(body: bytes, content_type: str) -> None:
    with contextlib.suppress(PayloadError):
        check_shape(parse_payload(body, content_type))


@pytest.mark.parametrize(("off", "accepted"), [(0, True), (299, True), (301, False), (-301, False)])
def test_the_window_is_five_minutes(off: int, accepted: bool) -> None:
    given_signature = sign(b"x", "1000000", SECRETS[0])
    fault = signature_fault(b"x", "1000000", given_signature, SECRETS, 1_000_000 + off)
    assert (fault is None) == accepted


async def test_the_api_explains_as_the_command_line_does(client: Any) -> None:
    response = await client.post("/api/v1/explain", json={"text": "0x2F7"})
    assert response.status == 200
    body = await response.json()
    assert body["answers"][0]["article"] == "win32/ERROR_PROCESS_NOT_IN_JOB"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"{", 400, id="cut"),
        pytest.param(b"[]", 400, id="array"),
        pytest.param(b"{}", 400, id="no-text"),
        pytest.param(b'{"text": 5}', 400, id="number"),
        pytest.param(b'{"text": "\\ud800"}', 400, id="surrogate"),
        pytest.param(b"\xff", 400, id="not-utf8"),
        pytest.param(b"[" * 100_000, 400, id="nested"),
        pytest.param(b'{"text": "' + b"x" * 200_000 + b'"}', 413, id="large"),
    ],
)
async def test_the_api_says_what_to_send(client: Any, body: bytes, status: int) -> None:
    response = await client.post("/api/v1/explain", data=io.BytesIO(body))
    assert response.status == status
    assert (await response.json())["error"]


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/slack/events", 405)])
async def test_other_addresses_are_answered_in_json(client: Any, path: str, status: int) -> None:
    response = await client.get(path)
    assert response.status == status
    assert (await response.json())["error"]
