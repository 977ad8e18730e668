"""A full Home tab and weekly post are what Slack takes, and foreign words in them are inert."""

from __future__ import annotations

import json

import pytest

from bot import ids
from bot.lookups import named_answer
from bot.rendering.answer_blocks import Rendered
from bot.rendering.home_tab import HomeContent, Unhelpful, mark_of, render_home
from bot.rendering.kit import button, option, overflow
from bot.rendering.weekly import render_week
from bot.rendering.windows import render_window
from bot.store.channel_table import ChannelSettings
from bot.store.digest_table import Met
from bot.store.occurrence_table import Frequent
from bot.store.unknown_table import Unknown
from bot.unknown import unknown_codes
from bot.workspace.validation import block_problems, check_view
from knowledge import Answer, KnowledgeBase

CODE = "win32:0x00000005"
EVIL = "<!channel> `x` *b*\u202e_"


def full() -> HomeContent:
    met = [Frequent(f"t{n}", f"win32:0x{n:08X}", n, n, 1e9 + n) for n in range(1, 6)]
    return HomeContent(
        30,
        met,
        met,
        [Unknown(EVIL + str(n), n, 1e9) for n in range(10)],
        [Unhelpful(CODE, n) for n in range(1, 6)],
        [(f"C0{n}", ChannelSettings("all", (), True, None, True)) for n in range(15)],
    )


def test_a_full_home_tab_is_taken_and_nothing_foreign_is_live(base: KnowledgeBase) -> None:
    view = render_home(full(), lambda code: named_answer(code, base))
    assert check_view(view, "home") is None
    shown = json.dumps(view, ensure_ascii=False)
    assert len(shown.encode()) < 250_000
    assert "\u202e" not in shown
    live = [b["text"]["text"] for b in view["blocks"] if b.get("text", {}).get("type") == "mrkdwn"]
    assert live
    assert not any("<!channel>" in words for words in live)


def test_names_of_codes_that_nobody_knows_stay_inert() -> None:
    content = HomeContent(30, [Frequent("t", "x<!here>:0x1", 1, 1, 1e9)])
    view = render_home(content, lambda code: None)
    assert check_view(view, "home") is None
    assert "`x&lt;!here&gt;:0x1`" in json.dumps(view)


def test_the_mark_tells_contents_apart(base: KnowledgeBase) -> None:
    def named(code: str) -> Answer | None:
        return named_answer(code, base)

    assert mark_of(render_home(full(), named)) == mark_of(render_home(full(), named))
    assert mark_of(render_home(full(), named)) != mark_of(render_home(HomeContent(30), named))


def test_a_full_weekly_post_is_taken(base: KnowledgeBase) -> None:
    met = [Met(f"t{n}", f"win32:0x{n:08X}", 9, 0, n % 2 == 0, False) for n in range(1, 11)]
    unknown = [Unknown(EVIL, 2, 1e9)] * 10
    for compares in (True, False):
        post = render_week(20_000, met, unknown, lambda c: named_answer(c, base), compares=compares)
        assert post is not None
        assert block_problems(list(post.blocks)) == []
        assert ("week before" in json.dumps(post.blocks)) == compares
    assert "4 Oct 2024" not in post.text
    assert "27 Sep to 3 Oct 2024" in post.text
    assert render_week(20_000, [], [], lambda c: None, compares=True) is None


def test_a_window_keeps_what_needs_no_channel() -> None:
    menu = [option(f"{verb}|x", verb) for verb in ("note", "fixed", "mute")]
    elements = [button(ids.SHARE, "Share", "x"), overflow(ids.MORE, menu)]
    rendered = Rendered("x", ({"type": "actions", "elements": elements},))
    (block,) = render_window(rendered)["blocks"]
    assert [each["value"] for each in block["elements"]] == ["note|x"]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("ERROR_QUUX", ("ERROR_QUUX",)),
        ("who knows e_quux_1 or 0xab?", ("E_QUUX_1", "0x000000AB")),
        ("-1073741000", ("-1073741000",)),
        ("call me at 5551234567", ()),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", ()),
        ("MY_PASSWORD_IS_X in a sentence", ()),
        ("https://intranet/ERROR_OF_OURS?x=1", ()),
        ("ERROR_" + "A" * 80, ()),
        ("0x" + "F" * 40, ()),
        ("ERROR_A ERROR_B ERROR_C ERROR_D", ("ERROR_A", "ERROR_B", "ERROR_C")),
        (EVIL, ()),
        ("", ()),
    ],
)
def test_only_numbers_and_names_of_what_is_unknown_are_kept(
    asked: str, kept: tuple[str, ...]
) -> None:
    assert unknown_codes(asked, Rendered("", is_unknown=True)) == kept
    assert unknown_codes(asked, Rendered("")) == ()
