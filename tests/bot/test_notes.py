"""Notes: the Markdown that people type, and the window with all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rendering.markdown import markdown_elements
from bot.rendering.refs import WindowRef
from bot.rendering.team_forms import NOTE_CHARS, render_notes
from bot.store.note_table import Note
from bot.workspace.validation import check_view
from tests.bot.answer_samples import answer

ODD_LINKS = ["[a](http://[b)", "[a](http://b]c/)", "[a](http://\u2100.test)", "[a](http://:80)"]
LONG_NOTES = {
    "words": "word " * 400,
    "runs": "**b** `c` " * 200,
    "bullets": "- item\n" * 280,
    "lines": "abc\n" * 500,
    "code": "```\nx\n```\n" * 200,
    "link": f"[x](https://x.test/{'y' * 900}) " * 2,
}


@pytest.mark.parametrize("note", ODD_LINKS)
def test_an_odd_address_stays_as_it_was_typed(note: str) -> None:
    (paragraph,) = markdown_elements(f"see {note}")
    assert "".join(run["text"] for run in paragraph["elements"]) == f"see {note}\n"


@given(st.lists(st.sampled_from([*ODD_LINKS, *"[]()*`-\n /:@", "http://", "```", "x", "é"])))
def test_no_note_breaks_the_answers_that_show_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert bool(markdown_elements(text)) or not text.replace("`", "").strip()


@pytest.mark.parametrize("text", LONG_NOTES.values(), ids=LONG_NOTES.keys())
def test_many_long_notes_fit_their_window_each_with_its_button(text: str) -> None:
    notes = [Note(n, text[:NOTE_CHARS], "U1", 1e9 + n) for n in range(20)]
    view = render_notes(answer(), notes, WindowRef("C1", None, "x", ""))
    assert check_view(view, "modal") is None
    kinds = [block["type"] for block in view["blocks"]]
    assert (kinds.count("actions"), kinds[-1]) == (8, "input")


def test_one_note_is_shown_whole() -> None:
    view: dict[str, Any] = render_notes(
        answer(), [Note(1, "x" * NOTE_CHARS, "U1", 1e9)], WindowRef("C1", None, "x", "")
    )
    assert "x" * NOTE_CHARS in json.dumps(view)
