"""Which files are looked into, where the token may go, and what their bytes say."""

from __future__ import annotations

import codecs
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import ChannelRules
from bot.file_reading import ReadFiles, is_file_address
from bot.file_text import decode_text
from bot.gathering import MAX_CHARS
from bot.incoming import command_from_shortcut, message_from_event
from bot.jobs import CommandJob, MessageJob, decode_job, encode_job
from bot.policy import Identity, should_answer
from bot.shared_files import MAX_FILES, files_of, read_file_object

SLACK = "https://slack.com/api/"
LOCAL = "http://127.0.0.1:8400/api/"
US = Identity("T1", "U1", "B1")


@pytest.mark.parametrize(
    ("url", "api"),
    [
        ("https://files.slack.com/files-pri/T1-F1/a.log", SLACK),
        ("https://acme.slack.com/files/a.log", SLACK),
        ("https://files.slack.com:443/a", "https://www.slack.com/api/"),
        ("https://files.slack-gov.com/a", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:8400/files-pri/a", LOCAL),
    ],
)
def test_the_token_goes_to_slacks_own_hosts(url: str, api: str) -> None:
    assert is_file_address(url, api)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a", "https://files.slack.com:8443/a", "https://slack.com.evil.test/",
        "https://evilslack.com/a", "https://files.slack.com@evil.test/", "https://a:b@slack.com/",
        "https://evil.test\\@files.slack.com/", "https://evil.test/#.slack.com", "file:///etc/passwd",
        "https://files.slack.com\t.evil.test/", "//files.slack.com/a", "https:///a", "", "https://[",
        "https://files.slack-gov.com/a", "http://169.254.169.254/latest", "http://127.0.0.1:8400/a",
        "https://ﬁles.slack.com/a", "https://evil.test/?.slack.com", "https://files.slack.com:x/",
        "gopher://files.slack.com/", "https://slack.com./a",
    ],
)  # fmt: skip
def test_the_token_goes_nowhere_else(url: str) -> None:
    assert not is_file_address(url, SLACK)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8401/a", "http://localhost:8400/a", "https://files.slack.com/a"]
)
def test_a_local_server_has_files_on_its_own_address_only(url: str) -> None:
    assert not is_file_address(url, LOCAL)


@given(st.text(max_size=60))
def test_no_address_does_harm(url: str) -> None:
    assert is_file_address(url, SLACK) in (True, False)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain 0x5", "plain 0x5"),
        ("Größe".encode(), "Größe"),
        ("Größe".encode("cp1252"), "Größe"),
        (codecs.BOM_UTF8 + b"x", "x"),
        ("Größe".encode("utf-16"), "Größe"),
        (codecs.BOM_UTF16_BE + "x".encode("utf-16-be"), "x"),
        (codecs.BOM_UTF32_LE + "x".encode("utf-32-le"), "x"),
        ("abc€".encode()[:-1], "abc"),
        ("abc".encode("utf-16")[:-1], "ab"),
        (b"\x1b[31mred\x1b[0m\r\n", "\x1b[31mred\x1b[0m\r\n"),
        (b"MZ is how it begins", "MZ is how it begins"),
    ],
)
def test_text_is_read_as_what_it_is(data: bytes, text: str) -> None:
    assert decode_text(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n", b"%PDF-1.7 text", b"MZ\x90\x00\x03", b"PK\x03\x04ab", b"a\0b",
        b"\x01\x02\x03\x04\x05", codecs.BOM_UTF16_LE + b"\x01\0\x02\0" * 20,
    ],
)  # fmt: skip
def test_what_is_no_text_is_not_taken_for_it(data: bytes) -> None:
    assert decode_text(data) is None


