"""The policy: who is answered where, and why not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.channels import ChannelRules
from bot.ids import ANSWER_EVENT
from bot.incoming import IncomingMessage
from bot.policy import Identity, should_answer
from bot.settings import ChannelPolicy

US = Identity("T1", "UBOT", "BBOT")
PERSON = IncomingMessage(
    "T1", "C1", "2.0", "message", "it fails with 0x5", user="U1", api_app_id="A1"
)
ALERT = replace(PERSON, user=None, bot_id="B9", subtype="bot_message")
MENTION = replace(PERSON, kind="mention", mentioned=frozenset({"UBOT"}))
DIRECT = replace(PERSON, kind="direct", channel="D1")


@pytest.mark.parametrize(
    ("message", "policy", "trigger"),
    [
        pytest.param(PERSON, "off", None, id="person-off"),
        pytest.param(PERSON, "mentions", None, id="person-mentions"),
        pytest.param(PERSON, "alerts", None, id="person-alerts"),
        pytest.param(PERSON, "all", "automatic", id="person-all"),
        pytest.param(ALERT, "off", None, id="alert-off"),
        pytest.param(ALERT, "mentions", None, id="alert-mentions"),
        pytest.param(ALERT, "alerts", "automatic", id="alert-alerts"),
        pytest.param(ALERT, "all", "automatic", id="alert-all"),
        pytest.param(MENTION, "off", None, id="mention-off"),
        pytest.param(MENTION, "mentions", "mention", id="mention-mentions"),
        pytest.param(MENTION, "alerts", "mention", id="mention-alerts"),
        pytest.param(DIRECT, "off", "direct", id="direct-off"),
        pytest.param(replace(DIRECT, bot_id="B9"), "all", None, id="direct-by-app"),
    ],
)
def test_the_channels_policy_decides(
    message: IncomingMessage, policy: ChannelPolicy, trigger: str | None
) -> None:
    assert should_answer(message, ChannelRules(policy), US).trigger == trigger


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        pytest.param(replace(PERSON, user="UBOT"), "our own post", id="own-user"),
        pytest.param(replace(ALERT, bot_id="BBOT"), "our own post", id="own-bot"),
        pytest.param(replace(ALERT, app_id="A1"), "our own post", id="own-app"),
        pytest.param(
            replace(ALERT, metadata_type=ANSWER_EVENT), "an answer of another winerr", id="twin"
        ),
        pytest.param(replace(PERSON, subtype="channel_join"), "Slack's own", id="join"),
        pytest.param(replace(PERSON, text=""), "no text", id="empty"),
        pytest.param(
            replace(ALERT, kind="deleted", bot_id="BBOT"), "our own post", id="deleted-own"
        ),
        pytest.param(
            replace(PERSON, kind="edited", previous_text=PERSON.text),
            "changes no text",
            id="unfurl",
        ),
        pytest.param(replace(ALERT, thread_ts="1.0"), "inside a thread", id="app-in-thread"),
        pytest.param(
            replace(MENTION, bot_id="B9", thread_ts="1.0"), "inside a thread", id="bots-loop"
        ),
        pytest.param(replace(MENTION, kind="message"), "app_mention", id="mention-arrives-twice"),
    ],
)
def test_what_is_never_answered_even_where_all_is_wanted(
    message: IncomingMessage, reason: str
) -> None:
    decision = should_answer(message, ChannelRules("all"), US)
    assert not decision.answer
    assert reason in decision.reason


def test_an_edit_that_brings_new_text_is_looked_at_again() -> None:
    edited = replace(ALERT, kind="edited", previous_text="pending")
    assert should_answer(edited, ChannelRules("alerts"), US).trigger == "automatic"


@pytest.mark.parametrize(
    ("now", "before", "text", "trigger"),
    [
        pytest.param({"UBOT"}, {"UBOT"}, "0x6", "mention", id="still-named"),
        pytest.param({"UBOT"}, set(), PERSON.text, "mention", id="nothing-but-our-name-is-new"),
        pytest.param(set(), {"UBOT"}, "0x6", "mention", id="no-longer-named"),
        pytest.param(set(), {"UBOT"}, PERSON.text, None, id="nothing-but-our-name-is-gone"),
        pytest.param(set(), {"U2"}, "0x6", None, id="somebody-else-was-named"),
    ],
)
def test_an_edit_is_to_us_when_it_names_us_or_did(
    now: set[str], before: set[str], text: str, trigger: str | None
) -> None:
    edited = replace(
        PERSON, kind="edited", text=text, previous_text=PERSON.text,
        mentioned=frozenset(now), mentioned_before=frozenset(before),
    )  # fmt: skip
    assert should_answer(edited, ChannelRules("mentions"), US).trigger == trigger


def test_nothing_readable_in_a_direct_message_is_answered() -> None:
    assert should_answer(replace(DIRECT, text=""), ChannelRules("off"), US).trigger == "direct"


def test_a_mention_without_words_is_still_a_mention() -> None:
    decision = should_answer(replace(MENTION, text=""), ChannelRules("mentions"), US)
    assert decision.trigger == "mention"


@pytest.mark.parametrize("policy", ["off", "mentions", "alerts", "all"])
def test_what_is_deleted_takes_its_answer_along_whatever_the_policy(policy: ChannelPolicy) -> None:
    deleted = replace(PERSON, kind="deleted")
    assert should_answer(deleted, ChannelRules(policy), US).trigger == "removal"


@pytest.mark.parametrize(("is_chosen", "trigger"), [(False, None), (True, "automatic")])
def test_where_another_organisation_reads_along_somebody_must_have_chosen_unasked_answers(
    is_chosen: bool, trigger: str | None
) -> None:
    rules = ChannelRules("alerts", is_chosen=is_chosen)
    assert should_answer(replace(ALERT, is_shared=True), rules, US).trigger == trigger
    assert should_answer(replace(MENTION, is_shared=True), rules, US).trigger == "mention"


@pytest.mark.parametrize(
    ("message", "trigger"),
    [
        pytest.param(ALERT, "automatic", id="its-bot-id"),
        pytest.param(replace(ALERT, bot_id="B1", app_id="A9"), "automatic", id="its-app-id"),
        pytest.param(replace(ALERT, bot_id="B1"), None, id="somebody-else"),
        pytest.param(PERSON, "automatic", id="a-person"),
        pytest.param(replace(MENTION, bot_id="B1"), "mention", id="a-mention-by-another-app"),
    ],
)
def test_a_channel_can_choose_whose_alerts_are_answered(
    message: IncomingMessage, trigger: str | None
) -> None:
    rules = ChannelRules("all", senders=frozenset({"B9", "A9"}))
    assert should_answer(message, rules, US).trigger == trigger
