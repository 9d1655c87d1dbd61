"""Searching the published file: the same macros that people call in SQL."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.connect import Connection
from warehouse.failures import WarehouseForeign
from warehouse.read import open_published

FOUND = """
select best.score, best.complete, best.matched, best.article_id, b.title, b.standfirst, b.outlet,
       b.site, best.published_on, coalesce(b.url, b.canonical_url), b.language, b.body
from search_best($words, most := $most, outlet := $outlet, since := $since, until := $until,
                 language := $language, author := $author) as best
join articles as b on b.rowid = best.row_id
order by best.score desc, best.published_on desc, best.article_id
"""

ASKED = "select form, kind, absent from search_asked(?) order by all"

IS_THERE = """
select count(*) from duckdb_functions()
where function_name = 'search_best' and database_name = current_database()
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is searched for: words, "phrases", prefixes* and -words that must not occur; in articles
    of an outlet (its name or host), of days from `since` to `until`, a language, an author."""

    words: str
    most: int = 10
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    language: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. `published_on` is the day it was first seen where it has none."""

    score: float
    article_id: str
    title: str | None
    standfirst: str | None
    outlet: str | None
    published_on: date
    url: str | None
    language: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits first, how many articles matched, and whether those have all of the words (else
    some of them). `words` and `prefixes` are what was searched for, folded. `seconds` is the time
    of the search, not of opening the file."""

    hits: tuple[Hit, ...]
    matched: int
    complete: bool
    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    seconds: float


def search_published(path: Path, question: Question) -> Found:
    """Search the published file. Raises `CopydeskError`s as every reader does, and
    `WarehouseForeign` where the file was published before there was a search."""
    with open_published(path) as connection:
        [(there,)] = connection.execute(IS_THERE).fetchall()
        if not there:
            raise WarehouseForeign(
                f"{path} was published before Copydesk could search.",
                "The next `copydesk ingest` or `poll` makes the index.",
            )
        return search_articles(connection, question)


def search_articles(connection: Connection, question: Question) -> Found:
    """Search through a connection that is open."""
    started = time.perf_counter()
    asked = connection.execute(ASKED, [question.words]).fetchall()
    wanted = [(form, kind) for form, kind, absent in asked if not absent]
    rows = connection.execute(
        FOUND,
        {
            "words": question.words,
            "most": question.most,
            "outlet": question.outlet,
            "since": question.since,
            "until": question.until,
            "language": question.language,
            "author": question.author,
        },
    ).fetchall()
    return Found(
        hits=tuple(
            Hit(score, name, title, standfirst, outlet or site, day, url, language, body)
            for (
                score,
                _,
                _,
                name,
                title,
                standfirst,
                outlet,
                site,
                day,
                url,
                language,
                body,
            ) in rows
        ),
        matched=rows[0][2] if rows else 0,
        complete=rows[0][1] if rows else True,
        words=tuple(form for form, kind in wanted if kind == "word"),
        prefixes=tuple(form for form, kind in wanted if kind == "prefix"),
        seconds=time.perf_counter() - started,
    )
