"""Payloads -> messages: text is found wherever it hides, and no wrong type does any harm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gathering import MAX_CHARS, gather_text
from bot.incoming import action_from_body, command_from_body, message_from_event
from bot.mrkdwn import unwrap
from bot.workspace.presets import Preset, load_presets
from knowledge import KnowledgeBase, explain
from tests.alerts import OTHER_ALERTS


def event_body(**event: Any) -> dict[str, Any]:
    base = {"type": "message", "channel": "C1", "ts": "1.2", "channel_type": "channel"}
    return {"team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event": {**base, **event}}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*texts: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": t} for t in texts]}


CASES = [
    pytest.param({"text": "a &lt;b&gt; &amp;amp;"}, "a <b> &amp;", id="entities"),
    pytest.param({"text": "see <http://x.test/a|x.test/a> now"}, "see x.test/a now", id="label"),
    pytest.param({"text": "<https://x.test/0x5>"}, "https://x.test/0x5", id="bare-link"),
    pytest.param({"text": "id <tel:80070005|80070005>"}, "id 80070005", id="tel"),
    pytest.param({"text": "<@U1> in <#C1|ops> <!here>"}, "in ops", id="mentions"),
    pytest.param(
        {"text": "_failed_ with *_0x5_*, _ERROR_BUSY_, `_init_` and __main__ of snake_case_"},
        "failed with *0x5*, ERROR_BUSY, `init` and __main__ of snake_case_",
        id="italics",
    ),
    pytest.param(
        {"text": "ERROR_ACCESS_\u200bDENIED \u202a0x8007\u00ad0005\u202c"},
        "ERROR_ACCESS_DENIED 0x80070005",
        id="what-nobody-sees",
    ),
    pytest.param({"blocks": [rich(paragraph("one ", "two"))]}, "one two", id="rich-text"),
    pytest.param(
        {
            "blocks": [
                rich(
                    {
                        "type": "rich_text_preformatted",
                        "elements": [{"type": "text", "text": "at F"}],
                    },
                    {"type": "rich_text_list", "elements": [paragraph("x"), paragraph("y")]},
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]},
                )
            ]
        },
        "at F\nx\ny\nq",
        id="rich-text-parts",
    ),
    pytest.param(
        {
            "blocks": [
                {"type": "header", "text": {"type": "plain_text", "text": "Alert"}},
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "a &gt; b"},
                    "fields": [{"type": "mrkdwn", "text": "code 0x5"}],
                },
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <x|y>"}]},
                {"type": "divider"},
                {"type": "markdown", "text": "# md"},
            ]
        },
        "Alert\na > b\ncode 0x5\nby y\n# md",
        id="blocks",
    ),
    pytest.param(
        {
            "attachments": [
                {
                    "fallback": "short",
                    "pretext": "pre",
                    "title": "title",
                    "text": "text",
                    "fields": [{"title": "Code", "value": "0x5"}],
                    "footer": "foot",
                    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "deep"}}],
                }
            ]
        },
        "pre\ntitle\ntext\nCode: 0x5\ndeep\nshort\nfoot",
        id="attachment",
    ),
    pytest.param(
        {
            "text": "look <https://x.test>",
            "attachments": [{"from_url": "https://x.test", "text": "0x5"}],
        },
        "look https://x.test",
        id="unfurls-are-nobodys-words",
    ),
    pytest.param(
        {"attachments": [{"is_share": True, "from_url": "https://s.test", "text": "0x5"}]},
        "0x5",
        id="shared-messages-are-read",
    ),
    pytest.param(
        {"text": "*bad* `0x5`", "blocks": [rich(paragraph("bad 0x5"))]}, "bad 0x5", id="said-once"
    ),
    pytest.param(
        {"attachments": [{"fallback": "failed: 0x5", "footer": "foot"}]},
        "failed: 0x5\nfoot",
        id="fallback-of-a-picture",
    ),
    pytest.param(
        {"attachments": [{"pretext": "see below", "fallback": "0x5", "author_name": "Ada"}]},
        "see below\nAda\n0x5",
        id="fallback-beside-a-pretext",
    ),
    pytest.param(
        {"text": "error 502", "attachments": [{"title": "error 5"}, {"title": "error 50"}]},
        "error 502\nerror 5\nerror 50",
        id="shorter-numbers-are-other-numbers",
    ),
    pytest.param(
        {"text": "ERROR_BUSY_DRIVE", "attachments": [{"title": "ERROR_BUSY"}]},
        "ERROR_BUSY_DRIVE\nERROR_BUSY",
        id="shorter-names-are-other-names",
    ),
    pytest.param({"files": [{"preview": "line 0x5"}]}, "line 0x5", id="snippet-preview"),
    pytest.param({"text": None, "blocks": "x", "attachments": [1, None]}, "", id="wrong-types"),
]


@pytest.mark.parametrize(("message", "expected"), CASES)
def test_text_is_gathered_from_every_place(message: dict[str, Any], expected: str) -> None:
    assert gather_text(message) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["text", "type", "elements", "fields", "blocks", "attachments", "message", "rows"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_no_payload_is_too_strange_to_read(payload: Any) -> None:
    assert isinstance(gather_text(payload), str)
    body = payload if isinstance(payload, dict) else {"event": payload}
    message_from_event(body)
    message_from_event({"event": body})
    action_from_body({"actions": payload})
    command_from_body(body)


def test_deep_nesting_costs_no_stack() -> None:
    node: dict[str, Any] = {"type": "text", "text": "bottom"}
    for _ in range(3_000):
        node = {"type": "rich_text_section", "elements": [node]}
    assert "bottom" in gather_text({"blocks": [{"type": "rich_text", "elements": [node]}]})


def test_gathered_text_is_capped() -> None:
    blocks = [{"type": "markdown", "text": f"{n} " + "x" * 50_000} for n in range(20)]
    assert len(gather_text({"blocks": blocks})) <= MAX_CHARS + 20


def test_hostile_angle_brackets_are_read_in_linear_time() -> None:
    assert unwrap("<" * 1_000_000).startswith("<")
    assert unwrap("<a" * 500_000).startswith("<a")


def test_hostile_underscores_are_read_in_linear_time() -> None:
    text = "_a " * 33_000
    assert unwrap(text) == text


def test_a_message_has_its_place_and_author() -> None:
    message = message_from_event(
        event_body(thread_ts="1.0", user="U1", text="hi <@UBOT>", bot_profile={"app_id": "A9"})
    )
    assert message is not None
    assert (message.team, message.channel, message.ts, message.root_ts) == (
        "T1",
        "C1",
        "1.2",
        "1.0",
    )
    assert (message.user, message.app_id, message.event_id) == ("U1", "A9", "Ev1")
    assert message.in_thread
    assert message.from_app
    assert message.mentioned == {"UBOT"}


def test_the_root_of_a_thread_is_not_in_the_thread() -> None:
    message = message_from_event(event_body(thread_ts="1.2"))
    assert message is not None
    assert not message.in_thread


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        pytest.param({"type": "app_mention"}, "mention", id="mention"),
        pytest.param({"channel_type": "im"}, "direct", id="direct"),
        pytest.param({}, "message", id="channel"),
        pytest.param({"subtype": "message_changed", "message": {"ts": "1.2"}}, "edited", id="edit"),
        pytest.param({"subtype": "message_deleted", "deleted_ts": "1.2"}, "deleted", id="delete"),
    ],
)
def test_kinds_are_told_apart(event: dict[str, Any], kind: str) -> None:
    message = message_from_event(event_body(**event))
    assert message is not None
    assert message.kind == kind


def test_an_edit_knows_what_it_said_before() -> None:
    message = message_from_event(
        event_body(
            subtype="message_changed",
            ts="9.9",
            message={"ts": "1.2", "text": "0x6", "user": "U1"},
            previous_message={"ts": "1.2", "text": "<@U9> 0x5"},
        )
    )
    assert message is not None
    assert (message.mentioned, message.mentioned_before) == (frozenset(), {"U9"})
    assert (message.ts, message.text, message.previous_text) == ("1.2", "0x6", "0x5")
    assert message.revision == "9.9"


@pytest.mark.parametrize("missing", ["channel", "ts"])
def test_a_message_without_a_place_is_none(missing: str) -> None:
    assert message_from_event(event_body(**{missing: None})) is None


def test_an_action_knows_its_message_and_thread() -> None:
    action = action_from_body(
        {
            "team": {"id": "T1"},
            "channel": {"id": "C1"},
            "user": {"id": "U1"},
            "trigger_id": "1.2.3",
            "container": {"message_ts": "5.0", "thread_ts": "4.0"},
            "actions": [{"action_id": "x", "value": "v"}],
        }
    )
    assert action is not None
    assert (action.channel, action.message_ts, action.thread_ts) == ("C1", "5.0", "4.0")


def test_a_commands_escapes_are_undone() -> None:
    command = command_from_body({"text": "List&lt;int&gt; 0x5", "user_id": "U1", "channel_id": 7})
    assert (command.text, command.user, command.channel) == ("List<int> 0x5", "U1", "")


@pytest.mark.parametrize("odd", ["C" * 300, "C\0", "\ud800", "C 1", "ü", 5, None, ["C1"]])
def test_what_is_no_id_counts_as_absent(odd: Any) -> None:
    assert message_from_event(event_body(channel=odd)) is None
    assert message_from_event(event_body(ts=odd)) is None
    assert command_from_body({"channel_id": odd, "user_id": odd, "text": "0x5"}).channel == ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["type", "text", "blocks", "elements", "attachments", "fields", "title", "rows",
             "files", "child_blocks", "tasks", "message_blocks", "message", "fallback", "value",
             "details", "alt_text", "x"]
        ),
        inner,
        max_size=6,
    ),
    max_leaves=40,
)  # fmt: skip


@given(_JSON)
def test_any_json_is_gathered_without_harm(value: Any) -> None:
    assert len(gather_text(value)) <= MAX_CHARS + 1_000


_TYPES = st.sampled_from(
    ["section", "rich_text", "context", "table", "data_table", "card", "carousel", "actions",
     "raw_number", "raw_text", "mrkdwn", "plain_text", "link", "emoji", "image"]
)  # fmt: skip
_BLOCKS = st.recursive(
    _JSON | st.integers(min_value=10**300, max_value=10**310),
    lambda inner: st.lists(
        st.fixed_dictionaries(
            {"type": _TYPES | _JSON},
            optional=dict.fromkeys(
                ("text", "elements", "fields", "rows", "value", "blocks"), inner
            ),
        ),
        max_size=3,
    ),
    max_leaves=20,
)


@given(_BLOCKS)
def test_any_blocks_are_gathered_without_harm(blocks: Any) -> None:
    message = {"blocks": blocks, "attachments": blocks, "files": blocks}
    assert len(gather_text(message)) <= MAX_CHARS + 1_000


@pytest.mark.parametrize("odd", [["section"], {"a": 1}, 5, None, True])
def test_a_block_of_no_kind_is_read_for_its_words(odd: Any) -> None:
    cell = {"type": "raw_number", "value": 10**400}
    blocks = [{"type": odd, "text": "failed with 0x5"}, {"type": "table", "rows": [[cell, cell]]}]
    assert gather_text({"blocks": blocks}) == "failed with 0x5"


def test_blocks_within_blocks_are_read_and_no_depth_is_a_danger() -> None:
    card = {"type": "card", "title": {"type": "plain_text", "text": "Down"},
            "body": {"type": "mrkdwn", "text": "failed with 0x5"}}  # fmt: skip
    carousel = {"type": "carousel", "elements": [card]}
    assert gather_text({"blocks": [carousel]}) == "Down\nfailed with 0x5"
    deep: dict[str, Any] = {"type": "container", "blocks": []}
    for _ in range(5_000):
        deep = {"type": "container", "title": "x", "blocks": [deep]}
    assert gather_text({"blocks": [deep]}) == "x"


@pytest.mark.parametrize("preset", load_presets(), ids=lambda preset: preset.id)
def test_an_error_is_found_wherever_a_monitoring_system_puts_it(
    preset: Preset, base: KnowledgeBase
) -> None:
    explanation = explain(gather_text(preset.fields()), base, surface="alert")
    assert explanation.auto_reply == preset.has_windows_error


@pytest.mark.parametrize("other", OTHER_ALERTS, ids=lambda other: f"{other.id}-{other.title}")
def test_the_same_senders_posts_about_anything_else_are_left_alone(
    other: Preset, base: KnowledgeBase
) -> None:
    assert not explain(gather_text(other.fields()), base, surface="alert").auto_reply


def test_there_is_such_a_post_for_every_sender() -> None:
    senders = {preset.id for preset in load_presets() if preset.has_windows_error}
    assert {other.id for other in OTHER_ALERTS} == senders
