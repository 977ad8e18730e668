"""Articles -> their tables of the compiled file, one at a time: an overlay may have thousands."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from knowledge.articles.model import Article, article_id, load_article
from knowledge.catalog.tables import Row
from knowledge.codes import hresult
from knowledge.errors import Fault, SourceError
from knowledge.searching.index import MAX_ARTICLES, SearchIndex
from knowledge.sources import SourceFile
from knowledge.stored import as_text

_UNRANKED = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """How many articles were written, and what is wrong with any."""

    articles: int
    faults: tuple[Fault, ...]


def write_articles(
    connection: sqlite3.Connection,
    files: Sequence[SourceFile],
    tables: Mapping[str, Mapping[Row, Row]],
    folder: Path,
) -> Written:
    """Write the articles, their codes and questions and the index of a search.

    Of files with one id the last one counts, but all are read, so that every fault is told.
    `tables` are the rows of the catalogue, `folder` takes what does not fit into memory.
    """
    winners = {article_id(file.path): file for file in files}
    faults = [*_too_many(len(winners)), *_faults_of_replaced(files, winners)]
    ranks = _ranks(tables.get("priority", {}).values())
    codes: dict[str, list[Row]] = {}
    with closing(SearchIndex(tables.get("message_part", {}).values(), folder)) as index:
        # A search knows an article by its place among the sorted ids.
        for identifier in sorted(winners):
            try:
                article = load_article(winners[identifier].path, winners[identifier].shown_as)
            except SourceError as error:
                faults += error.faults
            if faults:
                continue
            _insert(connection, "article", [_article_row(article, ranks)])
            _insert(connection, "faq", _questions(article))
            codes[identifier] = list(_article_codes(article))
            index.add(article)
        if not faults:
            # Of articles about one code the first counts: ours, then each overlay's.
            for identifier in winners:
                _insert(connection, "article_code", codes[identifier])
            _insert(connection, "search_word", index.rows())
    return Written(len(winners), tuple(faults))


def _too_many(count: int) -> Iterator[Fault]:
    if count > MAX_ARTICLES:
        message = f"{count} articles: more than {MAX_ARTICLES}, leave some out"
        yield Fault("articles", "", message)


def _faults_of_replaced(
    files: Iterable[SourceFile], winners: Mapping[str, SourceFile]
) -> Iterator[Fault]:
    for file in files:
        if winners[article_id(file.path)] is not file:
            try:
                load_article(file.path, file.shown_as)
            except SourceError as error:
                yield from error.faults


def _ranks(priorities: Iterable[Row]) -> dict[int, int]:
    """The best rank of each value among the often met ones."""
    ranks: dict[int, int] = {}
    for row in priorities:
        rank, value = int(row[0] or 0), int(row[1] or 0)
        ranks[value] = min(rank, ranks.get(value, _UNRANKED))
    return ranks


def _article_row(article: Article, ranks: Mapping[int, int]) -> Row:
    """The article with the best rank of its codes, also as HRESULT_FROM_WIN32 of them."""
    values = {code.value for code in article.codes}
    values |= {hresult.from_win32(value) for value in values if 0 < value <= 0xFFFF}
    rank = min((ranks.get(value, _UNRANKED) for value in values), default=_UNRANKED)
    text = as_text(article)
    return article.id, text, None if rank == _UNRANKED else rank


def _article_codes(article: Article) -> Iterator[Row]:
    return ((code.family, code.value, code.name, article.id) for code in article.codes)


def _questions(article: Article) -> Iterator[Row]:
    """Yield each question that the article answers."""
    for number, question in enumerate(article.faq):
        yield article.id, number, question.ask, question.answer


_COLUMNS = {"article": 3, "faq": 4, "article_code": 4, "search_word": 4}


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    marks = ",".join("?" * _COLUMNS[table])
    connection.executemany(f"INSERT INTO {table} VALUES({marks})", rows)
