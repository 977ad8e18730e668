"""Rendering: verdict first, short, within Slack's limits, and inert whatever stands in it."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot import ids
from bot.listeners.press import ACTION_IDS
from bot.rendering import notices
from bot.rendering.answer_blocks import VISIBLE_CHARS, forget_messages, render_answers
from bot.rendering.details import render_modal
from bot.rendering.inert import clip, escape, quoted, visible
from bot.rendering.limits import fit, visible_chars
from bot.rendering.refs import CodeRef, decode_ref
from bot.rendering.sharing import render_summary, render_thread
from bot.workspace.validation import block_problems, check_view
from knowledge import Answer, Code, Suggestion
from tests.bot.answer_samples import answer, answers, longest_answer, reading, rich_answer, texts
from tests.bot.slack_rules import faults

# Shrinking an answer of this size takes minutes and shows little more.
SLOW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def words(node: Any) -> str:
    """All words of a message in reading order."""
    if isinstance(node, dict):
        own = node["text"] if isinstance(node.get("text"), str) else words(node.get("text", []))
        return own + words(node.get("elements", [])) + words(node.get("blocks", []))
    return "\n".join(words(item) for item in node) if isinstance(node, (list, tuple)) else ""


def buttons(blocks: Any) -> dict[str, dict[str, Any]]:
    rows = [block for block in blocks if block["type"] == "actions"]
    return {item["action_id"]: item for row in rows for item in row["elements"]}


def test_the_order_is_identity_verdict_causes_checks_buttons_reason() -> None:
    blocks = render_answers([rich_answer()]).blocks
    text = words(blocks)
    order = ["ERROR_PROCESS_NOT_IN_JOB", "759", "0x000002F7", "Not a crash", "Likely causes",
             "Cause number 1", "The sign of cause 1", "Check", "Get-Thing -Id 1", "How to fix",
             "a number of this size", "SOMETHING_ELSE", "from the article"]  # fmt: skip
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [field.name for field in fields(Answer)])
def test_a_message_is_made_anew_when_anything_that_it_shows_differs(name: str) -> None:
    """Of the same answers one message is kept."""
    first, other = rich_answer(), answer(reading("OTHER", 5), "5", basis="structure", article=None)
    mixed = replace(first, **{name: getattr(other, name)})
    render_answers([first])
    after_another = render_answers([mixed])
    forget_messages()
    assert after_another == render_answers([mixed])


def test_at_most_three_causes_and_three_checks_stand_open() -> None:
    text = words(render_answers([rich_answer()]).blocks)
    assert "Cause number 3" in text
    assert "Cause number 4" not in text
    assert "Get-Thing -Id 3" in text
    assert "Get-Thing -Id 4" not in text


def test_commands_stand_alone_to_be_copied() -> None:
    blocks = render_answers([rich_answer()]).blocks
    commands = [
        words(element)
        for block in blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_preformatted"
    ]
    assert commands == ["Get-Thing -Id 1", "Get-Thing -Id 2", "Get-Thing -Id 3"]


def test_a_check_that_changes_something_or_is_long_stays_behind_the_button() -> None:
    steps = list(rich_answer().diagnose)
    steps[0] = replace(steps[0], changes="restarts something")
    steps[1] = replace(steps[1], run="x" * 500)
    sample = rich_answer(diagnose=tuple(steps))
    text = words(render_answers([sample]).blocks)
    assert "place 1" not in text
    assert "place 2" not in text
    assert "place 3" in text
    everything = words(render_modal(ids.SHOW_FIX, sample))
    assert "place 1" in everything
    assert "x" * 500 in everything


@pytest.mark.parametrize(
    ("best", "written", "expected"),
    [
        pytest.param(reading(), "0x2F7", "759 · 0x000002F7 · Win32 error", id="small"),
        pytest.param(
            reading(
                "E_ACCESSDENIED", 0x80070005, family="hresult", inner=Code("win32", 5, "ERROR_X")
            ),
            "0x80070005",
            "-2147024891 · 0x80070005 · HRESULT · wraps ERROR_X (5)",
            id="wrapper",
        ),
        pytest.param(
            reading(None, 0xE1234567), "0xE1234567", " · -517782169 · Win32 error", id="nameless"
        ),
        pytest.param(reading(), "FATAL 02F7h", "you wrote FATAL 02F7h", id="as-written"),
    ],
)
def test_the_first_line_names_the_code_in_every_form(
    best: Any, written: str, expected: str
) -> None:
    assert expected in words(render_answers([answer(best, written)]).blocks)


@pytest.mark.parametrize(
    ("basis", "expected"),
    [("article", "from the article"), ("playbook", "playbook"), ("structure", "its number says")],
)
def test_the_last_line_says_what_it_rests_on(basis: str, expected: str) -> None:
    assert expected in words(render_answers([answer(basis=basis)]).blocks[-1])


def test_buttons_appear_only_where_there_is_something_behind_them() -> None:
    always = {ids.HELPFUL, ids.NOT_HELPFUL, ids.MORE}
    assert set(buttons(render_answers([answer()]).blocks)) == always
    everything = buttons(render_answers([rich_answer()], share=True).blocks)
    assert set(everything) == {ids.SHARE, *ids.MODALS, *always}


def test_a_button_carries_family_code_and_article() -> None:
    value = buttons(render_answers([rich_answer()]).blocks)[ids.SHOW_FIX]["value"]
    assert decode_ref(value) == CodeRef("win32", 759, "win32/ERROR_PROCESS_NOT_IN_JOB")


@pytest.mark.parametrize(
    "value",
    ["", "x", "[]", "{}", '{"f":1,"v":2}', '{"f":"a","v":-1}', '{"f":"a","v":true}', "[" * 9_999],
)
def test_a_button_of_another_age_is_recognised(value: str) -> None:
    assert decode_ref(value) is None


def test_a_button_opens_the_page_where_there_is_one() -> None:
    url = "https://winerr.example.com/codes/win32/ERROR_PROCESS_NOT_IN_JOB"
    for rendered in (
        render_answers([rich_answer()], page=url),
        render_summary(rich_answer(), "U1", url),
    ):
        assert buttons(rendered.blocks)[ids.OPEN_PAGE]["url"] == url
        assert faults(rendered.blocks) == []
        assert block_problems(list(rendered.blocks)) == []
    assert ids.OPEN_PAGE not in buttons(render_answers([rich_answer()]).blocks)


def test_several_errors_are_folded_into_a_line_each_with_a_button() -> None:
    second = answer(
        reading("STATUS_OTHER", 0xC0000005, family="ntstatus"), summary="It crashed. Yes."
    )
    blocks = render_answers([rich_answer(), second]).blocks
    assert " · 0xC0000005: It crashed." in words(blocks)
    assert decode_ref(buttons(blocks)["winerr_pick_0"]["value"]) == CodeRef(
        "ntstatus", 0xC0000005, second.article
    )


def test_whoever_asked_for_a_number_gets_a_button_for_each_other_reading() -> None:
    blocks = render_answers([rich_answer()], lookup=True).blocks
    assert buttons(blocks)["winerr_pick_0"]["text"]["text"] == "SOMETHING_ELSE (stop code)"


def test_an_ambiguous_number_is_a_choice_with_one_button_per_reading() -> None:
    blocks = notices.render_choice("0x5", [reading("A_ONE", 5), reading("B_TWO", 5)]).blocks
    labels = [item["text"]["text"] for item in buttons(blocks).values()]
    assert labels == ["A_ONE (Win32 error)", "B_TWO (Win32 error)"]


def test_near_misses_are_offered_with_buttons() -> None:
    near = Suggestion(Code("win32", 5, "ERROR_ACCESS_DENIED"), "a similar name")
    rendered = notices.render_suggestions("ERROR_ACES_DENIED", [near])
    assert "Did you mean" in rendered.text
    assert buttons(rendered.blocks)["winerr_pick_0"]["text"]["text"] == "ERROR_ACCESS_DENIED"


def test_every_rendered_action_id_has_a_listener() -> None:
    second = answer(reading("STATUS_OTHER", 0xC0000005))
    blocks = render_answers([rich_answer(), second], share=True, lookup=True).blocks
    choice = notices.render_choice("5", [reading(f"R{n}", 5) for n in range(30)]).blocks
    readings = rich_answer(others=tuple(reading(f"R{n}", 5) for n in range(30)))
    modal = render_modal(ids.SHOW_READINGS, readings)["blocks"]
    rendered = {*buttons(blocks), *buttons(choice), *buttons(modal)}
    assert rendered <= set(ACTION_IDS)
    assert len(rendered) > len(ids.MODALS)


def test_a_shared_answer_is_a_summary_with_steps_and_questions_for_its_thread() -> None:
    summary = render_summary(rich_answer(), "U1")
    assert "Not a crash" in words(summary.blocks)
    assert "Get-Thing" not in words(summary.blocks)
    assert {"type": "user", "user_id": "U1"} in summary.blocks[-1]["elements"][0]["elements"]
    steps, questions = render_thread(rich_answer())
    assert "Get-Thing -Id 4" in words(steps.blocks)
    assert "Is it serious?" in words(questions.blocks)
    assert render_thread(answer()) == ()


@given(st.lists(answers(), min_size=1, max_size=3), st.booleans(), st.booleans())
@example([longest_answer()], True, True)
@example([longest_answer()] * 12, True, True)
@SLOW
def test_slack_takes_every_thinkable_answer(found: list[Answer], share: bool, lookup: bool) -> None:
    rendered = render_answers(found, share=share, lookup=lookup)
    assert faults(rendered.blocks) == []
    assert faults(rendered.fewer) == []
    # The local workspace was written apart from this and judges too.
    assert block_problems(list(rendered.blocks)) == []
    assert rendered.text
    assert len(rendered.text) <= 4_000
    if len(found) == 1:
        assert visible_chars(rendered.blocks) <= VISIBLE_CHARS


@given(answers())
@example(longest_answer())
@SLOW
def test_slack_takes_every_thinkable_modal_and_shared_answer(found: Answer) -> None:
    for action_id in ids.MODALS:
        view = render_modal(action_id, found, page="https://winerr.example.com/codes/x/Y")
        assert faults(view["blocks"], 100) == []
        assert check_view(view, "modal") is None
        assert 1 <= len(view["title"]["text"]) <= 24
    for part in (render_summary(found, "U1"), *render_thread(found)):
        assert faults(part.blocks) == []
        assert block_problems(list(part.blocks)) == []


@given(answers(), texts(3_000))
@example(longest_answer(), "<!channel>" * 300)
@SLOW
def test_foreign_text_stays_inert(found: Answer, asked: str) -> None:
    suggestion = Suggestion(Code("win32", 5, found.reading.name), found.reading.why)
    messages = [
        render_answers([found]),
        notices.render_choice(asked, [found.reading]),
        notices.render_suggestions(asked, [suggestion]),
    ]
    for message in messages:
        assert "<" not in message.text
        shown = json.dumps([message.blocks, message.text], ensure_ascii=False)
        assert not any(sign in shown for sign in ("\u202e", "\u200b", "mrkdwn"))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(
            escape("<!channel> & <@U1>"), "&lt;!channel&gt; &amp; &lt;@U1&gt;", id="mrkdwn"
        ),
        pytest.param(visible("a\u202eb\u200bc\r\nd\x07"), "abc\nd", id="invisible"),
        pytest.param(quoted("`rm`\n  x"), "'rm' x", id="backticks"),
        pytest.param(clip("one two three", 9), "one two…", id="clip-at-word"),
        pytest.param(clip("x" * 20, 5), "xxxx…", id="clip-inside-word"),
        pytest.param(clip("short", 5), "short", id="clip-not"),
    ],
)
def test_text_is_made_harmless(shown: str, expected: str) -> None:
    assert shown == expected


def test_a_command_is_left_out_rather_than_cut() -> None:
    long = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x" * 13_000}]}
    after = {"type": "rich_text_section", "elements": [{"type": "text", "text": "after"}]}
    assert words(fit([{"type": "rich_text", "elements": [long, after]}])) == "after"


def test_sections_headers_and_fields_are_cut_to_their_limits() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "h" * 200}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "s" * 4_000}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "f" * 3_000}] * 12},
        {"type": "section", "text": {"type": "mrkdwn", "text": " "}},
        *[{"type": "divider"}] * 60,
    ]
    fitted = fit(blocks)
    assert len(fitted) == 50
    assert [len(block["text"]["text"]) for block in fitted[:2]] == [150, 3_000]
    assert sum(len(field["text"]) for field in fitted[2]["fields"]) <= 12_000 - 3_150
    assert len(fitted[2]["fields"]) <= 10
