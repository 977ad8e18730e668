"""Generated overlays are what the bot accepts from an organisation."""

from __future__ import annotations

from pathlib import Path

from benchmarks.overlays import FAMILY, names, write_articles, write_codes
from knowledge.base import KnowledgeBase
from knowledge.codes.code import Code
from knowledge.compiling import compile_knowledge
from knowledge.sources import Sources


def compiled(folder: Path) -> KnowledgeBase:
    """The folder alone: compiling our own knowledge again takes seconds."""
    target = folder.with_suffix(".sqlite")
    compile_knowledge(Sources((), folder), target)
    return KnowledgeBase(target)


def test_generated_articles_are_valid_and_found_under_their_codes(tmp_path: Path) -> None:
    write_articles(tmp_path / "o", 3)
    base = compiled(tmp_path / "o")
    for value, name in names(3):
        article = base.article_for(Code(FAMILY, value, name))
        assert article is not None
        assert article.canonical.name == name
    base.close()


def test_generated_codes_are_new_each_of_its_own_value_and_name(tmp_path: Path) -> None:
    write_codes(tmp_path / "o", 500)
    base = compiled(tmp_path / "o")
    found = {(code.value, code.name) for code in base.codes_of_family(FAMILY, 1_000)}
    assert found == {*names(500)}
    assert len({name for _, name in names(20_000)}) == 20_000
    assert all(len(base.codes_with_value(value)) == 1 for value, _ in names(500))
    base.close()
