"""Lines as the parsers see them."""

from __future__ import annotations

from knowledge.traces.lines import split_lines


def test_a_page_of_empty_lines_is_cut_to_a_few() -> None:
    text = "first" + "\n" * 1000 + "last"
    lines = split_lines(text)
    assert len(lines) < 10
    assert text[lines[0].start :].startswith("first")
    assert text[lines[-1].start :] == "last"
