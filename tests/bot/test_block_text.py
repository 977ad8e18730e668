"""Every block and every element of rich text that Slack documents is read for its words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.gathering import gather_text
from knowledge import KnowledgeBase, explain


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def paragraph(*texts: str) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [{"type": "text", "text": t} for t in texts]}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def cells(*values: str | float | dict[str, Any]) -> list[dict[str, Any]]:
    """A row of a table: words, numbers and rich text."""
    row: list[dict[str, Any]] = []
    for value in values:
        if isinstance(value, dict):
            row.append(value)
        elif isinstance(value, str):
            row.append({"type": "raw_text", "text": value})
        else:
            row.append({"type": "raw_number", "value": value})
    return row


def button(words: str) -> dict[str, Any]:
    return {"type": "button", "action_id": "x", "text": {"type": "plain_text", "text": words}}


PICTURE = {"type": "image", "image_url": "https://x.test/a.png", "alt_text": "a red light"}
# Every block with words in it: docs.slack.dev/reference/block-kit/blocks.
BLOCKS = [
    pytest.param({**PICTURE, "title": plain("Disk")}, "Disk\na red light", id="image"),
    pytest.param(
        {"type": "video", "title": plain("Demo"), "description": plain("of 0x5"),
         "alt_text": "a demo", "video_url": "https://x.test"},
        "Demo\nof 0x5\na demo",
        id="video",
    ),
    pytest.param({"type": "context", "elements": [PICTURE, mrkdwn("by")]}, "a red light\nby",
                 id="context"),
    pytest.param(
        {"type": "section", "text": mrkdwn("down"), "accessory": PICTURE}, "down\na red light",
        id="section-with-a-picture",
    ),
    pytest.param({"type": "section", "text": mrkdwn("down"), "accessory": button("Ack 0x5")},
                 "down", id="section-with-a-button"),
    pytest.param({"type": "actions", "elements": [button("Ack 0x5")]}, "", id="actions"),
    pytest.param({"type": "context_actions", "elements": [button("0x5")]}, "",
                 id="context-actions"),
    pytest.param({"type": "alert", "text": mrkdwn("down")}, "down", id="alert"),
    pytest.param(
        {"type": "input", "label": plain("Code"), "hint": plain("as 0x5"), "element": {}},
        "Code\nas 0x5",
        id="input",
    ),
    pytest.param(
        {"type": "table", "rows": [cells("Host", "Win32 code"), cells("win-1", "0x5"),
                                   cells("win-2", rich(paragraph("-1", "0")))]},
        "Host | Win32 code\nHost: win-1 | Win32 code: 0x5\nHost: win-2 | Win32 code: -10",
        id="table",
    ),
    pytest.param({"type": "table", "rows": [cells("win-1", "down"), cells("win-2", "up")]},
                 "win-1 | down\nwin-2 | up", id="table-without-a-head"),
    pytest.param(
        {"type": "data_table", "caption": "Jobs", "rows": [
            cells("Job", "Code", ""), cells("copy", -1073741819, "x"), cells("", 2.5, ""),
            [{"type": "raw_number", "value": 5, "text": "5 of 9"}], "odd", [7, None]]},
        "Jobs\nJob | Code\nJob: copy | Code: -1073741819 | x\nCode: 2.5\nJob: 5 of 9",
        id="data-table",
    ),
    pytest.param(
        {"type": "card", "title": mrkdwn("Down"), "subtitle": mrkdwn("win-1"),
         "body": mrkdwn("with 0x5"), "hero_image": PICTURE, "actions": [button("Ack")]},
        "Down\nwin-1\nwith 0x5\na red light",
        id="card",
    ),
    pytest.param(
        {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("One")},
                                          {"type": "card", "body": mrkdwn("Two")}]},
        "One\nTwo",
        id="carousel",
    ),
    pytest.param(
        {"type": "container", "rich_text_title": rich(paragraph("Run 7")), "subtitle": plain("sub"),
         "child_blocks": [{"type": "section", "text": mrkdwn("0x5")},
                          {"type": "table", "rows": [cells("a", "b")]}]},
        "Run 7\nsub\n0x5\na | b",
        id="container",
    ),
    pytest.param(
        {"type": "plan", "title": "Restart", "tasks": [
            {"type": "task_card", "task_id": "1", "title": "Stop it", "status": "error",
             "details": rich(paragraph("net stop")), "output": rich(paragraph("error 1052")),
             "sources": [{"type": "url", "url": "https://x.test", "text": "the log"}]}]},
        "Restart\nStop it\nnet stop\nerror 1052\nthe log",
        id="plan",
    ),
    pytest.param({"type": "task_card", "title": "Stop it", "sources": [{"type": "url"}]},
                 "Stop it", id="task-card"),
    pytest.param({"type": "file", "source": "remote"}, "", id="file"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "expected"), BLOCKS)
def test_every_block_is_read_for_its_words(block: dict[str, Any], expected: str) -> None:
    assert gather_text({"blocks": [block]}) == expected
    assert (
        gather_text({"attachments": [{"blocks": [block], "fallback": "?"}]})
        == f"{expected}\n?".strip()
    )


INLINE = [
    ({"type": "link", "url": "https://x.test"}, "https://x.test"),
    ({"type": "link", "url": "https://x.test", "text": "here"}, "here"),
    ({"type": "date", "timestamp": 5, "format": "{date}", "fallback": "Monday"}, "Monday"),
    ({"type": "canvas", "file_id": "F1", "label": "Runbook"}, "Runbook"),
    ({"type": "message_mention", "message_ts": "1.2", "text": "as said"}, "as said"),
    ({"type": "work_object_mention", "url": "https://x.test", "text": "INC-7"}, "INC-7"),
    ({"type": "workflow_mention", "text": "Restart"}, "Restart"),
    ({"type": "attachment_mention", "url": "https://x.test", "text": "card"}, "card"),
    ({"type": "emoji", "name": "fire"}, ":fire:"),
    ({"type": "user", "user_id": "U1"}, ""),
    ({"type": "usergroup", "usergroup_id": "S1"}, ""),
    ({"type": "broadcast", "range": "here"}, ""),
    ({"type": "color", "value": "#000005"}, ""),
]


@pytest.mark.parametrize(("element", "expected"), INLINE, ids=lambda case: str(case)[:40])
@pytest.mark.parametrize("around", ["section", "quote", "preformatted", "list"])
def test_every_element_of_rich_text_is_read_for_its_words(
    element: dict[str, Any], expected: str, around: str
) -> None:
    inner = {"type": f"rich_text_{around}", "elements": [element]}
    if around == "list":
        inner = {"type": "rich_text_list", "elements": [{"type": "rich_text_section",
                                                         "elements": [element]}]}  # fmt: skip
    assert gather_text({"blocks": [rich(inner)]}) == expected


def test_a_code_in_a_table_is_found_by_the_head_of_its_column(base: KnowledgeBase) -> None:
    rows = [cells("Host", "Win32 error", "Tries"), cells("win-7", 1053, 1067)]
    text = gather_text({"blocks": [{"type": "data_table", "caption": "Jobs", "rows": rows}]})
    found = explain(text, base, surface="alert")
    assert [answer.reading.value for answer in found.answers] == [1053]
    assert found.auto_reply