@given(st.binary(max_size=300))
def test_no_bytes_do_harm(data: bytes) -> None:
    assert decode_text(data) is None or isinstance(decode_text(data), str)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mode": "snippet", "mimetype": "application/x-foo"}, True),
        ({"mimetype": "text/x-powershell"}, True),
        ({"mimetype": "application/json; charset=utf-8"}, True),
        ({"mimetype": "image/svg+xml"}, True),
        ({"mimetype": "application/octet-stream", "name": "CBS.LOG"}, True),
        ({"mimetype": "application/octet-stream", "name": "memory.dmp"}, False),
        ({"mimetype": "image/png"}, False),
        ({"mimetype": "text/plain", "mode": "tombstone"}, False),
        ({"mimetype": "image/png", "file_access": "check_file_info"}, True),
    ],
)
def test_type_and_name_say_what_may_be_text(fields: dict[str, str], expected: bool) -> None:
    file = read_file_object({"id": "F1", "url_private": "https://files.slack.com/a", **fields})
    assert file is not None
    assert file.may_be_text is expected


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["files", "id", "mode", "size", "name", "url_private", "preview", "subject"]
                ),
                inner,
            )
        ),
        max_leaves=20,
    )
)
def test_no_payload_does_harm(payload: Any) -> None:
    message = payload if isinstance(payload, dict) else {"files": payload}
    assert len(files_of(message)) <= MAX_FILES


def body(**event: Any) -> dict[str, Any]:
    base = {"type": "message", "channel": "C1", "ts": "1.2", "channel_type": "channel"}
    return {"team_id": "T1", "event": {**base, "subtype": "file_share", "user": "U2", **event}}


FILE = {"id": "F1", "mode": "snippet", "size": 12, "preview": "a", "url_private": "https://x.test/"}


def test_files_travel_through_the_inbox() -> None:
    message = message_from_event(body(text="", files=[FILE, {"id": "F2"}, {"x": 1}]))
    assert message is not None
    job = MessageJob(message, "automatic")
    assert decode_job(encode_job(job)) == job
    assert [file.id for file in message.files] == ["F1", "F2"]
    shortcut = command_from_shortcut({"message": {"text": "see", "files": [FILE]}})
    assert decode_job(encode_job(CommandJob(shortcut))) == CommandJob(shortcut)
    assert shortcut.files[0].size == 12


def test_the_files_of_a_forwarded_message_are_read_too() -> None:
    forwarded = {"is_share": True, "text": "see", "files": [{**FILE, "id": "F3"}]}
    preview = {"from_url": "https://x.test", "files": [{**FILE, "id": "F4"}]}
    found = files_of({"files": [FILE], "attachments": [forwarded, preview, 5]})
    assert [file.id for file in found] == ["F1", "F3"]
    many = files_of({"files": [FILE] * 9, "attachments": [forwarded]})
    assert [file.id for file in many] == ["F1"] * MAX_FILES


def test_a_job_of_before_has_no_files() -> None:
    message = message_from_event(body(text="x"))
    assert message is not None
    old = encode_job(MessageJob(message, "automatic")).replace(',"files":[]', "")
    assert '"files"' not in old
    assert decode_job(old) == MessageJob(message, "automatic")


@pytest.mark.parametrize(
    ("event", "answered"),
    [
        ({"files": [FILE]}, True),
        ({"files": [{**FILE, "mode": "hosted", "mimetype": "image/png", "preview": ""}]}, False),
        ({"files": [{"id": "F1", "mode": "tombstone"}]}, False),
        ({"files": [{"id": "F1"}]}, True),
        ({}, False),
    ],
)
def test_a_message_of_nothing_but_files_is_worth_a_look_if_they_may_be_text(
    event: dict[str, Any], answered: bool
) -> None:
    message = message_from_event(body(text="", **event))
    assert message is not None
    rules = ChannelRules(policy="all")
    assert should_answer(message, rules, US).answer is answered


def test_the_text_of_files_stands_under_the_message_and_is_capped() -> None:
    assert ReadFiles("file").under("message") == "message\nfile"
    assert ReadFiles("file").under("") == "file"
    assert ReadFiles().under("message") == "message"
    assert len(ReadFiles("x" * 2 * MAX_CHARS).under("message")) == MAX_CHARS
