from __future__ import annotations

import json

import pytest
from slack_sdk.signature import SignatureVerifier

from benchmarks.driver import complete_status
from benchmarks.events import SIGNING_SECRET, Event, make_events, request_bytes, sign
from bot.channels import ChannelRules
from bot.incoming import message_from_event
from bot.policy import Identity, should_answer

NOW = 1_800_000_000
EVENT = Event("1700000000.000001", "C000000001", "failed with 0x80070005 – “access”")


class FixedClock:
    def now(self) -> float:
        return float(NOW)


def split(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines), body


def test_slack_sdk_accepts_the_signature_of_a_request() -> None:
    headers, body = split(request_bytes(EVENT, NOW))
    verifier = SignatureVerifier(SIGNING_SECRET, FixedClock())  # type: ignore[arg-type]
    assert verifier.is_valid_request(body, headers)


def test_slack_sdk_refuses_another_body_or_secret() -> None:
    headers, body = split(request_bytes(EVENT, NOW))
    verifier = SignatureVerifier(SIGNING_SECRET, FixedClock())  # type: ignore[arg-type]
    assert not verifier.is_valid_request(body + b" ", headers)
    assert sign(body, NOW, "another") != sign(body, NOW)


def test_content_length_is_that_of_the_encoded_body() -> None:
    headers, body = split(request_bytes(EVENT, NOW))
    assert int(headers["Content-Length"]) == len(body)
    assert json.loads(body)["event"]["text"] == EVENT.text


def test_winerr_takes_the_event_for_an_alert_to_answer() -> None:
    message = message_from_event(json.loads(EVENT.body()))
    assert message is not None
    assert message.from_app
    assert should_answer(message, ChannelRules("alerts"), Identity("T0BENCH", "U0BENCHBOT")).answer


def test_events_differ_in_time_and_channel_and_repeat_their_texts() -> None:
    events = list(make_events(["a", "b"], 5, 4))
    assert len({event.ts for event in events}) == len({event.channel for event in events}) == 4
    assert [event.text for event in events] == ["b", "a", "b", "a"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, id="complete"),
        pytest.param(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", 503, id="no body"),
        pytest.param(b"HTTP/1.1 204 None\r\n\r\n", 204, id="no length"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", None, id="half a body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConte", None, id="half a head"),
    ],
)
def test_status_is_read_once_the_whole_answer_is_there(answer: bytes, status: int | None) -> None:
    assert complete_status(answer) == status
