"""The limits of slack.com, offline."""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspace.validation import block_problems, check_message, check_view

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def section(text: str) -> Payload:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str = "a", **more: Any) -> Payload:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **more}


def actions(*elements: Payload) -> Payload:
    return {"type": "actions", "elements": list(elements)}


def option(text: str) -> Payload:
    return {"text": plain(text), "value": text}


def rich(*elements: Payload) -> Payload:
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*runs: Payload) -> Payload:
    return {"type": "rich_text_section", "elements": list(runs)}


TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 20] * 100}

ACCEPTED = {
    "divider": {"type": "divider"},
    "section at its limit": section("x" * 3000),
    "ten fields": {"type": "section", "fields": [plain("x" * 2000)] * 10},
    "header": {"type": "header", "text": plain("x" * 150)},
    "25 buttons": actions(*(button(str(n)) for n in range(25))),
    "overflow": actions({"type": "overflow", "action_id": "o", "options": [option("a")] * 5}),
    "menu": actions({"type": "static_select", "action_id": "s", "options": [option("a")]}),
    "accessory": {**section("x"), "accessory": button()},
    "context": {"type": "context", "elements": [plain("x")] * 10},
    "rich text": rich(
        paragraph({"type": "text", "text": "x", "style": {"bold": True}}),
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "dir"}]},
        {"type": "rich_text_list", "style": "bullet", "elements": [paragraph()], "indent": 1},
    ),
    "table": TABLE,
    "markdown": {"type": "markdown", "text": "**x**"},
    "feedback": {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "positive_button": {"text": plain("Yes"), "value": "1"},
                "negative_button": {"text": plain("No"), "value": "0"},
            }
        ],
    },
}

REFUSED = {
    "section too long": (section("x" * 3001), "must be less than 3001 characters"),
    "section empty": (section(""), "must be more than 0 characters"),
    "section without text": ({"type": "section"}, "must provide text or fields"),
    "eleven fields": ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items"),
    "long field": ({"type": "section", "fields": [plain("x" * 2001)]}, "less than 2001"),
    "header too long": ({"type": "header", "text": plain("x" * 151)}, "less than 151"),
    "header with mrkdwn": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "must be one of: plain_text",
    ),
    "26 buttons": (actions(*(button(str(n)) for n in range(26))), "no more than 25 items"),
    "same action": (actions(button(), button()), '`action_id` "a" already exists'),
    "button text": (actions(button(text=plain("x" * 76))), "less than 76"),
    "button value": (actions(button(value="x" * 2001)), "less than 2001"),
    "button url": (actions(button(url="x" * 3001)), "less than 3001"),
    "button style": (actions(button(style="blue")), "must be one of: primary, danger"),
    "button key": (actions(button(colour="blue")), "invalid additional property: colour"),
    "action_id": (actions(button("x" * 256)), "less than 256"),
    "block_id": ({"type": "divider", "block_id": "x" * 256}, "less than 256"),
    "six overflows": (
        actions({"type": "overflow", "action_id": "o", "options": [option("a")] * 6}),
        "no more than 5 items",
    ),
    "101 options": (
        actions({"type": "static_select", "action_id": "s", "options": [option("a")] * 101}),
        "no more than 100 items",
    ),
    "option too long": (
        actions({"type": "static_select", "action_id": "s", "options": [option("x" * 76)]}),
        "less than 76",
    ),
    "11 context elements": ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10"),
    "button in context": ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    "rich style": (
        rich(paragraph({"type": "text", "text": "x", "style": {"big": True}})),
        "invalid additional property: big",
    ),
    "rich element": (rich({"type": "rich_text_table"}), "unsupported type: rich_text_table"),
    "user in preformatted": (
        rich({"type": "rich_text_preformatted", "elements": [{"type": "user", "user_id": "U"}]}),
        "unsupported type: user",
    ),
    "101 rows": ({"type": "table", "rows": TABLE["rows"] + TABLE["rows"][:1]}, "no more than 100"),
    "alert in a message": ({"type": "alert", "text": plain("x")}, "unsupported type: alert"),
    "no object": ("divider", "block must be an object"),
}


@pytest.mark.parametrize("block", ACCEPTED.values(), ids=ACCEPTED)
def test_slack_takes(block: Payload) -> None:
    assert block_problems([block]) == []


@pytest.mark.parametrize(("block", "fault"), REFUSED.values(), ids=REFUSED)
def test_slack_refuses(block: Any, fault: str) -> None:
    problems = block_problems([block])
    assert len(problems) == 1
    assert fault in problems[0]
    assert "[json-pointer:/blocks" in problems[0]


def test_every_fault_is_named_not_only_the_first() -> None:
    assert len(block_problems([section(""), {"type": "nothing"}, section("x" * 3001)])) == 3


def test_fifty_blocks_go_into_a_message_and_a_hundred_into_a_view() -> None:
    assert block_problems([{"type": "divider"}] * 50) == []
    assert block_problems([{"type": "divider"}] * 51)
    assert block_problems([{"type": "divider"}] * 100, "modal") == []
    assert block_problems([{"type": "divider"}] * 101, "modal")


def test_block_ids_are_unique() -> None:
    twice = [{"type": "divider", "block_id": "a"}] * 2
    assert '"a" already exists' in block_problems(twice)[0]


def test_the_text_of_all_blocks_together_is_limited() -> None:
    assert check_message("x", [section("x" * 3000)] * 4) is None
    refusal = check_message("x", [section("x" * 3000)] * 5)
    assert refusal is not None
    assert refusal.error == "msg_blocks_too_long"


def test_markdown_blocks_share_one_limit() -> None:
    assert block_problems([{"type": "markdown", "text": "x" * 7000}] * 2)


def test_blocks_inside_attachments_are_checked_too() -> None:
    refusal = check_message("x", None, [{"blocks": [{"type": "nothing"}]}])
    assert refusal is not None
    assert "/attachments/0/blocks/0/type" in refusal.messages[0]


MODAL = {"type": "modal", "title": plain("x"), "blocks": [section("x")]}
INPUT = {
    "type": "input",
    "label": plain("x"),
    "element": {"type": "plain_text_input", "action_id": "a"},
}


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        pytest.param({**MODAL, "title": plain("x" * 25)}, "less than 25", id="title"),
        pytest.param({**MODAL, "close": plain("x" * 25)}, "less than 25", id="close"),
        pytest.param({**MODAL, "private_metadata": "x" * 3001}, "less than 3001", id="private"),
        pytest.param({**MODAL, "blocks": [INPUT]}, "submit is required", id="no submit"),
        pytest.param({**MODAL, "colour": "red"}, "additional property: colour", id="key"),
        pytest.param({"type": "modal", "blocks": []}, "missing required field: title", id="none"),
        pytest.param({**MODAL, "blocks": [TABLE]}, "unsupported type: table", id="table"),
        pytest.param({"type": "home", "blocks": []}, "must be a modal view", id="home"),
    ],
)
def test_a_modal_is_refused(view: Payload, fault: str) -> None:
    refusal = check_view(view, "modal")
    assert refusal is not None
    assert any(fault in message for message in refusal.messages)


def test_a_modal_is_taken() -> None:
    assert check_view(MODAL, "modal") is None
    assert check_view({**MODAL, "submit": plain("Save"), "blocks": [INPUT]}, "modal") is None


def test_a_huge_view_is_too_large() -> None:
    blocks = [section("x" * 3000)] * 90
    refusal = check_view({**MODAL, "blocks": blocks}, "modal")
    assert refusal is not None
    assert refusal.error == "view_too_large"
